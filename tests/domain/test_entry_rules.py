"""Given a school's own rules, when a mark has a subcode or too little, then it is read or not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from attendance.codes import Code
from attendance.entry_rules import CodeRequirement, EntryRules, Requirement, Subcode
from attendance.errors import EntryRulesRefused, RegisterRefused, SchoolUnknown, UnknownCode
from attendance.events import EntryRulesPublished
from attendance.identifiers import PupilId
from attendance.recording import RawMark, RecordMarks, record_marks
from attendance.school import NO_SCHOOL, School, evolve, publish_entry_rules
from domain.given import OFFICER, a_school, admitted
from statute.registers import am

MONDAY = date(2026, 9, 14)
NOW = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
ANN = PupilId("ann")
TERM_STARTS, TERM_ENDS = date(2026, 9, 1), date(2026, 12, 18)


def subcode(
    written: str = "I1",
    code: Code = Code.I,
    first: date = TERM_STARTS,
    last: date | None = None,
) -> Subcode:
    return Subcode(subcode=written, code=code, in_force_from=first, in_force_to=last)


def required(
    code: Code, requirement: Requirement, first: date = TERM_STARTS, last: date | None = None
) -> CodeRequirement:
    return CodeRequirement(
        code=code, requirement=requirement, in_force_from=first, in_force_to=last
    )


def school_with(
    *, subcodes: Sequence[Subcode] = (), requirements: Sequence[CodeRequirement] = ()
) -> School:
    rules = EntryRules(tuple(subcodes), tuple(requirements))
    published = EntryRulesPublished(rules=rules, recorded_by=OFFICER, recorded_at=NOW)
    return evolve(a_school(admitted(ANN)), [published])


def slugs(mark: RawMark, school: School) -> list[str]:
    command = RecordMarks(session=am(MONDAY), marks=(mark,), by=OFFICER)
    try:
        record_marks(command, school, {}, now=NOW)
    except RegisterRefused as refused:
        return [each.code for each in refused.refusals]
    return []


def problems(*subcodes: Subcode) -> list[tuple[str, str]]:
    with pytest.raises(EntryRulesRefused) as raised:
        publish_entry_rules(a_school(), EntryRules(tuple(subcodes)), OFFICER, NOW)
    return [(each.pointer, each.code) for each in raised.value.refusals]


@pytest.mark.parametrize("written", ["I1", "i1", " i1 "])
def test_a_subcode_is_entered_as_its_national_code_and_kept_as_it_was_written(written: str) -> None:
    command = RecordMarks(session=am(MONDAY), marks=(RawMark(ANN, written),), by=OFFICER)

    [mark] = record_marks(command, school_with(subcodes=[subcode()]), {}, now=NOW).marks

    assert (mark.code, mark.raw_code) == (Code.I, written)


@pytest.mark.parametrize(
    ("first", "last", "read"),
    [
        pytest.param(MONDAY, MONDAY, True, id="on its only day"),
        pytest.param(date(2026, 9, 15), None, False, id="before its first day"),
        pytest.param(TERM_STARTS, date(2026, 9, 13), False, id="after its last day"),
    ],
)
def test_a_subcode_counts_on_its_own_days(first: date, last: date | None, *, read: bool) -> None:
    school = school_with(subcodes=[subcode(first=first, last=last)])

    assert slugs(RawMark(ANN, "I1"), school) == ([] if read else ["unknown-code"])


def test_a_subcode_nobody_mapped_is_an_error() -> None:
    assert slugs(RawMark(ANN, "I9"), school_with(subcodes=[subcode()])) == ["unknown-code"]


def test_a_subcode_may_come_to_mean_another_code() -> None:
    earlier = subcode(last=date(2026, 9, 13))
    later = subcode(code=Code.M, first=MONDAY)
    rules = EntryRules((earlier, later))

    assert rules.read("I1", date(2026, 9, 13)) is Code.I
    assert rules.read("I1", MONDAY) is Code.M


def test_a_national_code_is_never_read_as_a_subcode() -> None:
    assert EntryRules((subcode("I", Code.O),)).read("I", MONDAY) is Code.I


@pytest.mark.parametrize("written", ["/", "I", "y7", "h"])
def test_a_subcode_cant_be_a_national_code_in_force_or_abolished(written: str) -> None:
    assert problems(subcode(written)) == [("/subcodes/0/subcode", "national-code")]


def test_a_subcode_stands_for_one_code_on_one_day() -> None:
    assert problems(subcode("A1"), subcode("a1", Code.M)) == [
        ("/subcodes/1/subcode", "subcode-repeated")
    ]


def test_a_rule_ends_on_its_first_day_at_the_earliest() -> None:
    assert problems(subcode("A1", first=MONDAY, last=date(2026, 9, 13))) == [
        ("/subcodes/0/in_force_to", "ends-before-start")
    ]


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        pytest.param(MONDAY, MONDAY, ["detail-required"], id="on its only day"),
        pytest.param(date(2026, 9, 15), None, [], id="before its first day"),
        pytest.param(TERM_STARTS, date(2026, 9, 13), [], id="after its last day"),
    ],
)
def test_a_school_may_want_the_nature_of_more_codes_stated(
    first: date, last: date | None, wanted: list[str]
) -> None:
    rule = required(Code.P, Requirement.DETAIL, first, last)

    assert slugs(RawMark(ANN, "P"), school_with(requirements=[rule])) == wanted
    assert slugs(RawMark(ANN, "P", None, "rugby"), school_with(requirements=[rule])) == []


def test_a_school_may_want_leave_planned() -> None:
    school = school_with(requirements=[required(Code.C, Requirement.PLAN)])

    assert slugs(RawMark(ANN, "C"), school) == ["code-not-allowed"]
    assert slugs(RawMark(ANN, "M"), school) == []


def test_rules_said_again_are_no_news() -> None:
    school = school_with(subcodes=[subcode()])

    assert publish_entry_rules(school, school.entry_rules, OFFICER, NOW) is None


def test_a_school_never_registered_has_no_rules() -> None:
    with pytest.raises(SchoolUnknown):
        publish_entry_rules(NO_SCHOOL, EntryRules(), OFFICER, NOW)


def test_a_requirement_that_ends_before_it_begins_is_refused() -> None:
    rule = required(Code.P, Requirement.DETAIL, MONDAY, date(2026, 9, 13))
    with pytest.raises(EntryRulesRefused) as raised:
        publish_entry_rules(a_school(), EntryRules((), (rule,)), OFFICER, NOW)

    assert [each.pointer for each in raised.value.refusals] == ["/requirements/0/in_force_to"]


def test_a_mark_of_nothing_is_no_subcode() -> None:
    with pytest.raises(UnknownCode):
        EntryRules((subcode(),)).read("", MONDAY)

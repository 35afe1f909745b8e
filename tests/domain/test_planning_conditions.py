"""Given a plan of some kind, when it lacks what its kind must say, then it is refused for that."""

from dataclasses import replace
from datetime import date

import pytest
from attendance.codes import Code
from attendance.events import Parent, PupilAdmitted
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    Activity,
    ExclusionKind,
    Illness,
    Relationship,
    Requester,
)
from attendance.session import Half
from attendance.signing import Signatory
from domain.given import URN, admitted
from domain.planned import (
    FRIDAY,
    ILLNESS,
    LEAVE,
    MONDAY,
    REGISTRATION,
    SUSPENSION,
    TIMETABLE,
    VISIT,
    a_planner,
    why_not,
)
from statute.registers import am, pm

NOBODY = Signatory("\N{ZERO WIDTH SPACE}", "Head teacher")
SUNDAY_BEFORE = date(2026, 9, 13)
TUESDAY = date(2026, 9, 15)


@pytest.mark.parametrize(
    "purpose", [LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES, LeavePurpose.INTERVIEW, LeavePurpose.STUDY]
)
def test_leave_that_the_law_wants_asked_for_in_advance_is_never_asked_for_after(
    purpose: LeavePurpose,
) -> None:
    begun = replace(LEAVE, purpose=purpose, starts=am(date(2026, 9, 9)))

    assert a_planner().plan(begun)
    assert why_not(replace(begun, requested_on=date(2026, 9, 10))) == [
        ("/requested_on", "not-in-advance")
    ]


@pytest.mark.parametrize("purpose", [LeavePurpose.MEDICAL_APPOINTMENT, LeavePurpose.TRAVELLING])
def test_other_leave_may_be_asked_for_while_it_runs(purpose: LeavePurpose) -> None:
    assert a_planner().plan(replace(LEAVE, purpose=purpose, starts=am(date(2026, 9, 7))))


def test_leave_before_these_regulations_is_not_held_to_them() -> None:
    long_ago = replace(
        LEAVE,
        starts=am(date(2024, 8, 16)),
        ends=pm(date(2024, 8, 16)),
        requested_on=date(2024, 8, 18),
    )

    assert a_planner(admitted("1", starting=date(2024, 1, 8))).plan(long_ago)


def test_leave_is_not_asked_for_tomorrow_nor_without_a_name_or_reason() -> None:
    planned = replace(
        LEAVE,
        requested_on=date(2026, 9, 12),
        requested_by=Requester("\N{ZERO WIDTH SPACE}", Relationship.PARENT),
        reason="\N{ZERO WIDTH SPACE}",
        ends=am(SUNDAY_BEFORE),
    )

    assert why_not(planned) == [
        ("/ends", "ends-before-start"),
        ("/requested_by/name", "blank"),
        ("/reason", "blank"),
        ("/requested_on", "date-in-future"),
    ]


@pytest.mark.parametrize(
    ("born", "may"),
    [
        pytest.param(date(2010, 9, 1), False, id="sixteen, of compulsory school age until June"),
        pytest.param(date(2010, 8, 31), True, id="over compulsory school age"),
        pytest.param(date(2022, 9, 13), False, id="four, and not yet of it"),
    ],
)
def test_only_a_pupil_over_compulsory_school_age_asks_for_leave(born: date, *, may: bool) -> None:
    own = replace(LEAVE, requested_by=Requester("Bo Adeyemi", Relationship.PUPIL))
    pupil = admitted("1", born=born)

    if may:
        assert a_planner(pupil).plan(own)
    else:
        assert why_not(own, pupil) == [("/requested_by/relationship", "pupil-may-not-ask")]
    assert a_planner(pupil).plan(LEAVE)


def a_pupil_of(*parents: Parent) -> PupilAdmitted:
    return replace(admitted("1"), parents=parents)


AWAY = Parent(name="n. adeyemi", lives_with=False)
HOME = Parent(name="N. Adeyemi", lives_with=True)


def test_a_parent_whom_the_pupil_does_not_live_with_asks_for_no_leave_and_agrees_to_nothing() -> (
    None
):
    assert why_not(LEAVE, a_pupil_of(AWAY)) == [("/requested_by/name", "parent-not-lived-with")]
    assert why_not(TIMETABLE, a_pupil_of(AWAY)) == [("/agreed_with", "parent-not-lived-with")]


@pytest.mark.parametrize(
    "parents", [(), (HOME,), (HOME, AWAY), (Parent(name="O. Adeyemi", lives_with=False),)]
)
def test_a_parent_is_believed_unless_the_register_knows_better(parents: tuple[Parent, ...]) -> None:
    assert a_planner(a_pupil_of(*parents)).plan(LEAVE)
    assert a_planner(a_pupil_of(*parents)).plan(TIMETABLE)


def test_a_part_time_timetable_says_when_who_agreed_and_when_it_is_reviewed() -> None:
    planned = replace(
        TIMETABLE,
        pattern=frozenset(),
        agreed_with=" ",
        agreed_on=date(2026, 9, 15),
        authorised_by=NOBODY,
        reviews_on=(),
        reason=" ",
    )

    assert why_not(planned) == [
        ("/pattern", "pattern-required"),
        ("/agreed_with", "blank"),
        ("/reason", "blank"),
        ("/authorised_by", "signatory-required"),
        ("/agreed_on", "date-in-future"),
        ("/agreed_on", "not-in-advance"),
        ("/reviews_on", "review-required"),
    ]


def test_a_part_time_timetable_leaves_something_of_the_week() -> None:
    whole_week = frozenset((weekday, half) for weekday in range(5) for half in Half)

    assert why_not(replace(TIMETABLE, pattern=whole_week)) == [("/pattern", "pattern-whole-week")]
    assert a_planner().plan(replace(TIMETABLE, pattern=whole_week - {(4, Half.PM)}))


def test_a_timetable_is_reviewed_while_it_runs() -> None:
    reviews = (SUNDAY_BEFORE, MONDAY, date(2026, 10, 9), date(2026, 10, 10))

    assert why_not(replace(TIMETABLE, reviews_on=reviews)) == [
        ("/reviews_on/0", "review-outside-plan"),
        ("/reviews_on/3", "review-outside-plan"),
    ]


@pytest.mark.parametrize(
    ("born", "wrong"),
    [
        pytest.param(date(2021, 9, 1), ["/starts", "/ends"], id="of it from 31 December"),
        pytest.param(date(2010, 8, 31), ["/starts", "/ends"], id="over it"),
        pytest.param(date(2021, 8, 31), [], id="of it since 31 August"),
    ],
)
def test_a_part_time_timetable_is_for_compulsory_school_age(born: date, wrong: list[str]) -> None:
    pupil = admitted("1", born=born)

    if wrong:
        assert why_not(TIMETABLE, pupil) == [
            (pointer, "not-of-compulsory-school-age") for pointer in wrong
        ]
    else:
        assert a_planner(pupil).plan(TIMETABLE)


def test_a_suspension_has_an_end_and_a_permanent_exclusion_none() -> None:
    permanent = replace(SUSPENSION, exclusion=ExclusionKind.PERMANENT, ends=None)

    assert a_planner().plan(permanent)
    assert why_not(replace(SUSPENSION, ends=None)) == [("/ends", "end-required")]
    assert why_not(replace(permanent, ends=pm(FRIDAY), reason=" ")) == [
        ("/reason", "blank"),
        ("/ends", "end-not-allowed"),
    ]


def test_a_return_from_illness_is_after_its_first_day() -> None:
    assert why_not(replace(ILLNESS, expected_return=MONDAY)) == [
        ("/expected_return", "return-before-start")
    ]


def test_an_illness_without_an_expected_return_is_of_its_first_day() -> None:
    assert Illness(starts=am(MONDAY)).ends == pm(MONDAY)
    assert ILLNESS.ends == pm(TUESDAY)


def test_the_other_school_is_another() -> None:
    assert why_not(replace(REGISTRATION, other_school=URN, ends=am(SUNDAY_BEFORE))) == [
        ("/ends", "ends-before-start"),
        ("/other_school", "same-school"),
    ]


@pytest.mark.parametrize("code", [Code.V, Code.P, Code.W, Code.B])
def test_an_approved_activity_is_supervised_by_somebody_and_ends(code: Code) -> None:
    assert why_not(
        Activity(code=code, nature=" ", place=" ", supervisor=" ", starts=am(MONDAY))
    ) == [
        ("/nature", "blank"),
        ("/place", "blank"),
        ("/supervisor", "supervisor-required"),
        ("/ends", "end-required"),
    ]


def test_provision_of_the_authority_has_a_provider_and_may_go_on() -> None:
    tuition = replace(VISIT, code=Code.K, supervisor=None, ends=None)

    assert a_planner().plan(replace(tuition, provider="Elmbridge Hospital School"))
    assert why_not(tuition) == [("/provider", "provider-required")]


def test_an_activity_is_entered_with_a_code_of_an_activity() -> None:
    assert why_not(replace(VISIT, code=Code.PRESENT_AM)) == [("/code", "code-not-allowed")]

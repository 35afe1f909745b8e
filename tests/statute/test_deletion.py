"""The worked example of a deletion, under its own number: twenty days of absence without leave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from attendance.calendar import Closure
from attendance.deletion import DeletePupil, Evidence, delete_pupil
from attendance.deletion_grounds import Letter
from attendance.errors import DeletionRefused
from attendance.events import CalendarPublished, PupilDeleted
from attendance.identifiers import PupilId
from attendance.rules.finding import Entry
from attendance.school import School, evolve
from attendance.session import Half
from domain.given import OFFICER, a_school, admitted
from statute.registers import YEAR_2026_27, register

AWAY = "OOOOOOOOOO"
MONDAY = date(2026, 9, 14)
TWENTIETH_DAY = date(2026, 10, 9)
NEXT_MONDAY = date(2026, 10, 12)
NOW = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
PUPIL = PupilId("p-1")
SCHOOL = a_school(admitted(PUPIL))
COMMAND = DeletePupil(
    pupil=PUPIL,
    ground=Letter.I,
    deleted_on=NEXT_MONDAY,
    conditions={"not_ill_nor_prevented": True, "joint_enquiries": True},
    by=OFFICER,
)


def delete(entries: Sequence[Entry], on: date) -> PupilDeleted:
    evidence = Evidence(entries=entries, entered_after=False)
    return delete_pupil(SCHOOL, replace(COMMAND, deleted_on=on), evidence, NOW)


def refused(entries: Sequence[Entry], on: date) -> bool:
    with pytest.raises(DeletionRefused) as raised:
        delete(entries, on)
    return [each.code for each in raised.value.refusals] == ["ground-not-met"]


def test_tv61_ground_i_is_available_after_the_twentieth_day_and_not_on_it() -> None:
    entries = register(AWAY, AWAY, AWAY, AWAY, monday=MONDAY)

    assert refused(entries, TWENTIETH_DAY)
    assert delete(entries, date(2026, 10, 10)).ground == "i"
    assert delete(entries, NEXT_MONDAY).deleted_on == NEXT_MONDAY


def test_nineteen_days_are_not_twenty_however_long_one_waits() -> None:
    entries = register(AWAY, AWAY, AWAY, "OOOOOOOO--", monday=MONDAY)

    assert refused(entries, date(2026, 10, 16))


@pytest.mark.parametrize(
    "weeks",
    [
        pytest.param([AWAY, AWAY, "OOOO.OOOOO", AWAY], id="ill for half a day"),
        pytest.param([AWAY, AWAY, "OOOOUOOOOO", AWAY], id="came late, but came"),
        pytest.param([AWAY, AWAY, "OOOO/-OOOO", AWAY], id="present for a morning"),
        pytest.param([AWAY, AWAY, "OOOOCCOOOO", AWAY], id="on leave for a day"),
        pytest.param([AWAY, AWAY, AWAY, AWAY, "/---------"], id="back on the day of deletion"),
        pytest.param([AWAY, AWAY, "OOOO44OOOO", AWAY], id="a day closed makes one too few"),
        pytest.param([AWAY, AWAY, "OOOOO-OOOO", AWAY], id="an afternoon not entered"),
    ],
)
def test_the_absence_is_of_whole_days_without_leave_and_without_a_break(weeks: list[str]) -> None:
    assert refused(register(*weeks, monday=MONDAY), NEXT_MONDAY)


def test_a_day_with_nothing_possible_neither_counts_nor_breaks() -> None:
    entries = register(AWAY, AWAY, "OOOO44OOOO", AWAY, "OO--------", monday=MONDAY)

    assert delete(entries, date(2026, 10, 13))


def test_absence_of_an_earlier_time_on_roll_counts_for_nothing() -> None:
    entries = register(AWAY, AWAY, AWAY, AWAY, monday=MONDAY)
    school = a_school(admitted(PUPIL, starting=date(2026, 9, 15)))

    with pytest.raises(DeletionRefused):
        delete_pupil(school, COMMAND, Evidence(entries=entries, entered_after=False), NOW)


def test_sessions_closed_to_the_pupils_year_group_are_not_waited_for() -> None:
    week = [MONDAY + timedelta(days=day) for day in range(5)]
    afternoons = [Closure(on, "Staggered start", Half.PM, ("7",)) for on in week]
    of_another = [replace(each, year_groups=("8",)) for each in afternoons]
    entries = register("O-O-O-O-O-", AWAY, AWAY, AWAY, monday=MONDAY)
    evidence = Evidence(entries=entries, entered_after=False)

    assert delete_pupil(with_closures(*afternoons), COMMAND, evidence, NOW)
    with pytest.raises(DeletionRefused):
        delete_pupil(with_closures(*of_another), COMMAND, evidence, NOW)


@pytest.mark.parametrize("year_groups", [(), ("7",)])
def test_a_day_closed_since_counts_for_nothing_whatever_was_entered_on_it(
    year_groups: tuple[str, ...],
) -> None:
    school = with_closures(Closure(date(2026, 9, 30), "INSET", None, year_groups))

    for closed, enough in (("OO", False), ("//", True)):
        entries = register(AWAY, AWAY, f"OOOO{closed}OOOO", AWAY, "OO--------", monday=MONDAY)
        counted = entries if enough else entries[:-2]
        evidence = Evidence(entries=counted, entered_after=False)
        command = replace(COMMAND, deleted_on=date(2026, 10, 13))
        try:
            delete_pupil(school, command, evidence, NOW)
            deleted = True
        except DeletionRefused:
            deleted = False
        assert deleted is enough


def with_closures(*closures: Closure) -> School:
    year = replace(YEAR_2026_27, closures=closures)
    published = CalendarPublished(calendar=year, recorded_by=None, recorded_at=NOW)
    return evolve(SCHOOL, [published])

"""Given who was due and who was entered, then the registers nobody took, once they have closed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias

from attendance.calendar import SchoolCalendar
from attendance.identifiers import PupilId
from attendance.rules.catalogue import RULES
from attendance.rules.register_not_taken import (
    FROM_AUGUST_2024,
    RULE,
    NotTaken,
    RegisterClosing,
    closes_at,
    next_closing,
    registers_not_taken,
)
from domain.given import DETAILS
from statute.circumstances import circumstances
from statute.registers import CALENDAR, am, pm, register

Groups: TypeAlias = Mapping[str | None, Collection[PupilId]]

MONDAY: Final = date(2026, 11, 23)
FRIDAY: Final = date(2026, 11, 20)
CLOSED: Final = datetime(2026, 11, 23, 9, 25, tzinfo=UTC)
A_MOMENT: Final = timedelta(microseconds=1)
AN_HOUR: Final = replace(FROM_AUGUST_2024, grace_minutes=60)
ANNA, BEN, CARA, DAN = (PupilId(f"p-{number}") for number in range(1, 5))


def test_a_register_without_a_single_entry_was_not_taken() -> None:
    groups: Groups = {"7B": {ANNA, BEN}, "7A": {CARA}}

    assert registers_not_taken(am(MONDAY), groups, ()) == (NotTaken("7A", 1), NotTaken("7B", 2))
    assert registers_not_taken(am(MONDAY), groups, {BEN}) == (NotTaken("7A", 1),)
    assert registers_not_taken(am(MONDAY), groups, {BEN, CARA}) == ()


def test_pupils_of_no_group_have_a_register_too_and_a_group_without_pupils_has_none() -> None:
    groups = {"7B": (), None: (ANNA,)}

    assert registers_not_taken(am(MONDAY), groups, ()) == (NotTaken(None, 1),)
    assert registers_not_taken(am(MONDAY), groups, (ANNA,)) == ()


def test_one_entry_of_a_pupil_of_two_groups_begins_the_register_of_neither() -> None:
    groups: Groups = {"7B": (ANNA, BEN, CARA), "Choir": (ANNA, DAN)}

    assert registers_not_taken(am(MONDAY), groups, (ANNA,)) == (
        NotTaken("7B", 3),
        NotTaken("Choir", 2),
    )
    assert registers_not_taken(am(MONDAY), groups, (ANNA, BEN)) == (NotTaken("Choir", 2),)
    assert registers_not_taken(am(MONDAY), groups, (DAN,)) == (NotTaken("7B", 3),)


def test_two_entries_begin_a_register_whosever_pupils_they_are() -> None:
    groups: Groups = {"7B": (ANNA, BEN, CARA), "Choir": (ANNA, BEN, DAN)}

    assert registers_not_taken(am(MONDAY), groups, (ANNA, BEN)) == ()


def test_of_a_group_whose_pupils_are_all_of_others_too_one_entry_will_do() -> None:
    groups: Groups = {"7B": (ANNA, BEN), "Maths 2": (ANNA,)}

    assert registers_not_taken(am(MONDAY), groups, (ANNA,)) == (NotTaken("7B", 2),)


def test_a_register_closes_by_the_clock_in_england() -> None:
    summer = closes_at(DETAILS, pm(date(2026, 9, 14)))

    assert closes_at(DETAILS, am(MONDAY)) == CLOSED
    assert summer == datetime(2026, 9, 14, 12, 30, tzinfo=UTC)


def test_a_school_may_wait_longer() -> None:
    assert closes_at(DETAILS, am(MONDAY), AN_HOUR) == CLOSED + timedelta(hours=1)


def test_the_next_closing_is_the_first_after_an_instant() -> None:
    morning = RegisterClosing(CLOSED, am(MONDAY))
    afternoon = RegisterClosing(datetime(2026, 11, 23, 13, 30, tzinfo=UTC), pm(MONDAY))

    assert next_closing(CALENDAR, DETAILS, CLOSED - A_MOMENT) == morning
    assert next_closing(CALENDAR, DETAILS, CLOSED) == afternoon
    assert next_closing(CALENDAR, DETAILS, datetime(2026, 11, 20, 13, 30, tzinfo=UTC)) == morning


def test_no_register_closes_on_a_day_without_school() -> None:
    before_the_training_day = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
    closing = next_closing(CALENDAR, DETAILS, before_the_training_day)

    assert closing is not None
    assert closing.session == am(date(2026, 11, 30))


def test_waiting_may_reach_over_midnight() -> None:
    late = replace(AN_HOUR, grace_minutes=11 * 60)
    closing = next_closing(CALENDAR, DETAILS, datetime(2026, 11, 24, 0, 15, tzinfo=UTC), late)

    assert closing == RegisterClosing(datetime(2026, 11, 24, 0, 30, tzinfo=UTC), pm(MONDAY))


def test_after_the_last_session_of_the_calendar_nothing_closes() -> None:
    assert next_closing(CALENDAR, DETAILS, datetime(2027, 7, 21, 12, 30, tzinfo=UTC)) is None
    assert next_closing(SchoolCalendar(), DETAILS, CLOSED) is None


def test_of_a_pupil_it_says_nothing() -> None:
    of = circumstances(register("----------", monday=MONDAY))

    assert RULES[RULE].findings(of, FROM_AUGUST_2024) == ()

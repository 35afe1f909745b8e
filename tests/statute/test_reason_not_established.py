"""Worked examples of the five school days in which a reason is established, and of their end."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from attendance.calendar import CalendarYear, HalfTerm, SchoolCalendar
from attendance.identifiers import AcademicYear
from attendance.rules.catalogue import RULES
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Entry, Finding
from attendance.rules.reason_not_established_overdue import (
    FROM_AUGUST_2024,
    RULE,
    reason_not_established_overdue,
)
from statute.boundaries import met
from statute.circumstances import circumstances
from statute.registers import CALENDAR, SUMMER_2026, am, pm, register

FRIDAY = date(2026, 11, 20)
WITHOUT_REASON = register("////////N/", monday=date(2026, 11, 16))
LAST_MOMENT = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)


def found(
    entries: Sequence[Entry], at: datetime, calendar: SchoolCalendar = CALENDAR
) -> tuple[Finding, ...]:
    return reason_not_established_overdue(circumstances(entries, at=at, calendar=calendar))


def wakes(of: Circumstances) -> list[datetime]:
    return list(RULES[RULE].wakes(of, FROM_AUGUST_2024))


def test_tv21_a_reason_not_established_after_five_school_days_is_overdue() -> None:
    (finding,) = found(WITHOUT_REASON, MIDNIGHT)

    assert finding.met_on == am(FRIDAY)
    assert [(each.session, each.code.value) for each in finding.evidence] == [(am(FRIDAY), "N")]
    assert not finding.provisional


def test_tv49_a_training_day_doesnt_use_up_the_time() -> None:
    (finding,) = found(WITHOUT_REASON, MIDNIGHT)

    assert finding.due_on == date(2026, 11, 30)
    assert found(WITHOUT_REASON, LAST_MOMENT) == ()


def test_tv20_an_entry_amended_to_late_arrival_is_overdue_no_more() -> None:
    assert found(register("////////U/", monday=date(2026, 11, 16)), MIDNIGHT) == ()


def test_the_day_ends_at_midnight_in_england_not_in_greenwich() -> None:
    entries = register("N/////////", monday=date(2026, 9, 14))
    monday_ends = datetime(2026, 9, 21, 23, 0, tzinfo=UTC)

    assert found(entries, monday_ends - timedelta(seconds=1)) == ()
    assert len(found(entries, monday_ends)) == 1


def test_it_is_to_be_asked_again_when_each_last_day_ends() -> None:
    entries = register("N//N//////", monday=date(2026, 9, 14))
    first, second = datetime(2026, 9, 21, 23, tzinfo=UTC), datetime(2026, 9, 22, 23, tzinfo=UTC)

    assert wakes(circumstances(entries, at=first - timedelta(minutes=1))) == [first, second]
    assert wakes(circumstances(entries, at=first)) == [second]
    assert wakes(circumstances(entries, at=second)) == []


def test_each_session_has_its_own_finding() -> None:
    entries = register("NN////////", monday=date(2026, 9, 14))

    assert met(found(entries, MIDNIGHT)) == ("2026-09-14 AM", "2026-09-14 PM")


def test_holidays_dont_use_up_the_time_either() -> None:
    entries = register("//////N///", monday=date(2026, 10, 19))

    (finding,) = found(entries, MIDNIGHT)

    assert finding.due_on == date(2026, 11, 5)


def test_days_closed_to_the_pupils_year_group_dont_use_it_up() -> None:
    closed = {am(date(2026, 9, 16)), pm(date(2026, 9, 16)), am(date(2026, 9, 17))}
    of = circumstances(
        register("N/////////", monday=date(2026, 9, 14)),
        at=MIDNIGHT,
        due=lambda session: session not in closed,
    )

    (finding,) = reason_not_established_overdue(of)

    assert finding.due_on == date(2026, 9, 22)


def test_where_the_calendar_ends_no_day_is_the_last_until_another_is_published() -> None:
    entries = register("N/--------", monday=date(2026, 7, 20))
    published = CalendarYear(
        AcademicYear("2026-27"), (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),)
    )
    to_july = SchoolCalendar((SUMMER_2026,))

    assert found(entries, MIDNIGHT, to_july) == ()
    assert wakes(circumstances(entries, at=MIDNIGHT, calendar=to_july)) == []
    (finding,) = found(entries, MIDNIGHT, to_july.with_year(published))
    assert finding.due_on == date(2026, 9, 7)

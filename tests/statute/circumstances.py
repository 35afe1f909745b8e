"""What rules are asked about, put together for a test: a pupil aged ten at a primary school."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from attendance.admission_entry import CharacteristicPeriod
from attendance.age import of_compulsory_school_age
from attendance.calendar import SchoolCalendar
from attendance.rules.circumstances import Circumstances, Considered
from attendance.rules.facts import Arrangement, Deleted, Entered, Placed, PupilFacts
from attendance.rules.finding import Due, Entry, always_due
from attendance.school_details import SchoolDetails
from domain.given import DETAILS
from statute.registers import CALENDAR

BORN: Final = date(2016, 5, 5)
START: Final = date(2024, 9, 2)
NOON: Final = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def held(
    characteristic: str, starts_on: date = START, ends_on: date | None = None
) -> CharacteristicPeriod:
    return CharacteristicPeriod(characteristic=characteristic, starts_on=starts_on, ends_on=ends_on)


def pupil(
    *characteristics: CharacteristicPeriod,
    born: date = BORN,
    placements: tuple[Placed, ...] = (Placed(START, "5", boarder=False, groups=("5A",)),),
    enrolments: tuple[Entered, ...] = (Entered(START, START, 1),),
    arrangements: tuple[Arrangement, ...] = (),
) -> PupilFacts:
    return PupilFacts(
        date_of_birth=born,
        placements=placements,
        enrolments=enrolments,
        characteristics=characteristics,
        arrangements=arrangements,
    )


def twice_on_roll(last_on: date, again_from: date) -> tuple[Entered, ...]:
    """Two times on roll: up to a day, and from another."""
    deleted = Deleted(last_on, last_on, "a", 500)
    return Entered(START, START, 1, deleted), Entered(again_from, again_from, 501)


def circumstances(
    entries: Sequence[Entry] = (),
    facts: PupilFacts | None = None,
    *,
    at: datetime = NOON,
    school: SchoolDetails = DETAILS,
    calendar: SchoolCalendar = CALENDAR,
    due: Due = always_due,
    considered: Sequence[Considered] = (),
) -> Circumstances:
    facts = facts or pupil()
    born = facts.date_of_birth
    return Circumstances(
        at=at,
        school=school,
        calendar=calendar,
        facts=facts,
        entries=entries,
        of_age=[each for each in entries if of_compulsory_school_age(born, each.session.on)],
        due=due,
        considered=considered,
    )

"""As of when an extract is: one instant of a school, settled, so that it can be asked for again.

Reads; lays out nothing. An extract of days that the log can't tell of is refused, since blanks
would be taken for registers that nobody took.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from attendance.calendar import london_date
from attendance.census import Period
from attendance.identifiers import Urn
from attendance.school import School
from attendance.school_details import SchoolDetails
from attendance.session import Half, Session, academic_year_of
from eventlog import SchoolId, newest_at
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.problems import Problem

from register_api.commands import Registry
from register_api.exporting.refusals import ENTRIES_DROPPED, NO_CALENDAR
from register_api.queries.moment import moment_of
from register_api.schemas.queries import AsOf
from register_api.schools import Known

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSchool:
    """A school as its log had it at an instant."""

    urn: Urn
    details: SchoolDetails
    school: School
    as_of: datetime
    position: int  # of the last event known then

    @property
    def today(self) -> date:
        """The school's own day at that instant."""
        return london_date(self.as_of)

    def weekday_sessions(self, period: Period) -> list[Session]:
        """List what may have entries: both sessions of every weekday, so far, held or not."""
        count = (min(period.last, self.today) - period.first).days + 1
        days = (period.first + number * DAY for number in range(count))
        return [Session(on, half) for on in days if on.weekday() < SATURDAY for half in Half]


async def known_school(
    registry: Registry, caller: Caller, urn: int, period: Period, as_of: datetime | None
) -> KnownSchool:
    """Read a school as it was known at an instant; by default as it is known now.

    Args:
        as_of: an instant yet to come is now.

    Raises:
        NotFound: the school isn't the caller's to see, or wasn't registered yet.
        Problem: a year of the period had no calendar (409), or its entries were dropped (410).
    """
    at = await _instant(registry, urn, as_of)
    asked = AsOf.model_construct(as_of=at)  # an instant already, and no words to be read as one
    async with moment_of(registry, caller, urn, asked) as moment:
        school = moment.school
    if school.details is None:
        raise NotFound("There is no such school.")
    _must_tell_of(school, moment.known, period)
    return KnownSchool(
        urn=Urn(urn), details=school.details, school=school, as_of=at, position=moment.position
    )


async def _instant(registry: Registry, urn: int, as_of: datetime | None) -> datetime:
    now = registry.runtime.clock()
    if as_of is not None and as_of <= now:
        return as_of
    async with of_school(registry.runtime.pool, urn) as conn:
        newest = await newest_at(conn, SchoolId(urn))
    # Machines' clocks differ: what was answered before is known now, whoever's clock dated it.
    return max(now, newest or now)


def _must_tell_of(school: School, known: Known, period: Period) -> None:
    for on in period:
        year = academic_year_of(on)
        if not school.calendar.covers(on):
            raise Problem(NO_CALENDAR, f"Publish the calendar of {year} and ask again.")
        if known.has_dropped(on):
            detail = f"The entries of {year} were kept as long as the law asks, and dropped."
            raise Problem(ENTRIES_DROPPED, detail)

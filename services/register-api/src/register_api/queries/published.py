"""Reads what a school has published of itself: details and calendars. Changes nothing."""

from attendance.calendar import CalendarYear
from attendance.identifiers import AcademicYear
from servicekit.caller import Caller
from servicekit.errors import NotFound

from register_api.commands import Registry
from register_api.queries.moment import moment_of
from register_api.schemas.published import CalendarOut, CalendarsOut, SchoolOut
from register_api.schemas.queries import AsOf


async def school_of(registry: Registry, caller: Caller, urn: int, asked: AsOf) -> SchoolOut:
    """Read a school's details.

    Raises:
        NotFound: the school isn't the caller's to see, or wasn't registered then.
        Problem: the moment can't be one (422).
    """
    async with moment_of(registry, caller, urn, asked) as moment:
        details = moment.school.details
    if details is None:
        raise NotFound("There was no such school then.")
    return SchoolOut.of(urn, details)


async def calendars_of(registry: Registry, caller: Caller, urn: int, asked: AsOf) -> CalendarsOut:
    """List a school's calendars, by academic year.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the moment can't be one (422).
    """
    return CalendarsOut(
        items=[CalendarOut.of(each) for each in await _years(registry, caller, urn, asked)]
    )


async def calendar_of(
    registry: Registry, caller: Caller, urn: int, year: AcademicYear, asked: AsOf
) -> CalendarOut:
    """Read a school's calendar of one academic year.

    Raises:
        NotFound: the school isn't the caller's to see, or has published none for that year.
        Problem: the moment can't be one (422).
    """
    for each in await _years(registry, caller, urn, asked):
        if each.year == year:
            return CalendarOut.of(each)
    raise NotFound("The school has published no calendar for that academic year.")


async def _years(
    registry: Registry, caller: Caller, urn: int, asked: AsOf
) -> tuple[CalendarYear, ...]:
    async with moment_of(registry, caller, urn, asked) as moment:
        return moment.school.calendar.years

"""HTTP for a school's details and calendars. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.identifiers import AcademicYear
from fastapi import APIRouter, Path, Query, Request
from servicekit.caller import RegisterReader, SchoolsWriter
from servicekit.commands import signatory
from servicekit.fields import UrnPath
from servicekit.problems import refusals

from register_api.access import must_keep_authority, must_see, registry_of
from register_api.commands import put_calendar, put_school
from register_api.queries.published import calendar_of, calendars_of, school_of
from register_api.refusals import (
    AUTHORITY_FIXED,
    CALENDAR_REFUSED,
    DETAILS_REFUSED,
    NO_CALENDAR,
    NO_SCHOOL,
    NOT_NOW,
)
from register_api.schemas.published import CalendarOut, CalendarsOut, SchoolOut
from register_api.schemas.queries import AsOf
from register_api.schemas.requests import CalendarIn, SchoolIn
from register_api.schemas.responses import PositionOut

router = APIRouter()

YearPath = Annotated[
    str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="academic year", examples=["2026-27"])
]


@router.put(
    "/schools/{urn}",
    operation_id="put_school",
    responses=refusals(DETAILS_REFUSED, AUTHORITY_FIXED, NO_SCHOOL, *NOT_NOW),
)
async def school(
    urn: UrnPath, body: SchoolIn, caller: SchoolsWriter, request: Request
) -> PositionOut:
    """Register a school, or change its details. Said again, nothing is recorded."""
    registry = registry_of(request)
    await must_see(registry, caller, urn, registering_with=body.la_code)
    must_keep_authority(caller, body.la_code)
    put = await put_school(registry, urn, body.to_details(), signatory(body.by, caller))
    request.state.position = put.position
    return PositionOut(position=put.position)


@router.put(
    "/schools/{urn}/calendars/{year}",
    operation_id="put_calendar",
    responses=refusals(CALENDAR_REFUSED, NO_SCHOOL, *NOT_NOW),
)
async def calendar(
    urn: UrnPath,
    year: YearPath,
    body: CalendarIn,
    caller: SchoolsWriter,
    request: Request,
) -> PositionOut:
    """Publish a school's calendar for an academic year, in place of any before it."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    stated = body.to_calendar(AcademicYear(year))
    put = await put_calendar(registry, urn, stated, signatory(body.by, caller))
    request.state.position = put.position
    return PositionOut(position=put.position)


@router.get("/schools/{urn}", operation_id="read_school", responses=refusals(NO_SCHOOL))
async def read_school(
    urn: UrnPath, caller: RegisterReader, request: Request, query: Annotated[AsOf, Query()]
) -> SchoolOut:
    """Read a school's details."""
    return await school_of(registry_of(request), caller, urn, query)


@router.get(
    "/schools/{urn}/calendars", operation_id="list_calendars", responses=refusals(NO_SCHOOL)
)
async def list_calendars(
    urn: UrnPath, caller: RegisterReader, request: Request, query: Annotated[AsOf, Query()]
) -> CalendarsOut:
    """List a school's calendars, by academic year, as each was published last."""
    return await calendars_of(registry_of(request), caller, urn, query)


@router.get(
    "/schools/{urn}/calendars/{year}",
    operation_id="read_calendar",
    responses=refusals(NO_SCHOOL, NO_CALENDAR),
)
async def read_calendar(
    urn: UrnPath,
    year: YearPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[AsOf, Query()],
) -> CalendarOut:
    """Read a school's calendar of one academic year, as it was published last."""
    return await calendar_of(registry_of(request), caller, urn, AcademicYear(year), query)

"""HTTP for a school's details and calendars. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.identifiers import AcademicYear
from fastapi import APIRouter, Path, Request
from servicekit.caller import SchoolsWriter
from servicekit.fields import UrnPath
from servicekit.problems import refusals

from register_api.access import must_keep_authority, must_see, registry_of, signatory
from register_api.commands import put_calendar, put_school
from register_api.refusals import (
    AUTHORITY_FIXED,
    CALENDAR_REFUSED,
    DETAILS_REFUSED,
    NO_SCHOOL,
    SCHOOL_BUSY,
)
from register_api.schemas.requests import CalendarIn, SchoolIn
from register_api.schemas.responses import PositionOut

router = APIRouter()

YearPath = Annotated[
    str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}$", description="academic year", examples=["2026-27"])
]


@router.put(
    "/schools/{urn}", responses=refusals(DETAILS_REFUSED, AUTHORITY_FIXED, NO_SCHOOL, SCHOOL_BUSY)
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
    responses=refusals(CALENDAR_REFUSED, NO_SCHOOL, SCHOOL_BUSY),
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

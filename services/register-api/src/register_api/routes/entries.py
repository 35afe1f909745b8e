"""HTTP for a pupil's entries. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.identifiers import PupilId
from attendance.session import Session
from fastapi import APIRouter, Query, Request
from servicekit.caller import RegisterReader
from servicekit.fields import PupilPath, UrnPath
from servicekit.problems import refusals

from register_api.access import registry_of
from register_api.queries.entries import entries_in_force, history_of
from register_api.queries.period import PERIOD_REFUSED
from register_api.refusals import NO_PUPIL, NO_SCHOOL
from register_api.routes.registers import DatePath, HalfPath
from register_api.schemas.queries import AsOf, EntriesQuery
from register_api.schemas.responses import EntriesOut, PupilEntriesOut

router = APIRouter()


@router.get(
    "/schools/{urn}/pupils/{pupil}/entries",
    responses=refusals(NO_SCHOOL, NO_PUPIL, PERIOD_REFUSED),
)
async def list_pupil_entries(
    urn: UrnPath,
    pupil: PupilPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[EntriesQuery, Query()],
) -> PupilEntriesOut:
    """Read a pupil's entries in force over a time, and the sessions that have none and should.

    At most 366 days; the academic year to date unless said otherwise.
    """
    registry = registry_of(request)
    return await entries_in_force(registry, caller, urn, PupilId(pupil), query)


@router.get(
    "/schools/{urn}/pupils/{pupil}/entries/{date}/{session}",
    responses=refusals(NO_SCHOOL, NO_PUPIL),
)
async def read_session_entries(
    urn: UrnPath,
    pupil: PupilPath,
    on: DatePath,
    half: HalfPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[AsOf, Query()],
) -> EntriesOut:
    """Read every entry ever made for a pupil's session: the original and each amendment."""
    registry = registry_of(request)
    return await history_of(registry, caller, urn, PupilId(pupil), Session(on, half), query)

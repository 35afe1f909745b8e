"""HTTP for the history of a pupil's entries. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.identifiers import PupilId
from attendance.session import Session
from fastapi import APIRouter, Query, Request
from servicekit.caller import RegisterReader
from servicekit.fields import PupilPath, UrnPath
from servicekit.problems import refusals

from register_api.access import registry_of
from register_api.queries import entries_of
from register_api.refusals import NO_SCHOOL
from register_api.routes.registers import DatePath, HalfPath
from register_api.schemas.queries import NoQuery
from register_api.schemas.responses import EntriesOut

router = APIRouter()


@router.get("/schools/{urn}/pupils/{pupil}/entries/{date}/{session}", responses=refusals(NO_SCHOOL))
async def entries(
    urn: UrnPath,
    pupil: PupilPath,
    on: DatePath,
    half: HalfPath,
    caller: RegisterReader,
    request: Request,
    _query: Annotated[NoQuery, Query()],
) -> EntriesOut:
    """Read every entry ever made for a pupil's session: the original and each amendment."""
    registry = registry_of(request)
    return await entries_of(registry, caller, urn, PupilId(pupil), Session(on, half))

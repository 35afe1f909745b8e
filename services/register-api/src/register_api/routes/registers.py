"""HTTP for taking, amending and reading the register. Translates; decides nothing; no SQL."""

from typing import Annotated

from attendance.session import Half, Session
from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import RegisterAmender, RegisterReader, RegisterWriter
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.dates import Day
from servicekit.fields import UrnPath
from servicekit.problems import refusals

from register_api.access import must_see, registry_of
from register_api.commands import amend_register, take_register
from register_api.queries.missing import missing_registers
from register_api.queries.register import register_of
from register_api.refusals import (
    ALREADY_MARKED,
    AMENDMENTS_REFUSED,
    ENTRY_CHANGED,
    MARKS_REFUSED,
    NO_SCHOOL,
    NOT_NOW,
)
from register_api.routes.lean import MarksRoute
from register_api.schemas.queries import MissingQuery, RegisterQuery
from register_api.schemas.requests import AmendmentsIn, MarksIn
from register_api.schemas.responses import (
    AmendedOut,
    MissingRegistersOut,
    RecordedOut,
    RegisterOut,
)

router = APIRouter()

DatePath = Annotated[Day, Path(alias="date", description="the session's date")]
HalfPath = Annotated[Half, Path(alias="session", description="AM or PM")]


async def record_marks(
    urn: UrnPath,
    on: DatePath,
    half: HalfPath,
    body: MarksIn,
    caller: RegisterWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> RecordedOut:
    """Enter pupils' marks for one session: all of them, or none."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = body.to_command(Session(on, half), signatory(body.by, caller))
    done = await take_register(registry, urn, command, keyed.of(caller.client, urn))
    answered(request, response, done)
    return RecordedOut(position=done.position, recorded=len(body.marks))


router.add_api_route(
    "/schools/{urn}/registers/{date}/{session}/marks",
    record_marks,
    methods=["POST"],
    status_code=201,
    responses=refusals(MARKS_REFUSED, ALREADY_MARKED, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
    route_class_override=MarksRoute,
)


@router.post(
    "/schools/{urn}/registers/{date}/{session}/amendments",
    status_code=201,
    responses=refusals(AMENDMENTS_REFUSED, ENTRY_CHANGED, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def amend_marks(
    urn: UrnPath,
    on: DatePath,
    half: HalfPath,
    body: AmendmentsIn,
    caller: RegisterAmender,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> AmendedOut:
    """Amend entries of one session: all of them, or none. Nothing is overwritten."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = body.to_command(Session(on, half), signatory(body.by, caller))
    done = await amend_register(registry, urn, command, keyed.of(caller.client, urn))
    answered(request, response, done)
    return AmendedOut(position=done.position, amended=len(body.amendments))


@router.get(
    "/schools/{urn}/registers/{date}/{session}",
    responses=refusals(NO_SCHOOL),
)
async def read_register(
    urn: UrnPath,
    on: DatePath,
    half: HalfPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[RegisterQuery, Query()],
) -> RegisterOut:
    """Read the register of one session, as it stands or as it was known at a moment."""
    return await register_of(registry_of(request), caller, urn, Session(on, half), query)


@router.get("/schools/{urn}/registers/missing", responses=refusals(NO_SCHOOL))
async def list_missing_registers(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[MissingQuery, Query()],
) -> MissingRegistersOut:
    """List the registers of a day that weren't taken, or not for everybody, by group and session.

    Only of sessions that have begun. A missing mark is no absence and counts for nothing.
    """
    return await missing_registers(registry_of(request), caller, urn, query)

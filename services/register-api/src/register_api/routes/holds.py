"""HTTP for holds on what is kept. Translates; decides nothing, and holds no SQL."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import HoldsReader, SchoolsWriter
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.fields import UrnPath
from servicekit.problems import refusals

from register_api.access import must_see, registry_of
from register_api.holds import hold_back, hold_id, holds_of, let_go
from register_api.refusals import HOLD_LIFTED, HOLD_REFUSED, NO_HOLD, NO_SCHOOL, NOT_NOW
from register_api.schemas.holds import HeldOut, HoldIn, HoldOut, HoldsOut, LiftingIn
from register_api.schemas.queries import NoQuery

router = APIRouter()

HoldPath = Annotated[UUID, Path(description="the hold")]


@router.post(
    "/schools/{urn}/retention-holds",
    operation_id="place_retention_hold",
    status_code=201,
    responses=refusals(HOLD_REFUSED, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def place(
    urn: UrnPath,
    body: HoldIn,
    caller: SchoolsWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> HeldOut:
    """Keep a school's entries, or one pupil's, past the years that the law asks for.

    While a hold stands, no recording year with anything of theirs in it is dropped.
    """
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = keyed.of(caller.client, urn)
    placing = body.to_command(hold_id(command), signatory(body.by, caller))
    done = await hold_back(registry, urn, placing, command)
    answered(request, response, done)
    return HeldOut(position=done.position, hold=placing.hold)


@router.post(
    "/schools/{urn}/retention-holds/{hold}/lifting",
    operation_id="lift_retention_hold",
    status_code=201,
    responses=refusals(HOLD_REFUSED, HOLD_LIFTED, NO_SCHOOL, NO_HOLD, *NOT_NOW, *COMMAND_REFUSALS),
)
async def lift(
    urn: UrnPath,
    hold: HoldPath,
    body: LiftingIn,
    caller: SchoolsWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> HeldOut:
    """Lift a hold: what it kept may go with its recording year again. The hold stays on record."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    lifting = body.to_command(hold, signatory(body.by, caller))
    done = await let_go(registry, urn, lifting, keyed.of(caller.client, urn))
    answered(request, response, done)
    return HeldOut(position=done.position, hold=hold)


@router.get(
    "/schools/{urn}/retention-holds",
    operation_id="list_retention_holds",
    responses=refusals(NO_SCHOOL),
)
async def holds(
    urn: UrnPath,
    caller: HoldsReader,
    request: Request,
    _query: Annotated[NoQuery, Query()],
) -> HoldsOut:
    """List a school's holds, newest first, with those that were lifted.

    Needs the scope `audit:read` or `schools:write`.
    """
    found = await holds_of(registry_of(request), caller, urn)
    return HoldsOut(items=[HoldOut.of(each) for each in found])

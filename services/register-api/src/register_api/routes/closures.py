"""HTTP for closures that nobody planned. Translates; decides nothing, and holds no SQL."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import RegisterAmender, RegisterReader, Scope
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.fields import UrnPath
from servicekit.paging import link_next
from servicekit.problems import refusals

from register_api.access import must_see, registry_of
from register_api.closing import (
    closure_id,
    closures_of,
    declare_closure,
    effect_of,
    undo_closure,
)
from register_api.refusals import CLOSURE_REFUSED, CLOSURE_UNDONE, NO_SCHOOL, NOT_NOW
from register_api.schemas.closures import (
    ClosureDeclaredOut,
    ClosureOut,
    ClosureReversedOut,
    ClosuresOut,
    ReversalIn,
    UnestablishedOut,
    UnplannedClosureIn,
)
from register_api.schemas.queries import ClosuresQuery

router = APIRouter()

ClosurePath = Annotated[UUID, Path(description="the closure")]


@router.post(
    "/schools/{urn}/closures",
    operation_id="declare_closure",
    status_code=201,
    responses=refusals(CLOSURE_REFUSED, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def declare(
    urn: UrnPath,
    body: UnplannedClosureIn,
    caller: RegisterAmender,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> ClosureDeclaredOut:
    """Enter an unplanned closure: one entry a pupil, or an amendment where there is one.

    Needs the scope `register:write` as well. Visits and other activities elsewhere keep their entry
    unless they were cancelled too. For a closure known in advance, publish the calendar.
    """
    caller.needs(Scope.REGISTER_WRITE)
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = keyed.of(caller.client, urn)
    closing = body.to_command(closure_id(command), signatory(body.by, caller))
    done = await declare_closure(registry, urn, closing, command)
    effect = await effect_of(registry, urn, command)
    answered(request, response, done)
    return ClosureDeclaredOut(
        position=done.position,
        closure=closing.closure,
        recorded=effect.recorded,
        amended=effect.amended,
    )


@router.post(
    "/schools/{urn}/closures/{closure}/reversal",
    operation_id="reverse_closure",
    status_code=201,
    responses=refusals(CLOSURE_REFUSED, CLOSURE_UNDONE, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def reverse(
    urn: UrnPath,
    closure: ClosurePath,
    body: ReversalIn,
    caller: RegisterAmender,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> ClosureReversedOut:
    """Take a closure back: its entries are amended to what stood before, and none is erased.

    An entry that was amended since stays. One that had nothing before it becomes `N`.
    """
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = keyed.of(caller.client, urn)
    reversal = body.to_command(signatory(body.by, caller))
    done = await undo_closure(registry, urn, closure, reversal, command)
    effect = await effect_of(registry, urn, command)
    answered(request, response, done)
    return ClosureReversedOut(
        position=done.position,
        closure=closure,
        amended=effect.amended,
        unestablished=[
            UnestablishedOut(date=session.on, session=session.half, pupil=pupil)
            for session, pupil in effect.unestablished
        ],
    )


@router.get("/schools/{urn}/closures", responses=refusals(NO_SCHOOL))
async def list_closures(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    response: Response,
    query: Annotated[ClosuresQuery, Query()],
) -> ClosuresOut:
    """List a school's unplanned closures, newest first."""
    page, following = await closures_of(registry_of(request), caller, urn, query)
    link_next(request, response, following)
    items = [ClosureOut.of(each.declared, each.reversal) for each in page]
    return ClosuresOut(items=items, next=following)

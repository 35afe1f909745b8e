"""HTTP for statutory returns. Translates; decides nothing, and holds no SQL."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from attendance.calendar import london_date
from eventlog import SchoolId
from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import AlertsDecider, Caller, ReturnsAcknowledger, ReturnsReader
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.fields import AskedPosition
from servicekit.freshness import wait_for_position
from servicekit.negotiation import JSON, NOT_ACCEPTABLE, form_of_answer
from servicekit.paging import encode_cursor, link_next
from servicekit.problems import INVALID, refusals

from notifications.access import (
    NAME,
    OwnRuntime,
    authority_boundary,
    boundary_of,
    school_boundary,
)
from notifications.pack import HTML, PACK, pack_of, page_of, private
from notifications.queries import authority_of, whole_return_of
from notifications.refusals import (
    NOT_FOUND,
    NOT_NOW,
    RETURN_NOT_NOW,
    RETURN_REFUSED,
    VIEW_BEHIND,
)
from notifications.return_commands import acknowledge, submit, visible_return
from notifications.return_record import ReturnRecord
from notifications.returns_table import WantedReturns, returns_page
from notifications.routes.paging import page_key
from notifications.schemas.return_facts import (
    AcknowledgementIn,
    ReturnRecordedOut,
    SubmissionIn,
)
from notifications.schemas.returns import (
    PackOut,
    ReturnOut,
    ReturnsAsked,
    ReturnsOut,
    WholeReturnOut,
)

router = APIRouter()

ReturnPath = Annotated[UUID, Path(alias="id", description="the return's id")]
MinPosition = Annotated[
    AskedPosition | None,
    Query(description="wait up to 5 s until the return is up to this position of its school's log"),
]
RECORDED = refusals(RETURN_REFUSED, RETURN_NOT_NOW, NOT_FOUND, *NOT_NOW, *COMMAND_REFUSALS)


@router.get("/returns", responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND))
async def list_returns(
    asked: Annotated[ReturnsAsked, Query()],
    caller: ReturnsReader,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> ReturnsOut:
    """List returns, newest first: an authority's those for it, a school's those it makes."""
    _must_be_within(asked, caller)
    await _up_to(runtime, caller, asked)
    today, boundary = london_date(runtime.clock()), boundary_of(caller)
    wanted = WantedReturns(
        la_code=asked.la,
        urn=asked.urn,
        status=asked.status,
        kind=asked.kind,
        overdue=asked.overdue,
        today=today,
        before=page_key(asked.cursor),
    )
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await returns_page(conn, boundary, wanted, limit=asked.limit + 1)
    page = found[: asked.limit]
    following = _cursor(page[-1]) if len(found) > asked.limit else None
    link_next(request, response, following)
    return ReturnsOut(items=[ReturnOut.of(each, today) for each in page], next=following)


@router.get(
    "/returns/{id}",
    response_model_exclude_unset=True,
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
)
async def show_return(
    return_id: ReturnPath,
    caller: ReturnsReader,
    runtime: OwnRuntime,
    response: Response,
    min_position: MinPosition = None,
) -> WholeReturnOut:
    """Show a return with all that it tells, how it was delivered, and what became of it."""
    response.headers.update(private())
    return await _whole(runtime, caller, return_id, min_position)


@router.get(
    "/returns/{id}/pack",
    response_model=PackOut,
    responses=PACK | refusals(INVALID, NOT_FOUND, NOT_ACCEPTABLE, VIEW_BEHIND),
)
async def show_pack(
    return_id: ReturnPath,
    caller: ReturnsReader,
    runtime: OwnRuntime,
    request: Request,
    min_position: MinPosition = None,
) -> Response:
    """Give a return ready to be handed over, or its withdrawal, as JSON or as a page to print."""
    form = form_of_answer(request, JSON, HTML)
    whole = await _whole(runtime, caller, return_id, min_position)
    pack = pack_of(whole, runtime.clock())
    if form == HTML:
        return page_of(pack)
    return Response(pack.model_dump_json(exclude_unset=True), media_type=JSON, headers=private())


@router.post("/returns/{id}/acknowledgement", status_code=HTTPStatus.CREATED, responses=RECORDED)
async def acknowledge_return(
    return_id: ReturnPath,
    body: AcknowledgementIn,
    caller: ReturnsAcknowledger,
    keyed: Keyed,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> ReturnRecordedOut:
    """Say for the authority that it has the return; a token for schools finds none here.

    Said again with the same reference nothing is recorded, and the key isn't used up. Said before
    without a reference, one can be added, once.
    """
    record = await visible_return(runtime, authority_boundary(caller), return_id)
    said = body.to_command(caller)
    done = await acknowledge(runtime, record, said, keyed.of(caller.client, record.urn))
    answered(request, response, done)
    return ReturnRecordedOut(position=done.position, id=return_id)


@router.post("/returns/{id}/submission", status_code=HTTPStatus.CREATED, responses=RECORDED)
async def record_submission(
    return_id: ReturnPath,
    body: SubmissionIn,
    caller: AlertsDecider,
    keyed: Keyed,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> ReturnRecordedOut:
    """Record that a person sent the return to the authority in another way than from here.

    Or, with `withdrawal`, told it so that the return was withdrawn: of one that a person had sent.
    An authority's token finds none here. What was recorded just so before isn't recorded again, and
    the key isn't used up.
    """
    record = await visible_return(runtime, school_boundary(caller), return_id)
    said = body.to_command(signatory(body.by, caller))
    done = await submit(runtime, record, said, keyed.of(caller.client, record.urn))
    answered(request, response, done)
    return ReturnRecordedOut(position=done.position, id=return_id)


async def _whole(
    runtime: OwnRuntime, caller: Caller, return_id: UUID, min_position: int | None
) -> WholeReturnOut:
    boundary = boundary_of(caller)
    record = await visible_return(runtime, boundary, return_id)
    if min_position is not None:
        await wait_for_position(runtime, NAME, SchoolId(record.urn), min_position)
        record = await visible_return(runtime, boundary, return_id)
    found = await whole_return_of(runtime, boundary, record)
    today = london_date(runtime.clock())
    return WholeReturnOut.whole(record, found.versions, found.deliveries, today)


async def _up_to(runtime: OwnRuntime, caller: Caller, asked: ReturnsAsked) -> None:
    """Wait until the returns of the school are as asked for; only of one that the caller may see.

    Raises:
        NotFound: it is another's, or isn't registered.
        ViewBehind: they weren't within five seconds.
    """
    if asked.urn is None or asked.min_position is None:
        return
    caller.must_see(asked.urn, await authority_of(runtime, asked.urn))
    await wait_for_position(runtime, NAME, SchoolId(asked.urn), asked.min_position)


def _must_be_within(asked: ReturnsAsked, caller: Caller) -> None:
    if asked.la is not None and caller.la_code not in (None, asked.la):
        raise NotFound("There is no such authority.")
    schools = None if caller.la_code is not None else caller.urns
    if asked.urn is not None and schools is not None and asked.urn not in schools:
        raise NotFound("There is no such school.")


def _cursor(last: ReturnRecord) -> str:
    made_at: datetime = last.made.made_at
    return encode_cursor([made_at.isoformat(), str(last.made.id)])

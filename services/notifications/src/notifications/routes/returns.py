"""HTTP for statutory returns. Translates; decides nothing, and holds no SQL."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from attendance.calendar import london_date
from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import AlertsDecider, Caller, ReturnsAcknowledger, ReturnsReader
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.negotiation import JSON, NOT_ACCEPTABLE, form_of_answer
from servicekit.paging import encode_cursor, link_next
from servicekit.problems import INVALID, refusals

from notifications.access import OwnRuntime, authority_boundary, boundary_of
from notifications.pack import HTML, PACK, law_of, page_of, private
from notifications.queries import whole_return_of
from notifications.refusals import NOT_FOUND, NOT_NOW, RETURN_NOT_NOW, RETURN_REFUSED
from notifications.return_commands import acknowledge, submit, visible_return
from notifications.returns_table import ReturnRecord, WantedReturns, returns_page
from notifications.routes.paging import page_key
from notifications.schemas.returns import (
    AcknowledgementIn,
    PackOut,
    ReturnOut,
    ReturnRecordedOut,
    ReturnsAsked,
    ReturnsOut,
    SubmissionIn,
    WholeReturnOut,
)

router = APIRouter()

ReturnPath = Annotated[UUID, Path(alias="id", description="the return's id")]
RECORDED = refusals(RETURN_REFUSED, RETURN_NOT_NOW, NOT_FOUND, *NOT_NOW, *COMMAND_REFUSALS)


@router.get("/returns", responses=refusals(INVALID, NOT_FOUND))
async def list_returns(
    asked: Annotated[ReturnsAsked, Query()],
    caller: ReturnsReader,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> ReturnsOut:
    """List returns, newest first: an authority's those for it, a school's those it makes."""
    _must_be_within(asked, caller)
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
    responses=refusals(INVALID, NOT_FOUND),
)
async def show_return(
    return_id: ReturnPath, caller: ReturnsReader, runtime: OwnRuntime, response: Response
) -> WholeReturnOut:
    """Show a return with all that it tells, how it was delivered, and what became of it."""
    response.headers.update(private())
    return await _whole(runtime, caller, return_id)


@router.get(
    "/returns/{id}/pack",
    response_model=PackOut,
    responses=PACK | refusals(INVALID, NOT_FOUND, NOT_ACCEPTABLE),
)
async def show_pack(
    return_id: ReturnPath, caller: ReturnsReader, runtime: OwnRuntime, request: Request
) -> Response:
    """Give a return ready to be handed over, as JSON or as a page to print."""
    form = form_of_answer(request, JSON, HTML)
    whole = await _whole(runtime, caller, return_id)
    title, source = law_of(whole.kind)
    pack = PackOut(title=title, source=source, prepared_at=runtime.clock(), statutory_return=whole)
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
    """Say for the authority that it has the return; a token for schools finds none here."""
    record = await visible_return(runtime, authority_boundary(caller), return_id)
    said = body.to_command(signatory(body.by, caller))
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
    """Record that a person sent the return to the authority in another way than from here."""
    record = await visible_return(runtime, boundary_of(caller), return_id)
    said = body.to_command(signatory(body.by, caller))
    done = await submit(runtime, record, said, keyed.of(caller.client, record.urn))
    answered(request, response, done)
    return ReturnRecordedOut(position=done.position, id=return_id)


async def _whole(runtime: OwnRuntime, caller: Caller, return_id: UUID) -> WholeReturnOut:
    boundary = boundary_of(caller)
    record = await visible_return(runtime, boundary, return_id)
    found = await whole_return_of(runtime, boundary, record)
    today = london_date(runtime.clock())
    return WholeReturnOut.whole(record, found.versions, found.deliveries, today)


def _must_be_within(asked: ReturnsAsked, caller: Caller) -> None:
    if asked.la is not None and caller.la_code not in (None, asked.la):
        raise NotFound("There is no such authority.")
    schools = None if caller.la_code is not None else caller.urns
    if asked.urn is not None and schools is not None and asked.urn not in schools:
        raise NotFound("There is no such school.")


def _cursor(last: ReturnRecord) -> str:
    made_at: datetime = last.made.made_at
    return encode_cursor([made_at.isoformat(), str(last.made.id)])

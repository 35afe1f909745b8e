"""HTTP for alerts. Translates; decides nothing, and holds no SQL."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import AlertsReader, Caller
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import INVALID, ItemProblem, Problem, refusals

from thresholds import alerts_table
from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.alerts_table import SchoolAlert, Wanted
from thresholds.asked import AlertsAsked, Once
from thresholds.schemas import AlertHistoryOut, AlertOut, AlertsOut, shown

router = APIRouter()
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


@router.get("/alerts", responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND), dependencies=[Once])
async def list_alerts(
    asked: Annotated[AlertsAsked, Query()],
    caller: AlertsReader,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> AlertsOut:
    """List alerts of the schools the token is for, the newest first."""
    before = _before(asked.cursor)
    if asked.urn is not None:
        await school_in_view(runtime, caller, asked.urn, asked.min_position)
    wanted = Wanted(
        urns=_schools(asked, caller),
        la_code=_authority(asked, caller),
        rule=asked.rule,
        status=asked.status,
        pupil=asked.pupil,
        before=before,
    )
    async with of_schools(runtime.pool, wanted.urns) as conn:
        found = await alerts_table.page(conn, wanted, asked.limit)
    following = _cursor(found[-1]) if len(found) == asked.limit else None
    link_next(request, response, following)
    return AlertsOut(items=[AlertOut(**shown(alert)) for alert in found], next=following)


@router.get("/alerts/{id}", responses=refusals(INVALID, NOT_FOUND))
async def read_alert(
    alert_id: Annotated[UUID, Path(alias="id", description="the alert's id")],
    caller: AlertsReader,
    runtime: OwnRuntime,
) -> AlertHistoryOut:
    """Read one alert with its history."""
    async with of_schools(runtime.pool, caller.urns) as conn:
        found = await alerts_table.one(conn, alert_id)
    if found is None or not caller.may_see(found[0].urn, found[1]):
        raise NotFound("There is no such alert.")
    return AlertHistoryOut(**shown(found[0]), history=found[0].record.history)


def _schools(asked: AlertsAsked, caller: Caller) -> list[int] | None:
    if asked.urn is not None:
        return [asked.urn]
    if caller.la_code is not None or caller.urns is None:
        return None
    return sorted(caller.urns)


def _authority(asked: AlertsAsked, caller: Caller) -> str | None:
    if caller.la_code is not None and asked.la not in (None, caller.la_code):
        raise NotFound("There is no such authority.")
    return caller.la_code or asked.la


def _cursor(last: SchoolAlert) -> str:
    raised = (last.record.raised_at - EPOCH) // MICROSECOND
    return encode_cursor([raised, str(last.record.alert)])


def _before(cursor: str | None) -> tuple[datetime, UUID] | None:
    key = decode_cursor(cursor, (int, str))
    if key is None:
        return None
    try:
        return EPOCH + key[0] * MICROSECOND, UUID(key[1])
    except (OverflowError, ValueError):
        wrong = ItemProblem("/query/cursor", "cursor-invalid", "Use the cursor of the page before.")
        raise Problem(INVALID, "1 item is wrong.", [wrong]) from None

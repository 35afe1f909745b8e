"""HTTP for alerts. Translates; decides nothing, and holds no SQL."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from attendance.calendar import london_date
from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import AlertsDecider, AlertsReader, Caller
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.database import of_school, of_schools
from servicekit.errors import NotFound
from servicekit.paging import cursor_refused, decode_cursor, encode_cursor, link_next
from servicekit.problems import INVALID, refusals

from thresholds import alerts_table, answering
from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.alert_schemas import (
    AlertHistoryOut,
    AlertOut,
    AlertsOut,
    NextNoticeOut,
    shown,
)
from thresholds.alerts_table import SchoolAlert, Wanted
from thresholds.asked import AlertsAsked, Once
from thresholds.commands import consider
from thresholds.decision_schemas import DecidedOut, DecisionAdviceOut, DecisionIn
from thresholds.queries import next_notices, told_beside, visible_alert
from thresholds.refusals import DECISION_NOT_NOW, DECISION_REFUSED, NO_ALERT, NOT_NOW

router = APIRouter()
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

AlertPath = Annotated[UUID, Path(alias="id", description="the alert's id")]


@router.get(
    "/alerts",
    response_model=AlertsOut,
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
    dependencies=[Once],
)
async def list_alerts(
    asked: Annotated[AlertsAsked, Query()],
    caller: AlertsReader,
    runtime: OwnRuntime,
    request: Request,
) -> Response:
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
        group=asked.group,
        before=before,
    )
    async with of_schools(runtime.pool, wanted.urns) as conn:
        found = await alerts_table.page(conn, wanted, asked.limit)
    following = _cursor(found[-1]) if len(found) == asked.limit else None
    response = await answering.answered(
        lambda: AlertsOut(items=[AlertOut(**shown(alert)) for alert in found], next=following)
    )
    link_next(request, response, following)
    return response


@router.get("/alerts/{id}", responses=refusals(INVALID, NOT_FOUND))
async def read_alert(
    alert_id: AlertPath,
    caller: AlertsReader,
    runtime: OwnRuntime,
) -> AlertHistoryOut:
    """Read one alert with its history, and what a penalty notice on it would be."""
    alert = await visible_alert(runtime, caller, alert_id)
    async with of_school(runtime.pool, alert.urn) as conn:
        told = await told_beside(conn, alert)
    notices = next_notices(alert, told, london_date(runtime.clock()))
    return AlertHistoryOut(
        **shown(alert),
        history=alert.record.history,
        next_notices=None if notices is None else [NextNoticeOut.of(each) for each in notices],
    )


@router.post(
    "/alerts/{id}/decisions",
    status_code=201,
    responses=refusals(DECISION_REFUSED, DECISION_NOT_NOW, NO_ALERT, *NOT_NOW, *COMMAND_REFUSALS),
)
async def decide_on_alert(
    alert_id: AlertPath,
    body: DecisionIn,
    caller: AlertsDecider,
    keyed: Keyed,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> DecidedOut:
    """Record what a person decided on an alert: that it was considered, at the least.

    What comes after the day it is about may give new cause, and raises another alert.
    """
    alert = await visible_alert(runtime, caller, alert_id)
    considering = body.to_command(alert_id, signatory(body.by, caller))
    done = await consider(runtime, alert, considering, keyed.of(caller.client, alert.urn))
    answered(request, response, done.appended)
    return DecidedOut(
        position=done.appended.position,
        alert=alert_id,
        status=done.status,
        advice=[DecisionAdviceOut.of(each) for each in done.advice],
    )


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
        raise cursor_refused() from None

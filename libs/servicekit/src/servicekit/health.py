"""Is it alive, is it ready, what does it measure: the routes of operation, open to everyone.

`/ready` is 503 only when this process can't serve. A consumer in trouble shows red there and never
takes the register out of service with it.
"""

import asyncio
from http import HTTPStatus
from typing import Final, Literal

import asyncpg
from eventlog import lag, skips, standing_faults
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from servicekit.database import of_every_school
from servicekit.service import Check, Runtime

operation = APIRouter(tags=["operation"])

DATABASE_SECONDS: Final = 3
PING: Final = "SELECT count(*) FROM eventlog.school_log WHERE school_id = 0"
MEASURED: Final = 'rollbook_request_seconds_count{method="GET",route="/live",status="200"} 42.0\n'
ADVICE: Final = (
    "The school's event at this position can't be consumed; the error names the place. Nothing "
    "after it is lost, and other schools go on. It is tried again by itself. Once what is wrong is "
    "mended, have it tried at once: rollbook faults retry --consumer {consumer} --urn {school}"
)


class LiveOut(BaseModel):
    """That the process answers."""

    status: Literal["live"] = "live"


class FaultOut(BaseModel):
    """A school one consumer can't go on with."""

    school: int = Field(description="URN")
    position: int = Field(
        description="of the event that can't be consumed; 0: no event, an instant that has come"
    )
    error: str = Field(
        description="type and place of the error", examples=["MalformedEvent at codec:41 decode"]
    )
    attempts: int
    since: str = Field(description="RFC 3339 UTC", examples=["2026-11-20T09:05:00+00:00"])
    what_to_do: str = Field(examples=[ADVICE.format(consumer="thresholds", school=136412)])


class SkipOut(BaseModel):
    """An event that one consumer passes over; `rollbook faults` says who decided that, and why."""

    school: int = Field(description="URN")
    position: int = Field(description="of the event that isn't consumed")
    since: str = Field(description="RFC 3339 UTC", examples=["2026-11-20T09:05:00+00:00"])


class ConsumerOut(BaseModel):
    """How a consumer stands."""

    name: str = Field(examples=["thresholds"])
    status: Literal["green", "red"]
    lag_events: int = Field(description="events that wait, over all schools")
    faults: list[FaultOut]
    skipped: list[SkipOut] = Field(description="events passed over for good, oldest skip first")


class CheckOut(BaseModel):
    """How something stands that a service answers for."""

    name: str = Field(examples=["deliveries"])
    status: Literal["green", "red"]
    figures: dict[str, int | None] = Field(examples=[{"endpoints_disabled": 0}])
    what_to_do: str | None = Field(description="where it is red", examples=[None])


class ReadyOut(BaseModel):
    """How a process stands."""

    status: Literal["ready", "degraded", "unavailable"]
    database: Literal["green", "red"]
    consumers: list[ConsumerOut]
    checks: list[CheckOut]


@operation.get("/live")
async def check_liveness() -> LiveOut:
    """Tell that the process answers."""
    return LiveOut()


@operation.get(
    "/ready", responses={503: {"description": "the database can't be reached", "model": ReadyOut}}
)
async def check_readiness(request: Request, response: Response) -> ReadyOut:
    """Tell whether the process can serve, and how its consumers stand."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            for runtime in request.app.state.runtimes.values():
                async with of_every_school(runtime.pool) as conn:
                    await conn.fetchval(PING)
            consumers = [
                await _consumer(runtime, consumer.name)
                for name, runtime in request.app.state.runtimes.items()
                for consumer in request.app.state.consumers[name]
            ]
            checks = [
                _check(check)
                for name, checks_of in request.app.state.checks.items()
                for check in await checks_of(request.app.state.runtimes[name])
            ]
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return ReadyOut(status="unavailable", database="red", consumers=[], checks=[])
    statuses = [each.status for each in consumers] + [each.status for each in checks]
    return ReadyOut(
        status="degraded" if "red" in statuses else "ready",
        database="green",
        consumers=consumers,
        checks=checks,
    )


@operation.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": MEASURED}}}
    },
)
async def read_metrics(request: Request) -> Response:
    """Give the process's measurements in Prometheus's text format."""
    return Response(request.app.state.metrics.rendered(), media_type="text/plain; version=0.0.4")


def _check(check: Check) -> CheckOut:
    return CheckOut(
        name=check.name,
        status="green" if check.green else "red",
        figures=dict(check.figures),
        what_to_do=None if check.green else check.what_to_do,
    )


async def _consumer(runtime: Runtime, name: str) -> ConsumerOut:
    async with of_every_school(runtime.pool) as conn:
        waiting = await lag(conn, name)
        faults = await standing_faults(conn, name)
        skipped = await skips(conn, name)
    return ConsumerOut(
        name=name,
        status="red" if faults else "green",
        lag_events=waiting,
        faults=[
            FaultOut(
                school=fault.school,
                position=fault.position,
                error=fault.error,
                attempts=fault.attempts,
                since=fault.first_at.isoformat(),
                what_to_do=ADVICE.format(consumer=name, school=fault.school),
            )
            for fault in faults
        ],
        skipped=[
            SkipOut(school=each.school, position=each.position, since=each.skipped_at.isoformat())
            for each in skipped
        ],
    )

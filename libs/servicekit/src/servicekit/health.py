"""Is it alive, is it ready, what does it measure: the routes of operation, open to everyone.

`/ready` is 503 only when this process can't serve. A consumer in trouble shows red there and never
takes the register out of service with it.
"""

import asyncio
from http import HTTPStatus
from typing import Final, Literal

import asyncpg
from eventlog import lag, standing_faults
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from servicekit.database import of_every_school
from servicekit.service import Runtime

operation = APIRouter(tags=["operation"])

DATABASE_SECONDS: Final = 3
PING: Final = "SELECT count(*) FROM eventlog.school_log WHERE school_id = 0"
MEASURED: Final = 'rollbook_request_seconds_count{method="GET",route="/live",status="200"} 42.0\n'
ADVICE: Final = (
    "The school's next event can't be consumed. It is tried again by itself; the error names the "
    "place. Nothing after it is lost, and other schools go on."
)


class LiveOut(BaseModel):
    """That the process answers."""

    status: Literal["live"] = "live"


class FaultOut(BaseModel):
    """A school one consumer can't go on with."""

    school: int = Field(description="URN")
    position: int = Field(description="of the event that can't be consumed")
    error: str = Field(
        description="type and place of the error", examples=["MalformedEvent at codec:41 decode"]
    )
    attempts: int
    since: str = Field(description="RFC 3339 UTC", examples=["2026-11-20T09:05:00+00:00"])
    what_to_do: str = ADVICE


class ConsumerOut(BaseModel):
    """How a consumer stands."""

    name: str = Field(examples=["thresholds"])
    status: Literal["green", "red"]
    lag_events: int = Field(description="events that wait, over all schools")
    faults: list[FaultOut]


class ReadyOut(BaseModel):
    """How a process stands."""

    status: Literal["ready", "degraded", "unavailable"]
    database: Literal["green", "red"]
    consumers: list[ConsumerOut]


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
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return ReadyOut(status="unavailable", database="red", consumers=[])
    degraded = any(consumer.status == "red" for consumer in consumers)
    return ReadyOut(
        status="degraded" if degraded else "ready", database="green", consumers=consumers
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


async def _consumer(runtime: Runtime, name: str) -> ConsumerOut:
    async with of_every_school(runtime.pool) as conn:
        waiting = await lag(conn, name)
        faults = await standing_faults(conn, name)
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
            )
            for fault in faults
        ],
    )

"""Replays as they are asked for and shown."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from servicekit.dates import Instant
from servicekit.fields import Closed

from notifications.replays_table import Replay

MAX_IDS = 1000


class ReplayIn(Closed):
    """What is to be sent again: by ids, by time, or what was given up. One of the three."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"missing_only": True}]})

    ids: list[UUID] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_IDS,
        description="events by their ids, which are their webhook-ids",
        examples=[["6f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10"]],
    )
    first: Instant | None = Field(
        default=None,
        alias="from",
        description="events by when they were owed (`created_at` of the delivery), from this "
        "instant on",
        examples=["2026-11-20T00:00:00Z"],
    )
    before: Instant | None = Field(
        default=None,
        alias="to",
        description="goes with `from`: up to this instant, which isn't included",
        examples=["2026-11-21T00:00:00Z"],
    )
    missing_only: Literal[True] | None = Field(
        default=None, description="events that stand as undelivered", examples=[True]
    )


class ReplayStatus(StrEnum):
    """Where a replay stands."""

    RUNNING = "running"
    FINISHED = "finished"


class ReplayOut(Closed):
    """A replay, as far as it has come."""

    id: UUID
    subscription: UUID
    status: ReplayStatus
    total: int = Field(description="events it takes up", examples=[120])
    waiting: int = Field(description="of these, not sent again yet", examples=[20])
    delivered: int = Field(description="of these, taken by the endpoint", examples=[99])
    undelivered: int = Field(description="of these, given up after four attempts", examples=[1])
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, replay: Replay) -> "ReplayOut":
        """Show a replay."""
        finished = replay.finished_at is not None
        return cls(
            id=replay.id,
            subscription=replay.subscription,
            status=ReplayStatus.FINISHED if finished else ReplayStatus.RUNNING,
            total=replay.total,
            waiting=0 if finished else replay.total - replay.delivered - replay.undelivered,
            delivered=replay.delivered,
            undelivered=replay.undelivered,
            created_at=replay.created_at,
            finished_at=replay.finished_at,
        )

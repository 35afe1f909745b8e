"""What operators see of deliveries: the gauges of `/metrics`, the check of `/ready`."""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from attendance.calendar import london_date
from servicekit.database import of_every_school
from servicekit.runner import until_stopped
from servicekit.service import Check, Runtime

from notifications.instruments import Instruments
from notifications.keyless_table import sealed_otherwise_than
from notifications.rotation import opens
from notifications.sealing import seal_of
from notifications.standing_table import (
    MOST_COUNTED,
    ReturnsStanding,
    Standing,
    count_waiting,
    returns_standing,
    standing,
)

GAUGE_SECONDS: Final = 15.0
LATE_SECONDS: Final = 24 * 3600  # what waits longer is late under any duty to tell an authority
WHAT_TO_DO: Final = (
    "GET /notifications/v1/operations/events names the endpoints that were disabled or began to "
    "fail. One that is mended is verified again: POST /notifications/v1/subscriptions/{id}/"
    "verification; what waits then goes out in order. What was given up is sent again by POST "
    "/notifications/v1/subscriptions/{id}/replays."
)


OF_RETURNS: Final = (
    "GET /notifications/v1/returns?status=undelivered lists the statutory returns that no endpoint "
    "of their authority took. Replayed, they go out again; else each has a pack, "
    "GET /notifications/v1/returns/{id}/pack, to be handed over and recorded by the school: "
    "POST /notifications/v1/returns/{id}/submission."
)


OF_SECRETS: Final = (
    "Give the key they were sealed with again, in ROLLBOOK_SECRETS_KEY beside the newer ones: what "
    "waits goes out within minutes, and none of it has lost an attempt. Is the key lost for good, "
    "subscribers replace their secrets: POST /notifications/v1/subscriptions/{id}/secret-rotation "
    "with grace_seconds 0."
)


async def watch_deliveries(runtime: Runtime) -> None:
    """Keep the gauges up to date for as long as the process lives."""
    watch = Watch()
    await until_stopped(runtime, "deliveries watch", partial(watch.look, runtime))


class Watch:
    """When the gauges were last read: seldom, since reading them costs something each time."""

    def __init__(self) -> None:
        self._read = -GAUGE_SECONDS

    async def look(self, runtime: Runtime) -> None:
        """Read the gauges anew when it is time to."""
        if time.monotonic() - self._read < GAUGE_SECONDS:
            return
        self._read = time.monotonic()
        await set_gauges(runtime)


async def set_gauges(runtime: Runtime) -> None:
    """Read how deliveries stand and set the gauges to it."""
    now = runtime.clock()
    async with of_every_school(runtime.pool) as conn:
        found = await standing(conn, now=now)
        waiting = await count_waiting(conn)
        returns = await returns_standing(conn, today=london_date(now))
    instruments = runtime.metrics.own(Instruments)
    for state, count in found.endpoints.items():
        instruments.endpoints.labels(state).set(count)
    instruments.backlog.set(waiting)
    instruments.oldest.labels("waiting").set(_age(found.oldest_waiting_at, now) or 0)
    instruments.oldest.labels("given-up").set(_age(found.oldest_given_up_at, now) or 0)
    instruments.blocked_lanes.set(found.blocked_lanes)
    instruments.returns.labels("undelivered").set(returns.undelivered)
    instruments.returns.labels("past-due").set(returns.past_due)
    instruments.returns.labels("withdrawal-untold").set(returns.withdrawals_untold)
    instruments.oldest_return.set(_age(returns.oldest_undelivered_at, now) or 0)


async def check_deliveries(runtime: Runtime) -> Sequence[Check]:
    """Tell whether somebody needs to see to the deliveries, or to the returns among them.

    That is so when an endpoint is disabled, when something was given up, or waits for over a day,
    and when a secret can't be opened to sign with.
    """
    now, seal = runtime.clock(), seal_of(runtime.settings)
    async with of_every_school(runtime.pool) as conn:
        found = await standing(conn, now=now)
        returns = await returns_standing(conn, today=london_date(now))
        sealed = await sealed_otherwise_than(conn, seal.heads, now=now, limit=MOST_COUNTED)
    keyless = sum(not opens(each, seal, now) for each in sealed)
    return [_check(found, now), _check_secrets(keyless), _check_returns(returns, now)]


def _check(found: Standing, now: datetime) -> Check:
    waiting, given_up = _age(found.oldest_waiting_at, now), _age(found.oldest_given_up_at, now)
    late = waiting is not None and waiting > LATE_SECONDS
    return Check(
        name="deliveries",
        green=not (found.endpoints["disabled"] or given_up is not None or late),
        figures={
            **{f"endpoints_{state}": count for state, count in found.endpoints.items()},
            "oldest_waiting_seconds": waiting,
            "oldest_given_up_seconds": given_up,
            "blocked_lanes": found.blocked_lanes,
        },
        what_to_do=WHAT_TO_DO,
    )


def _check_secrets(keyless: int) -> Check:
    return Check(
        name="secrets",
        green=keyless == 0,
        figures={"unreadable": keyless},
        what_to_do=OF_SECRETS,
    )


def _check_returns(found: ReturnsStanding, now: datetime) -> Check:
    """Show what no authority has; a return past its day is a school's to see to, not red here."""
    return Check(
        name="returns",
        green=found.undelivered == 0,
        figures={
            "undelivered": found.undelivered,
            "past_due": found.past_due,
            "withdrawals_untold": found.withdrawals_untold,
            "oldest_undelivered_seconds": _age(found.oldest_undelivered_at, now),
        },
        what_to_do=OF_RETURNS,
    )


def _age(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else round((now - at).total_seconds())

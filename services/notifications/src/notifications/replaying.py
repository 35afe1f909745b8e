"""Replays: what was sent before is sent again, because its receiver asks. Sends nothing itself.

The messages are the same, ids and bytes, and go out through their lanes like any other. They are
put back a few at a time, in the order they were owed, and only where nothing new waits: what is due
is never overtaken (docs/decisions/0038). A replay is a row, so whichever process looks next takes
it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias
from uuid import UUID, uuid4

from eventlog import Connection
from servicekit.database import of_every_school, of_schools
from servicekit.errors import NotFound
from servicekit.logs import log
from servicekit.runner import Failed, attempted, until_stopped
from servicekit.service import Runtime

from notifications.access import Boundary
from notifications.commands import NO_SUBSCRIPTION
from notifications.deliveries_table import delivery_id
from notifications.errors import ReplayRefused, ReplayRunning
from notifications.lanes_table import fill_lanes
from notifications.replay_items_table import (
    choose_by_id,
    choose_by_time,
    choose_missing,
    count_under_way,
    has_waiting,
    known_deliveries,
    lanes_by_school,
    pick,
    put_back,
)
from notifications.replays_table import (
    Held,
    Replay,
    add_replay,
    count_replay,
    find_replay,
    finish_replay,
    hold_replay,
    note_look,
    put_off,
    running_replay_of,
    running_replays,
)
from notifications.subscriptions_table import find_subscription

MOST_MESSAGES: Final = 100_000  # of one replay: what is chosen is written down
AT_ONCE: Final = 100  # of one replay in lanes: what comes in new never waits behind more

LOOK_SECONDS: Final = (1, 2, 4, 8, 15, 30, 60)
"""The wait before each look while news is in the way; the last repeats. A look goes over all that
waits."""


@dataclass(frozen=True, slots=True)
class TheseEvents:
    """Messages by their ids."""

    events: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class OwedBetween:
    """Messages by when they were first owed; the last instant isn't included."""

    first: datetime
    before: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """Messages that were given up."""


Wanted: TypeAlias = TheseEvents | OwedBetween | Missing


async def ask_for_replay(
    runtime: Runtime, boundary: Boundary, subscription: UUID, wanted: Wanted
) -> Replay:
    """Begin a replay of what a subscription was sent, or was to be sent in vain.

    What still waits isn't part of it: it is on its way.

    Raises:
        NotFound: no such subscription, or another's.
        ReplayRunning: it has one that isn't finished.
        ReplayRefused: an id isn't of this subscription, or there is more than one replay may be.
    """
    replay = uuid4()
    async with of_schools(runtime.pool, boundary.urns) as conn, conn.transaction():
        if await find_subscription(conn, boundary, subscription, to="replay") is None:
            raise NotFound(NO_SUBSCRIPTION)
        running = await running_replay_of(conn, subscription)
        if running is not None:
            raise ReplayRunning(f"Replay {running} isn't finished. Wait for it.")
        await add_replay(conn, replay, subscription, now=runtime.clock())
        total = await _chosen(conn, replay, subscription, wanted)
        if total > MOST_MESSAGES:
            raise ReplayRefused({"": "too-many-events"})
        await count_replay(conn, replay, total)
    return await read_replay(runtime, boundary, subscription, replay)


async def read_replay(
    runtime: Runtime, boundary: Boundary, subscription: UUID, replay: UUID
) -> Replay:
    """Read how far a replay has come.

    Raises:
        NotFound: no such replay, or of another's subscription.
    """
    async with of_schools(runtime.pool, boundary.urns) as conn:
        seen = await find_subscription(conn, boundary, subscription, to="read")
        found = await find_replay(conn, subscription, replay) if seen else None
    if found is None:
        raise NotFound("There is no such replay.")
    return found


async def run_replays(runtime: Runtime) -> None:
    """Take replays on for as long as the process lives."""
    await until_stopped(runtime, "replays", partial(take_replays_on, runtime))


async def take_replays_on(runtime: Runtime) -> None:
    """Take each replay that isn't finished one step on; one that fails holds up no other."""
    async with of_every_school(runtime.pool) as conn:
        running = await running_replays(conn, now=runtime.clock())
    for replay in running:
        failed = await attempted(_taken_on(runtime, replay))
        if isinstance(failed, Failed):
            log.error("replay not taken on", replay=str(replay), error=failed.error)
            await _leave_alone(runtime, replay)


async def _taken_on(runtime: Runtime, replay: UUID) -> None:
    async with of_every_school(runtime.pool) as conn, conn.transaction():
        await _step(conn, replay, now=runtime.clock())


async def _leave_alone(runtime: Runtime, replay: UUID) -> None:
    until = runtime.clock() + timedelta(seconds=LOOK_SECONDS[0])
    async with of_every_school(runtime.pool) as conn:
        await put_off(conn, replay, until=until)


async def _chosen(conn: Connection, replay: UUID, subscription: UUID, wanted: Wanted) -> int:
    most = MOST_MESSAGES + 1
    match wanted:
        case TheseEvents(events):
            deliveries = [delivery_id(subscription, event) for event in events]
            await _must_know(conn, subscription, deliveries)
            return await choose_by_id(conn, replay, subscription, deliveries=deliveries, most=most)
        case OwedBetween(first, before):
            return await choose_by_time(
                conn, replay, subscription, first=first, before=before, most=most
            )
        case Missing():
            return await choose_missing(conn, replay, subscription, most=most)


async def _must_know(conn: Connection, subscription: UUID, deliveries: Sequence[UUID]) -> None:
    known = await known_deliveries(conn, subscription, deliveries)
    wrong = {
        f"/ids/{index}": "unknown-event"
        for index, each in enumerate(deliveries)
        if each not in known
    }
    if wrong:
        raise ReplayRefused(wrong)


async def _step(conn: Connection, replay: UUID, *, now: datetime) -> None:
    held = await hold_replay(conn, replay, now=now)
    if held is None:
        return
    under_way = await count_under_way(conn, replay)
    room = max(0, AT_ONCE - under_way)
    picked = await pick(conn, replay, held.subscription, limit=room) if room else []
    # In one order, so that this and a sender that settles can't wait for each other.
    for school, subjects in sorted(lanes_by_school(picked).items()):
        lanes = [(held.subscription, subject) for subject in subjects]
        await fill_lanes(conn, school, lanes, now=now)
    await put_back(conn, replay, held.subscription, picked)
    if len(picked) == room:
        if held.looks_in_vain:
            await note_look(conn, replay, in_vain=0, look_at=None)
    elif await has_waiting(conn, replay):
        await _look_later(conn, replay, held, found_some=bool(picked), now=now)
    elif not picked and not under_way:
        await finish_replay(conn, replay, now=now)


async def _look_later(
    conn: Connection, replay: UUID, held: Held, *, found_some: bool, now: datetime
) -> None:
    in_vain = 0 if found_some else min(held.looks_in_vain + 1, len(LOOK_SECONDS) - 1)
    look_at = now + timedelta(seconds=LOOK_SECONDS[in_vain])
    await note_look(conn, replay, in_vain=in_vain, look_at=look_at)

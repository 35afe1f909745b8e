"""HTTP for replays. Translates; decides nothing, and holds no SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from servicekit.caller import SubscriptionsKeeper
from servicekit.problems import ItemProblem, Problem, refusals

from notifications.access import OwnRuntime, boundary_of
from notifications.errors import ReplayRefused
from notifications.refusals import NOT_FOUND, REPLAY_REFUSED, REPLAY_RUNNING
from notifications.replaying import (
    MOST_MESSAGES,
    Missing,
    OwedBetween,
    TheseEvents,
    Wanted,
    ask_for_replay,
    read_replay,
)
from notifications.routes.subscriptions import SubscriptionPath
from notifications.schemas.replays import ReplayIn, ReplayOut

SAID: Final = {
    "one-way-to-choose": "Give ids, or from and to, or missing_only; one of them.",
    "time-is-empty": "Give a `to` that is after `from`.",
    "unknown-event": "This subscription was never owed that event.",
    "too-many-events": f"A replay takes up {MOST_MESSAGES:,} events at most; give a shorter time.",
}

router = APIRouter()

ReplayPath = Annotated[UUID, Path(description="the replay's id")]


@router.post(
    "/subscriptions/{subscription}/replays",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(NOT_FOUND, REPLAY_RUNNING, REPLAY_REFUSED),
)
async def begin_replay(
    subscription: SubscriptionPath,
    body: ReplayIn,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
) -> ReplayOut:
    """Send again what was sent before, or given up: the same messages under the same ids.

    They go out behind what is due, with the header `webhook-replay: true`. What still waits isn't
    part of a replay: it is on its way.
    """
    with _naming_the_items():
        begun = await ask_for_replay(runtime, boundary_of(caller), subscription, _wanted(body))
    return ReplayOut.of(begun)


@router.get("/subscriptions/{subscription}/replays/{replay}", responses=refusals(NOT_FOUND))
async def show_replay(
    subscription: SubscriptionPath,
    replay: ReplayPath,
    caller: SubscriptionsKeeper,
    runtime: OwnRuntime,
) -> ReplayOut:
    """Show how far a replay has come."""
    found = await read_replay(runtime, boundary_of(caller), subscription, replay)
    return ReplayOut.of(found)


def _wanted(body: ReplayIn) -> Wanted:
    match (body.ids, body.first, body.before, body.missing_only):
        case (list(ids), None, None, None):
            return TheseEvents(tuple(ids))
        case (None, first, before, None) if first is not None and before is not None:
            if first >= before:
                raise ReplayRefused({"/to": "time-is-empty"})
            return OwedBetween(first, before)
        case (None, None, None, True):
            return Missing()
    raise ReplayRefused({"": "one-way-to-choose"})


@contextmanager
def _naming_the_items() -> Iterator[None]:
    try:
        yield
    except ReplayRefused as refusal:
        wrong = [ItemProblem(at, slug, SAID[slug]) for at, slug in refusal.wrong.items()]
        count = f"{len(wrong)} items are" if len(wrong) > 1 else "1 item is"
        raise Problem(REPLAY_REFUSED, f"{count} wrong; nothing was stored.", wrong) from None

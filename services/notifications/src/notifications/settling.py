"""What came of attempts, recorded: the attempts, their endpoints' circuits, their deliveries.

In one transaction for all that have ended since the last. Sends nothing; operators are told what
they should know once it is true.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventlog import Connection
from servicekit.database import of_every_school
from servicekit.logs import log
from servicekit.service import Runtime

from notifications.answer import Answer
from notifications.circuits_table import Fared, note_how_endpoints_fared
from notifications.deliveries_table import Attempted, Made, add_attempts, attempts_on_record
from notifications.endpoint_events_table import EndpointEvent, EndpointEventKind
from notifications.endpoints import host_of
from notifications.instruments import Instruments
from notifications.lanes_table import Claimed
from notifications.retries import Verdict, judge, rest_seconds
from notifications.settlements_table import UNSENT, Settlement, bring_forward, settle

LEASE_LOST: Final = "lease-lost"
GIVEN_BACK: Final = "given-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A delivery whose turn is over: it was sent and answered, or goes back unsent."""

    claimed: Claimed
    at: datetime
    answer: Answer | None = None  # None: it wasn't sent
    verdict: Verdict = UNSENT


def judged(claimed: Claimed, answer: Answer, *, now: datetime, draw: float) -> Ended:
    """Decide what becomes of a delivery after an attempt."""
    replayed = claimed.replay_id is not None
    verdict = judge(answer, attempts=claimed.attempts + 1, now=now, draw=draw, replayed=replayed)
    return Ended(claimed=claimed, at=now, answer=answer, verdict=verdict)


async def record(runtime: Runtime, ended: Sequence[Ended], *, again: bool = False) -> None:
    """Record what came of some deliveries, all or none, and say so.

    Args:
        again: it was tried, and may have been done though nobody heard of it.
    """
    began = time.perf_counter()
    now = runtime.clock()
    async with of_every_school(runtime.pool) as conn, conn.transaction():
        if again:
            ended = await _not_on_record(conn, ended)
        # Attempts and endpoints first: who has a lane waits for nobody who may want that lane.
        sent = _sent(ended)
        await add_attempts(conn, [_made(each.claimed, answer) for each, answer in sent])
        noted = await note_how_endpoints_fared(conn, [_fared(*each) for each in sent])
        settlements = [
            Settlement(each.claimed, each.verdict, sent=each.answer is not None) for each in ended
        ]
        held = await settle(conn, settlements, now=now, disabled=noted.disabled)
        await bring_forward(conn, noted.back, now=now)
    instruments = runtime.metrics.own(Instruments)
    outcomes = Counter(
        _report(each, instruments, held=place in held) for place, each in enumerate(ended)
    )
    log.info("deliveries", ms=round(1000 * (time.perf_counter() - began)), **outcomes)
    for event in noted.told:
        tell_operators(event)


def tell_operators(event: EndpointEvent) -> None:
    """Log what became of an endpoint. One that is disabled needs somebody to see to it."""
    say = {
        EndpointEventKind.FAILING: log.warning,
        EndpointEventKind.DISABLED: log.error,
        EndpointEventKind.RECOVERED: log.info,
    }[event.kind]
    say(f"endpoint {event.kind}", subscription=str(event.subscription), because=event.because)


async def _not_on_record(conn: Connection, ended: Sequence[Ended]) -> Sequence[Ended]:
    """Leave out what was recorded, of which an attempt stands: the connection was lost as it was.

    What went back unsent can be given back again: its lane isn't leased any more.
    """
    sent = _sent(ended)
    made = [_made(each.claimed, answer) for each, answer in sent]
    recorded = {id(sent[place][0]) for place in await attempts_on_record(conn, made)}
    return [each for each in ended if id(each) not in recorded]


def _sent(ended: Sequence[Ended]) -> list[tuple[Ended, Answer]]:
    return [(each, answer) for each in ended if (answer := each.answer) is not None]


def _fared(ended: Ended, answer: Answer) -> Fared:
    return Fared(
        subscription=ended.claimed.subscription,
        url=ended.claimed.url,
        succeeded=answer.succeeded,
        gone=answer.gone,
        asked_seconds=rest_seconds(answer, ended.at, replayed=ended.claimed.replay_id is not None),
        ended_at=ended.at,
    )


def _made(claimed: Claimed, answer: Answer) -> Made:
    return Made(
        subscription=claimed.subscription,
        event=claimed.event_id,
        type=claimed.type,
        attempted=Attempted(claimed.key_id, answer),
    )


def _report(ended: Ended, instruments: Instruments, *, held: bool) -> str:
    """Measure what came of a delivery, and log it if it wasn't delivered; name the outcome."""
    claimed, answer = ended.claimed, ended.answer
    if answer is None:
        instruments.deliveries.labels(GIVEN_BACK).inc()
        return GIVEN_BACK
    outcome = ended.verdict.status.value if held else LEASE_LOST
    instruments.deliveries.labels(outcome).inc()
    instruments.attempt_seconds.observe(answer.latency_ms / 1000)
    if not answer.succeeded or not held:
        log.info(
            "delivery",
            school=claimed.school,
            position=claimed.position,
            subscription=str(claimed.subscription),
            host=host_of(claimed.url),
            attempt=claimed.attempts + 1,
            ms=answer.latency_ms,
            answer=answer.status,
            failure=answer.failure,
            outcome=outcome,
        )
    return outcome

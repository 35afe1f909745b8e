"""Every statement on circuits: how each endpoint of some attempts fared, and what follows from it.

An endpoint that does well is not locked. Decides nothing: `circuit` does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from eventlog import Connection

from notifications.circuit import Circuit, DisabledBecause, after_failure, after_success
from notifications.endpoint_events_table import (
    EndpointEvent,
    EndpointEventKind,
    add_endpoint_events,
)

# In one order, so that two senders can't wait for each other. A success moves only an endpoint that
# failed, whoever it was that it failed for.
HOLD: Final = """
SELECT id, url, failures, failing_since, probe_at, failed_at FROM notifications.subscription
 WHERE id = ANY($1) AND status = 'active' AND (failures > 0 OR id = ANY($2))
 ORDER BY id FOR NO KEY UPDATE
"""

STORE: Final = """
UPDATE notifications.subscription AS s
   SET failures = n.failures, failing_since = n.failing_since, probe_at = n.probe_at,
       failed_at = n.failed_at,
       status = CASE WHEN n.because IS NULL THEN s.status ELSE 'disabled' END,
       disabled_at = CASE WHEN n.because IS NOT NULL THEN n.disabled_at END,
       disabled_because = n.because
  FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[],
              $6::timestamptz[], $7::timestamptz[])
       AS n (id, failures, failing_since, probe_at, because, disabled_at, failed_at)
 WHERE s.id = n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """How an endpoint did in one attempt."""

    subscription: UUID
    url: str  # that was tried; a subscription that has moved on from it isn't meant
    succeeded: bool
    gone: bool
    asked_seconds: float  # to be left alone, by its answer
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some attempts make of an endpoint."""

    circuit: Circuit
    disabled: EndpointEvent | None = None
    told: tuple[EndpointEvent, ...] = ()
    back: bool = False  # after a long outage


@dataclass(frozen=True, slots=True)
class Noted:
    """What follows from how endpoints fared."""

    told: tuple[EndpointEvent, ...] = ()  # to operators
    disabled: tuple[UUID, ...] = ()
    back: tuple[UUID, ...] = ()  # after an outage in which retries had become rare


async def note_how_endpoints_fared(conn: Connection, fared: Sequence[Fared]) -> Noted:
    """Move the circuits of some endpoints on; in the transaction of their attempts, before lanes.

    Args:
        fared: in the order in which the attempts ended; all of them, since a success between
            failures counts.
    """
    if not fared:
        return Noted()
    failed = {each.subscription for each in fared if not each.succeeded}
    rows = await conn.fetch(HOLD, list({each.subscription for each in fared}), list(failed))
    outcomes: dict[UUID, Outcome] = {}
    by_endpoint = sorted(fared, key=attrgetter("subscription"))
    attempts = {whose: list(own) for whose, own in groupby(by_endpoint, attrgetter("subscription"))}
    for row in rows:
        circuit = Circuit(row["failures"], row["failing_since"], row["probe_at"], row["failed_at"])
        own = [each for each in attempts[row["id"]] if each.url == row["url"]]
        outcome = _outcome(circuit, own)
        if outcome.circuit != circuit or outcome.disabled:
            outcomes[row["id"]] = outcome
    await _store(conn, outcomes)
    told = tuple(event for outcome in outcomes.values() for event in outcome.told)
    await add_endpoint_events(conn, told)
    return Noted(
        told,
        disabled=tuple(whose for whose, outcome in outcomes.items() if outcome.disabled),
        back=tuple(whose for whose, outcome in outcomes.items() if outcome.back),
    )


def _outcome(circuit: Circuit, attempts: Iterable[Fared]) -> Outcome:
    told: list[EndpointEvent] = []
    back = False
    for each in attempts:
        before = circuit
        if each.succeeded:
            circuit = after_success(before, each.ended_at)
            if before.broken and not circuit.broken:
                told.append(_event(each, EndpointEventKind.RECOVERED))
                back |= before.outage_was_long(each.ended_at)
            continue
        circuit = after_failure(before, each.ended_at, asked_seconds=each.asked_seconds)
        because = _disabled_because(each, circuit)
        if because is not None:
            disabled = _event(each, EndpointEventKind.DISABLED, because)
            return Outcome(circuit, disabled, (*told, disabled))
        if circuit.broken and not before.broken:
            told.append(_event(each, EndpointEventKind.FAILING))
    return Outcome(circuit, None, tuple(told), back)


def _disabled_because(fared: Fared, circuit: Circuit) -> DisabledBecause | None:
    if fared.gone:
        return DisabledBecause.GONE
    return DisabledBecause.FAILING if circuit.given_up(fared.ended_at) else None


def _event(
    fared: Fared, kind: EndpointEventKind, because: DisabledBecause | None = None
) -> EndpointEvent:
    return EndpointEvent(
        subscription=fared.subscription, kind=kind, happened_at=fared.ended_at, because=because
    )


async def _store(conn: Connection, outcomes: dict[UUID, Outcome]) -> None:
    if not outcomes:
        return
    moved = list(outcomes.values())
    await conn.execute(
        STORE,
        list(outcomes),
        [each.circuit.failures for each in moved],
        [each.circuit.failing_since for each in moved],
        [each.circuit.probe_at for each in moved],
        [each.disabled.because if each.disabled else None for each in moved],
        [each.disabled.happened_at if each.disabled else None for each in moved],
        [each.circuit.failed_at for each in moved],
    )

"""A sender's steps taken one by one, and what tests of sending wait for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

from eventlog import Batch, Connection, SchoolId, cursor_of, head, read_log
from notifications.answer import Answer
from notifications.lanes_table import ENDPOINT_AT_ONCE, LEASE_SECONDS, Claimed, claim
from notifications.publication import KINDS
from notifications.retries import judge
from notifications.settlements_table import Settlement, settle
from notifications.settling import judged, record
from servicekit.database import of_every_school, of_school
from standardwebhooks import Webhook
from support.endpoint import Answer as Answered
from support.endpoint import Endpoint, Gate, Received
from support.eventually import eventually
from support.failing import leased
from support.notified import URN, Notified, met

FAST: Final = 40  # messages to an endpoint that answers at once


async def held_in_hand(notices: Notified, la: Endpoint, answer: Answered) -> Gate:
    """Have much in hand of an endpoint that was quick, and now answers when its gate is opened.

    First so many messages are delivered to it, and then as many more are owed.
    """
    await eventually(lambda: are(notices, ["delivered"] * FAST))
    gate = la.answer = Gate(answer)
    await notices.happen(*(met(f"q{n}") for n in range(FAST)))
    await eventually(partial(_many_leased, notices))
    return gate


async def _many_leased(notices: Notified) -> bool:
    return await leased(notices) > 2 * ENDPOINT_AT_ONCE


async def claimed_by(
    notices: Notified, *, limit: int = 32, lanes: Mapping[UUID, int] | None = None
) -> list[Claimed]:
    """Claim as a sender does."""
    async with of_every_school(notices.runtime.pool) as conn, conn.transaction():
        return await claim(
            conn,
            now=notices.house.clock(),
            limit=limit,
            lanes=lanes or {},
            lease_seconds=LEASE_SECONDS,
        )


async def settled_by(notices: Notified, claimed: Claimed, *, status: int) -> bool:
    """Settle as a sender does."""
    now = notices.house.clock()
    outcome = Answer(started_at=now, latency_ms=1, status=status)
    verdict = judge(outcome, attempts=claimed.attempts + 1, now=now, draw=0.5)
    async with of_school(notices.runtime.pool, claimed.school) as conn, conn.transaction():
        return bool(await settle(conn, [Settlement(claimed, verdict)], now=now))


async def recorded(
    notices: Notified, claimed: Claimed, *, status: int, again: bool = False
) -> None:
    """Record an answer as a sender does, its endpoint's circuit included."""
    now = notices.house.clock()
    answer = Answer(started_at=now, latency_ms=1, status=status)
    ended = judged(claimed, answer, now=now, draw=0.5)
    await record(notices.runtime, [ended], again=again)


def verified_by(secret: str, received: Received) -> bool:
    """Whether one of a message's signatures is by this secret."""
    headers = received.headers
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    by_it = Webhook(secret).sign(headers["webhook-id"], at, received.body.decode())
    return by_it in headers["webhook-signature"].split(" ")


async def next_batch(conn: Connection, urn: int = URN) -> Batch:
    """The events the service hasn't taken note of, as its consumer would be handed them."""
    school = SchoolId(urn)
    cursor = await cursor_of(conn, "notifications", school)
    assert cursor is not None
    newest = await head(conn, school)
    events = await read_log(
        conn, school, after=cursor.position, up_to=newest, limit=100, kinds=KINDS
    )
    return Batch(school, cursor.version, tuple(events), live=True)


async def someone_waits(notices: Notified) -> bool:
    """Whether a session of this database waits for another's lock."""
    waiting = await notices.conn.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(waiting)


async def are(notices: Notified, statuses: list[str]) -> bool:
    """Whether all deliveries stand so, in the order of the log."""
    return await notices.statuses() == statuses


async def attempted(notices: Notified, count: int) -> bool:
    """Whether a delivery was attempted so often."""
    return any(each["attempt_count"] == count for each in await notices.deliveries())


async def stands(notices: Notified, path: str, status: str) -> bool:
    """Whether what is at a path has a status."""
    return bool((await notices.get(path))["status"] == status)

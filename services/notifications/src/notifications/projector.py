"""Events of the log to what is owed: messages, and a delivery for each subscription that wants one.

In the transaction that advances the cursor, so each event is told exactly once in effect. Sends
nothing: that is the sender's, later and in its own time.
"""

from functools import partial
from typing import Final

from attendance.identifiers import Urn
from eventlog import Batch, Connection, Consumer
from servicekit.service import Runtime

from notifications.access import NAME
from notifications.codec import source_of
from notifications.deliveries_table import add_deliveries, make_thin
from notifications.lanes_table import fill_lanes
from notifications.messages_table import remember
from notifications.publication import KINDS, decoded
from notifications.queries import publication_for
from notifications.returns_table import note_sent, remember_returns
from notifications.subscriptions_table import collecting

BATCH_EVENTS: Final = 500


def consumers(runtime: Runtime) -> list[Consumer]:
    """Make the one consumer. It keeps a ledger: what was sent can't be sent anew by a rebuild."""
    return [
        Consumer(
            name=NAME,
            kinds=KINDS,
            handle=partial(owe, runtime),
            forget=None,
            batch_events=BATCH_EVENTS,
        )
    ]


async def owe(runtime: Runtime, conn: Connection, batch: Batch) -> None:
    """Write the messages of a batch, and owe them to whoever subscribed."""
    urn = Urn(batch.school)
    events = decoded(batch.events)
    source = source_of(runtime.settings.base_url)
    publication = await publication_for(conn, urn, source, events)
    messages = publication.messages_of(events)
    await remember(conn, publication, messages)
    authorities = {message.la_code for message in messages}
    listening = await collecting(conn, batch.school, authorities) if messages else []
    owed = [
        subscription.owed(message)
        for message in messages
        for subscription in listening
        if subscription.wants(message)
    ]
    if owed:
        now = runtime.clock()
        lanes = [(each.subscription, each.message.subject) for each in owed]
        await fill_lanes(conn, batch.school, lanes, now=now)
        await add_deliveries(conn, batch.school, owed, now=now)
    if publication.returns.withdrawn:
        await make_thin(conn, batch.school, publication.returns.withdrawn)
    # Last, since a sender locks its lanes before the returns that it brought.
    await remember_returns(conn, urn, publication.returns.newly())
    # After those were stored: where every endpoint is disabled, nobody tries.
    brought = [(batch.school, each.return_id) for each in owed if each.return_id is not None]
    await note_sent(conn, brought, now=runtime.clock())

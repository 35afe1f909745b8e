"""What may be recorded of a return: that the authority has it, that it was sent by hand.

Read, decide, append to the school's log; the projection hears of it there like of anything else.
Decided on what the log says was recorded of the pupil's returns, and on the return as the ledger
has it: one whose withdrawal the ledger hasn't heard yet is still what the authority was sent.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias
from uuid import UUID

from attendance.codec import decode, encode
from attendance.events import ReturnAcknowledged, ReturnEvent, ReturnSubmitted
from attendance.returns import (
    AcknowledgeReturn,
    MadeReturn,
    SubmitReturn,
    acknowledge_return,
    submit_return,
)
from attendance.streams import returns_stream
from eventlog import (
    Appended,
    Command,
    Connection,
    Guard,
    NewEvent,
    SchoolId,
    append,
    read_streams,
)
from servicekit.commands import recording_instant, until_stored
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.service import Runtime

from notifications.access import Boundary
from notifications.return_record import ReturnRecord
from notifications.returns_table import find_return

NO_RETURN: Final = "There is no such return."

Decide: TypeAlias = Callable[[MadeReturn, Sequence[ReturnEvent], datetime], ReturnEvent]


async def visible_return(runtime: Runtime, boundary: Boundary, id_: UUID) -> ReturnRecord:
    """Find a return that a caller may see: an authority its own, a school those it makes.

    Raises:
        NotFound: there is none, or it is another's.
    """
    async with of_schools(runtime.pool, boundary.urns) as conn:
        found = await find_return(conn, boundary, id_)
    if found is None:
        raise NotFound(NO_RETURN)
    return found


async def acknowledge(
    runtime: Runtime, record: ReturnRecord, said: AcknowledgeReturn, command: Command
) -> Appended:
    """Record that the authority has a return; said again with its reference, nothing is appended.

    Nor is the idempotency key bound then: there is no event that could hold it.

    Raises:
        ReturnRefused: every reason at once.
        SchoolBusy: others kept appending to the same school.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    def decide(made: MadeReturn, told: Sequence[ReturnEvent], now: datetime) -> ReturnEvent:
        return acknowledge_return(made, told, said, now)

    store = partial(_store, runtime, record, command, decide)
    return await until_stored(runtime, record.urn, command, store)


async def submit(
    runtime: Runtime, record: ReturnRecord, said: SubmitReturn, command: Command
) -> Appended:
    """Record that a person sent a return; said again just the same, nothing is appended.

    Raises:
        ReturnRefused: every reason at once.
        SchoolBusy: others kept appending to the same school.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    def decide(made: MadeReturn, told: Sequence[ReturnEvent], now: datetime) -> ReturnEvent:
        return submit_return(made, told, said, now)

    store = partial(_store, runtime, record, command, decide)
    return await until_stored(runtime, record.urn, command, store)


async def _store(
    runtime: Runtime, record: ReturnRecord, command: Command, decide: Decide, conn: Connection
) -> Appended:
    school, stream = SchoolId(record.urn), returns_stream(record.urn, record.made.pupil)
    stored = await read_streams(conn, school, [stream])
    places = {
        event: each.position
        for each in stored
        if isinstance(
            event := decode(each.kind, each.payload), ReturnAcknowledged | ReturnSubmitted
        )
    }
    now = await recording_instant(runtime, conn, record.urn)
    decided = decide(_made(record), list(places), now)
    if decided in places:
        return Appended(places[decided], replayed=True)
    return await append(
        conn,
        school,
        [NewEvent(stream, *encode(decided))],
        command=command,
        recorded_at=now,
        guards=[Guard(stream, stored[-1].version if stored else 0)],
    )


def _made(record: ReturnRecord) -> MadeReturn:
    made = record.made
    return MadeReturn(
        id=made.id,
        alert=made.alert,
        rule=made.rule,
        pupil=made.pupil,
        la_code=made.la_code,
        corrects=made.corrects,
        met_on=made.met_on,
        made_at=made.made_at,
        corrected=made.corrected_by is not None,
        withdrawn_at=made.withdrawn_at,
        handed_over=made.handed_over,
    )

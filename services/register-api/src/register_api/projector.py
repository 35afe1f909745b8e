"""Makes the current register anew from the log. The ordinary path writes it with each append."""

from typing import Final

from attendance.codec import decode
from attendance.events import MarksAmended, MarksRecorded
from eventlog import Connection, SchoolId, hold, read_log
from servicekit.service import InlineProjection

from register_api import tables

KINDS: Final = ("MarksRecorded.v1", "MarksAmended.v1")
EVENTS_A_READ: Final = 500


async def rebuild(conn: Connection, school: SchoolId) -> int:
    """Drop one school's register and replay it, in the caller's transaction.

    The school's log doesn't grow meanwhile, so that nothing is written twice or left out.

    Returns:
        The position it was rebuilt to.
    """
    head = await hold(conn, school)
    await tables.forget(conn, school)
    reached = 0
    while reached < head:
        events = await read_log(
            conn, school, after=reached, up_to=head, limit=EVENTS_A_READ, kinds=KINDS
        )
        for event in events:
            match decode(event.kind, event.payload):
                case MarksRecorded() as recorded:
                    await tables.enter(conn, school, recorded, event.position)
                case MarksAmended() as amended:
                    await tables.amend(conn, school, amended, event.position)
        reached = events[-1].position if len(events) == EVENTS_A_READ else head
    return head


current_register = InlineProjection(name="register", rebuild=rebuild)

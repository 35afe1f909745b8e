"""Makes the current register anew from the log. The ordinary path writes it with each append."""

from dataclasses import replace
from typing import Final

from attendance.codec import decode
from attendance.events import MarksAmended, MarksRecorded
from eventlog import Connection, SchoolId, Stretch, hold, read_at, read_log
from servicekit.service import InlineProjection

from register_api import dropped_table, tables

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
                    await _amend(conn, school, amended, event.position)
        reached = events[-1].position if len(events) == EVENTS_A_READ else head
    return head


async def forget_dropped(conn: Connection, stretch: Stretch) -> None:
    """Leave the register as a rebuild would make it from what stays when a year is dropped."""
    amended_since = await dropped_table.forget(conn, stretch)
    for event in await read_at(conn, stretch.school, list(amended_since)):
        amended = decode(event.kind, event.payload)
        if isinstance(amended, MarksAmended):
            concerned = amended_since[event.position]
            kept = tuple(each for each in amended.amendments if each.pupil in concerned)
            await _amend(conn, stretch.school, replace(amended, amendments=kept), event.position)


async def _amend(conn: Connection, school: SchoolId, amended: MarksAmended, position: int) -> None:
    await dropped_table.restate(conn, school, amended, position)
    await tables.amend(conn, school, amended, position)


current_register = InlineProjection(name="register", rebuild=rebuild)

"""A school as it is, or as it was known at an instant or a position of its log. Changes nothing.

What was known at a moment that has passed is the same whenever it is asked for.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from attendance.school import School
from eventlog import Connection, SchoolId, head, position_at, read_at, settle
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.problems import INVALID, ItemProblem, Problem

from register_api.access import visible_school
from register_api.commands import Registry
from register_api.schemas.queries import AsOf
from register_api.schools import Known

AT_POSITION: Final = "/query/as_of_position"
NEVER_PASSED: Final = datetime.max.replace(tzinfo=UTC)
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)  # before any register; year 1 has no day before


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a read works with.

    Attributes:
        conn: in a transaction that sees one moment, whatever is recorded meanwhile.
        known: the school as it stands now.
        school: as it was known at the moment asked for.
        position: the newest event that was known then.
        latest: the instant up to which sessions have begun, as seen then.
    """

    conn: Connection
    known: Known
    school: School
    position: int
    latest: datetime


@asynccontextmanager
async def moment_of(
    registry: Registry, caller: Caller, urn: int, asked: AsOf
) -> AsyncIterator[Moment]:
    """Read a school as of the moment asked for, now when none is.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: both an instant and a position are given, or one the log hasn't reached (422).
    """
    if asked.as_of is not None and asked.as_of_position is not None:
        raise _refused("as-of-twice", "Give an instant or a position, not both.")
    if asked.as_of is not None or asked.as_of_position is not None:
        await _settled(registry, caller, urn, asked)
    async with (
        of_school(registry.runtime.pool, urn) as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        known = await visible_school(registry, conn, caller, urn)
        position = await _position(conn, urn, asked)
        school = await registry.schools.as_of(conn, known, position)
        latest = min(registry.runtime.clock(), max(EARLIEST, await _instant(conn, urn, asked)))
        yield Moment(conn=conn, known=known, school=school, position=position, latest=latest)


async def _settled(registry: Registry, caller: Caller, urn: int, asked: AsOf) -> None:
    """See to it that what was known then stays so, and fold it before a snapshot is held."""
    async with of_school(registry.runtime.pool, urn) as conn:
        known = await visible_school(registry, conn, caller, urn)
        if asked.as_of is not None:
            await settle(conn, SchoolId(urn), asked.as_of)
        await registry.schools.as_of(conn, known, await _position(conn, urn, asked))


async def _position(conn: Connection, urn: int, asked: AsOf) -> int:
    if asked.as_of is not None:
        return await position_at(conn, SchoolId(urn), asked.as_of)
    newest = await head(conn, SchoolId(urn))
    if asked.as_of_position is None:
        return newest
    if asked.as_of_position > newest:
        raise _refused("position-not-reached", "The school's log hasn't come that far.")
    return asked.as_of_position


async def _instant(conn: Connection, urn: int, asked: AsOf) -> datetime:
    """Tell when the moment asked for was: that of its newest event, where it is a position."""
    if asked.as_of_position:
        events = await read_at(conn, SchoolId(urn), [asked.as_of_position])
        return events[0].recorded_at if events else NEVER_PASSED
    return asked.as_of or NEVER_PASSED


def _refused(code: str, detail: str) -> Problem:
    return Problem(
        INVALID, "1 item is wrong; nothing was read.", [ItemProblem(AT_POSITION, code, detail)]
    )

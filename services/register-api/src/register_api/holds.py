"""Carries out commands on holds, and lists holds. Holds no rule and no SQL."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from attendance.codec import decode, encode
from attendance.events import RetentionHoldLifted, RetentionHoldPlaced
from attendance.holds import Hold, LiftHold, PlaceHold, holds_after, lift_hold, place_hold
from attendance.identifiers import Urn
from attendance.retention_events import HoldId
from attendance.school import School
from attendance.streams import retention_stream
from eventlog import Appended, Command, Connection, NewEvent, SchoolId, read_streams
from servicekit.caller import Caller
from servicekit.database import of_school

from register_api.access import visible_school
from register_api.commands import Registry, append_decided, carry_out
from register_api.schools import Known

HOLDS: Final = UUID("b3c1f5d2-8a47-5e0b-9c61-2d7e4f8a0b95")  # namespace; fixed for ever

Decide: TypeAlias = Callable[
    [School, dict[HoldId, Hold], datetime], RetentionHoldPlaced | RetentionHoldLifted
]


def hold_id(command: Command) -> HoldId:
    """Name a hold by the command that placed it, so that a retry has the same."""
    return HoldId(uuid5(HOLDS, str(command.id)))


async def hold_back(registry: Registry, urn: int, placing: PlaceHold, command: Command) -> Appended:
    """Keep a school's entries, or one pupil's, until further notice.

    Raises:
        Refused: every reason at once.
    """
    return await _appended(
        registry, urn, command, lambda school, _holds, now: place_hold(school, placing, now)
    )


async def let_go(registry: Registry, urn: int, lifting: LiftHold, command: Command) -> Appended:
    """Lift a hold.

    Raises:
        HoldUnknown: the school has no such hold.
        Refused: every reason at once.
    """
    return await _appended(
        registry, urn, command, lambda _school, holds, now: lift_hold(holds, lifting, now)
    )


async def holds_of(registry: Registry, caller: Caller, urn: int) -> list[Hold]:
    """List a school's holds, newest first, lifted ones too.

    Raises:
        NotFound: the school isn't the caller's to see.
    """
    async with of_school(registry.runtime.pool, urn) as conn:
        await visible_school(registry, conn, caller, urn)
        return list(reversed((await _holds(conn, urn)).values()))


async def _appended(registry: Registry, urn: int, command: Command, decide: Decide) -> Appended:
    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        decided = decide(known.school, await _holds(conn, urn), now)
        new = NewEvent(retention_stream(Urn(urn)), *encode(decided))
        return await append_decided(conn, known, [new], command, now)

    return await carry_out(registry, urn, command, store)


async def _holds(conn: Connection, urn: int) -> dict[HoldId, Hold]:
    stored = await read_streams(conn, SchoolId(urn), [retention_stream(Urn(urn))])
    return holds_after(decode(event.kind, event.payload) for event in stored)

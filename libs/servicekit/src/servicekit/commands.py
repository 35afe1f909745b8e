"""Commands that come over HTTP: their idempotency key, who acts, and the instant of recording.

The log itself remembers commands, for as long as their events: the same key and body answers the
same, the same key with another body is refused. What is stored, the services say.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final, TypeAlias
from uuid import UUID, uuid5

from attendance.errors import Refused
from attendance.events import Signatory
from eventlog import (
    Appended,
    Command,
    CommandInFlight,
    CommandReused,
    Connection,
    RecordedTooEarly,
    RecordedTooLate,
    SchoolId,
    StreamMoved,
    newest_at,
    read_command,
)
from fastapi import Depends, Header, Request, Response

from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import ClocksDiffer, SchoolBusy
from servicekit.fields import SignatoryIn
from servicekit.problems import Kind
from servicekit.service import Runtime

COMMANDS: Final = UUID("5b0f9d1e-6f0a-5c5e-9d0a-6a3f4d1c2b10")  # namespace; fixed for ever
ATTEMPTS: Final = 25  # each lost only to another append to the same school within a moment
BUSY: Final = "The school's registers are changing at this moment; send this again."
CLOCK_TOLERANCE: Final = timedelta(seconds=60)  # replicas' clocks are kept far closer than that

IN_FLIGHT: Final = Kind(
    "command-in-flight",
    "The first request with this key hasn't ended",
    HTTPStatus.CONFLICT,
    {"Retry-After": "1"},
)
KEY_REUSED: Final = Kind(
    "idempotency-key-reused",
    "The idempotency key was used for another request",
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
SCHOOL_BUSY: Final = Kind(
    "school-busy",
    "The school's registers are changing at this moment",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "1"},
)
CLOCKS_DIFFER: Final = Kind(
    "clocks-differ", "This server's clock is wrong", HTTPStatus.SERVICE_UNAVAILABLE
)
COMMAND_KINDS: Final[Mapping[type[Exception], Kind]] = {
    CommandInFlight: IN_FLIGHT,
    CommandReused: KEY_REUSED,
    SchoolBusy: SCHOOL_BUSY,
    ClocksDiffer: CLOCKS_DIFFER,
    RecordedTooLate: CLOCKS_DIFFER,
}

COMMAND_REFUSALS: Final = (IN_FLIGHT, KEY_REUSED)

Store: TypeAlias = Callable[[Connection], Awaitable[Appended]]
"""Decides on what the log says and appends what follows, in the transaction it is given."""

REPLAYED_HEADER: Final = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="yours, new for each command; a retry sends the same",
        examples=["7B-2026-11-20-AM"],
    ),
]


def answered(request: Request, response: Response, done: Appended) -> None:
    """Tell a replay in the answer's header, and the position reached in the log line."""
    request.state.position = done.position
    if done.replayed:
        response.headers[REPLAYED_HEADER] = "true"


def signatory(by: SignatoryIn | None, caller: Caller) -> Signatory | None:
    """Name who acts: the person given, else the person whose token it is; None for a system."""
    return Signatory(by.name, by.position) if by is not None else caller.signatory


async def recording_instant(runtime: Runtime, conn: Connection, urn: int) -> datetime:
    """Read the clock, not before the newest event: two machines' clocks differ a little.

    Raises:
        ClocksDiffer: this machine's clock is far behind the newest event.
    """
    now = runtime.clock()
    newest = await newest_at(conn, SchoolId(urn)) or now
    if newest - now > CLOCK_TOLERANCE:
        raise ClocksDiffer("This machine's clock is behind the register's; nothing was recorded.")
    return max(newest, now)


async def stored_before(conn: Connection, urn: int, command: Command) -> Appended | None:
    """Look for an earlier run of the same command, which the school may since have outgrown.

    Raises:
        CommandReused: the command said something else then.
    """
    stored = await read_command(conn, SchoolId(urn), command.id)
    if stored is None:
        return None
    said, events = stored
    if said != command.hash:
        raise CommandReused("The idempotency key was used for another request; take a new one.")
    return Appended(events[-1].position, replayed=True)


async def until_stored(runtime: Runtime, urn: int, command: Command, store: Store) -> Appended:
    """Decide and append until nothing came between, for some time; a stored command is replayed.

    Raises:
        SchoolBusy: others kept appending to the same school.
        CommandReused: the command said something else before.
    """
    for _ in range(ATTEMPTS):
        async with of_school(runtime.pool, urn) as conn:
            try:
                async with conn.transaction():
                    # Before it is decided: the school may since have outgrown the command.
                    return await stored_before(conn, urn, command) or await store(conn)
            except Refused:
                # By what the same command has stored meanwhile, perhaps.
                if stored := await stored_before(conn, urn, command):
                    return stored
                raise
            except (StreamMoved, RecordedTooEarly):
                continue
    raise SchoolBusy(BUSY)


async def keyed_command(request: Request, idempotency_key: IdempotencyKey) -> "KeyedCommand":
    """Read what makes a request a command: its key, and a hash of all it says.

    A route names its caller before its command: a person's token says who acts, as a body may.
    """
    body = await request.body()
    said = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
    caller: Caller = request.state.caller
    if caller.signatory is not None:
        person = json.dumps([caller.signatory.name, caller.signatory.position])
        said = hashlib.sha256(said + person.encode()).digest()
    return KeyedCommand(idempotency_key, said)


class KeyedCommand:
    """A request with its idempotency key, not yet bound to who sent it."""

    __slots__ = ("hash", "key")

    def __init__(self, key: str, said: bytes) -> None:
        self.key = key
        self.hash = said

    def of(self, client: str, school: int) -> Command:
        """Bind the key to its client and school: keys of others never meet."""
        return Command(uuid5(COMMANDS, f"{client}\n{school}\n{self.key}"), self.hash)


Keyed = Annotated[KeyedCommand, Depends(keyed_command)]

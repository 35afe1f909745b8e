"""Reads the entries ever made of some sessions, from the log. Changes nothing."""

from collections.abc import Collection, Mapping, Sequence

from attendance.codec import decode
from attendance.entries import Entry, Whose, histories
from attendance.identifiers import Urn
from attendance.session import Session
from attendance.streams import session_stream
from eventlog import LAST, Connection, SchoolId, read_streams


async def histories_of(
    conn: Connection, urn: int, sessions: Collection[Session], *, up_to: int = LAST
) -> Mapping[Whose, Sequence[Entry]]:
    """Read each pupil's entries of some sessions, oldest first, as known at a position."""
    streams = [session_stream(Urn(urn), session) for session in sessions]
    stored = await read_streams(conn, SchoolId(urn), streams, up_to=up_to)
    return histories((event.position, decode(event.kind, event.payload)) for event in stored)

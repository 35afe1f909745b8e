"""Every statement on the schema `register`: the entries in force, and their amendments.

Original entries go in with the append itself, whatever waits at the moment in one round trip.
Decides nothing; the key of `register.mark` has the last word on who was first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

import asyncpg
from attendance.codes import Code
from attendance.events import MarksAmended, MarksRecorded
from attendance.identifiers import PupilId
from attendance.recording import late_entry
from attendance.session import Session
from eventlog import (
    Appended,
    Command,
    Connection,
    EventLogError,
    Guard,
    NewEvent,
    SchoolId,
    leaf_hash,
    new_salt,
    recording_year,
    refusal_named,
)

from register_api.errors import EntryMoved, LogHeld

LOCK_NOT_AVAILABLE: Final = "55P03"

RECORD: Final = """
SELECT last_position, replayed, refusal
  FROM register.record($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18)
"""

ENTER: Final = """
INSERT INTO register.mark (school_id, session_on, half, pupil, code, first_position, position,
                           recorded_at, late_entry)
SELECT $1, $2, $3, n.pupil, n.code, $4, $4, $5, $6
  FROM unnest($7::text[], $8::text[]) AS n (pupil, code)
"""

AMEND: Final = """
WITH amended AS (
    UPDATE register.mark AS m
       SET code = n.amended, revision = m.revision + 1, position = $4
      FROM unnest($5::text[], $6::text[], $7::text[]) AS n (pupil, original, amended)
     WHERE m.school_id = $1 AND m.session_on = $2 AND m.half = $3 AND m.pupil = n.pupil
       AND m.code = n.original
    RETURNING m.pupil, m.revision, n.original, n.amended
), kept AS (
    INSERT INTO register.amendment (school_id, session_on, half, pupil, revision, original,
                                    amended, position)
    SELECT $1, $2, $3, a.pupil, a.revision, a.original, a.amended, $4 FROM amended AS a
)
SELECT count(*) FROM amended
"""

IN_FORCE: Final = """
SELECT pupil, code FROM register.mark
 WHERE school_id = $1 AND session_on = $2 AND half = $3 AND pupil = ANY($4)
"""

# As known at a position: an entry's code then is what its next amendment after it found.
REGISTER: Final = """
SELECT m.pupil, m.recorded_at, m.late_entry,
       coalesce((SELECT a.original FROM register.amendment AS a
                  WHERE a.school_id = m.school_id AND a.session_on = m.session_on
                    AND a.half = m.half AND a.pupil = m.pupil AND a.position > $4
                  ORDER BY a.revision LIMIT 1), m.code) AS code,
       m.revision > 0 AND EXISTS (
           SELECT FROM register.amendment AS a
            WHERE a.school_id = m.school_id AND a.session_on = m.session_on
              AND a.half = m.half AND a.pupil = m.pupil AND a.position <= $4) AS amended
  FROM register.mark AS m
 WHERE m.school_id = $1 AND m.session_on = $2 AND m.half = $3 AND m.first_position <= $4
"""

FORGET: Final = (
    "DELETE FROM register.amendment WHERE school_id = $1",
    "DELETE FROM register.mark WHERE school_id = $1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One act of recording, decided and ready to be stored."""

    school: SchoolId
    recorded: MarksRecorded
    event: NewEvent  # the same, as the log keeps it
    command: Command
    guards: tuple[Guard, Guard]  # what it was decided on; as many for each of a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInForce:
    """A pupil's entry for a session, as it stood at one position of the log."""

    pupil: PupilId
    code: Code
    amended: bool
    late_entry: bool
    recorded_at: datetime  # of the original entry


Outcome: TypeAlias = Appended | EventLogError | EntryMoved | LogHeld


async def record(
    conn: Connection, recordings: Sequence[Recording], *, patience_ms: int
) -> list[Outcome]:
    """Append several acts of recording and write their entries, in one statement of its own.

    Each is stored whole or refused whole, whatever becomes of the others.

    Args:
        recordings: sorted by school, then by instant.
        patience_ms: how long to wait for a school's log that someone else holds; 0 for as long
            as a statement may take.

    Returns:
        For each, in the same order, where it came to stand or why it didn't.
    """
    columns = zip(*map(_record_row, recordings), strict=True)
    guards = [guard for each in recordings for guard in each.guards]
    (*appended, on, half, late, pupils, codes) = map(list, columns)
    rows = await conn.fetch(
        RECORD,
        *appended,
        [guard.stream_id for guard in guards],
        [guard.version for guard in guards],
        on,
        half,
        late,
        pupils,
        codes,
        f"{patience_ms}ms",
    )
    return [_outcome(row) for row in rows]


async def enter(conn: Connection, school: SchoolId, recorded: MarksRecorded, position: int) -> None:
    """Write the original entries of an event that is in the log already."""
    session = recorded.session
    await conn.execute(
        ENTER,
        school,
        session.on,
        session.half.value,
        position,
        recorded.recorded_at,
        late_entry(session, recorded.recorded_at),
        [mark.pupil for mark in recorded.marks],
        [mark.code.value for mark in recorded.marks],
    )


async def amend(conn: Connection, school: SchoolId, amended: MarksAmended, position: int) -> None:
    """Put amended entries in force, in the transaction of their append.

    Raises:
        EntryMoved: an entry in force isn't the original that the amendment gives.
    """
    session = amended.session
    changed = await conn.fetchval(
        AMEND,
        school,
        session.on,
        session.half.value,
        position,
        [each.pupil for each in amended.amendments],
        [each.original.value for each in amended.amendments],
        [each.amended.value for each in amended.amendments],
    )
    if changed != len(amended.amendments):
        raise EntryMoved("an entry in force is not the original given")


async def codes_in_force(
    conn: Connection, school: SchoolId, session: Session, pupils: Collection[PupilId]
) -> Mapping[PupilId, Code]:
    """Read the codes in force for a session, of those pupils that have one."""
    rows = await conn.fetch(IN_FORCE, school, session.on, session.half.value, list(pupils))
    return {PupilId(row["pupil"]): Code(row["code"]) for row in rows}


async def register_at(
    conn: Connection, school: SchoolId, session: Session, position: int
) -> list[EntryInForce]:
    """Read the register of a session as it stood at a position of the log, in no order."""
    rows = await conn.fetch(REGISTER, school, session.on, session.half.value, position)
    return [
        EntryInForce(
            pupil=PupilId(row["pupil"]),
            code=Code(row["code"]),
            amended=row["amended"],
            late_entry=row["late_entry"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    ]


async def forget(conn: Connection, school: SchoolId) -> None:
    """Delete one school's rows, to be made anew from the log."""
    for statement in FORGET:
        await conn.execute(statement, school)


def _record_row(recording: Recording) -> tuple[object, ...]:
    event, recorded, salt = recording.event, recording.recorded, new_salt()
    return (
        recording.school,
        recording_year(recorded.recorded_at),
        recorded.recorded_at,
        recording.command.id,
        recording.command.hash,
        event.stream_id,
        event.kind,
        event.payload,
        salt,
        leaf_hash(salt, event.payload),
        recorded.session.on,
        recorded.session.half.value,
        late_entry(recorded.session, recorded.recorded_at),
        # Identifiers and codes hold no space: two strings cost less than two arrays.
        " ".join([mark.pupil for mark in recorded.marks]),
        " ".join([mark.code for mark in recorded.marks]),
    )


def _outcome(row: asyncpg.Record) -> Outcome:
    if row["refusal"] is None:
        return Appended(row["last_position"], row["replayed"])
    if row["refusal"] == LOCK_NOT_AVAILABLE:
        return LogHeld("someone holds the school's log")
    named = refusal_named(row["refusal"])
    return EntryMoved("a pupil has an entry already") if named is None else named

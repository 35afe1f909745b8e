"""What a rebuild does with a batch: it writes down what is said, and asks no rule.

What the rules found stands in the log (docs/decisions/0015). When something is due can't be known
without asking them, so whatever may be is looked at once this version is in use.
"""

from collections.abc import Iterable, Sequence

from attendance.identifiers import PupilId
from eventlog import Batch, Connection, StoredEvent

from thresholds import alerts_table, school_table, tables
from thresholds.aside import BYTES_A_MARK, worked_out
from thresholds.digest import Digest, digest_of
from thresholds.dropped import Dropped
from thresholds.relevance import may_wake, put
from thresholds.replayed import KIND, Register, enter, first_years, registers_in
from thresholds.stated import first_years_of, keep_dropped, keep_facts
from thresholds.timeline import LONG_AGO, MOMENT


async def replay(conn: Connection, batch: Batch) -> None:
    """Write down a batch of what happened, in the transaction that moves the new version's cursor.

    Raises:
        AttendanceError: an event this version can't read.
    """
    school, version = batch.school, batch.version
    others = [event for event in batch.events if event.kind != KIND]
    digest = await worked_out(_weight(others), digest_of, others)
    kept = await school_table.kept(conn, school, version)
    await school_table.put_details(conn, school, version, digest.details)
    await school_table.put_calendars(conn, school, version, digest.calendars)
    await school_table.put_terms(conn, school, version, digest.terms)
    await alerts_table.record(conn, school, version, digest.tellings)
    facts = await keep_facts(conn, batch, digest)
    dropped = await keep_dropped(conn, batch, digest, kept.dropped)
    registers = await worked_out(_weight(batch.events), registers_in, _registers(batch.events))
    waking = await _enter_all(conn, batch, registers, digest, dropped)
    planned = (pupil for pupil in digest.statements if facts[pupil].facts[-1].arrangements)
    due = dict.fromkeys([*waking, *planned], LONG_AGO)
    await tables.put_due(conn, school, version, due)
    registers_to = kept.registers_to
    if registers or registers_to is not None:
        registers_to = batch.events[-1].recorded_at - MOMENT  # more may come at that instant
    await school_table.put_due(conn, school, version, LONG_AGO, registers_to)


async def _enter_all(
    conn: Connection,
    batch: Batch,
    registers: Sequence[Register],
    digest: Digest,
    dropped: Dropped,
) -> set[PupilId]:
    """Put registers in force, and then what else changed entries, which is never before its own.

    Returns:
        The pupils of whom an entry may matter again by time alone.
    """
    wanted = first_years(registers)
    for pupil, year in first_years_of(digest).items():
        wanted[pupil] = min(year, wanted.get(pupil, year))
    years = await tables.years_from(conn, batch.school, batch.version, wanted)
    waking = await worked_out(_weight(batch.events), enter, years, registers, dropped)
    for pupil, made in digest.changes.items():
        for change in made:
            put(years[pupil], change)
            if may_wake(change.byte):
                waking.add(pupil)
    await tables.put_years(conn, batch.school, batch.version, years)
    return waking


def _registers(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    return [event for event in events if event.kind == KIND]


def _weight(events: Iterable[StoredEvent]) -> int:
    return sum(len(event.payload) for event in events) // BYTES_A_MARK

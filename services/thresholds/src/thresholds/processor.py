"""The consumer: follows a school's log and the clock, keeps every pupil's year, says what it finds.

The imperative shell: read, judge, write, append. All of it happens in the transaction that moves
the cursor, the append last, so whatever dies on the way, an alert is raised once. A rebuild only
writes down: what was found stands in the log (docs/decisions/0014, 0015 and 0033).
"""

from datetime import datetime
from typing import Final

from eventlog import Batch, Connection, Consumer, SchoolId
from servicekit.clock import Clock

from thresholds import alerts_table, school_table, tables
from thresholds.appending import append_alerts
from thresholds.aside import ASIDE_MARKS, BYTES_A_MARK, worked_out
from thresholds.closings import closing_after
from thresholds.digest import Digest, digest_of
from thresholds.judged_pupils import judge_pupils
from thresholds.judged_registers import judge_registers_of
from thresholds.judging import Step
from thresholds.replaying import replay
from thresholds.school import school_in_time
from thresholds.school_table import KeptSchool
from thresholds.stated import first_years_of, keep_dropped, keep_facts
from thresholds.stretch import Stretch
from thresholds.timeline import timeline_of

CONSUMER: Final = "thresholds"

# A pupil's row is read and written once a batch: in one of this size, for hundreds of their marks.
REPLAY_EVENTS: Final = 10_000


def processor(clock: Clock) -> Consumer:
    """Make the consumer. It takes events of every kind: one it can't read may be one it needs."""

    async def handle(conn: Connection, batch: Batch) -> None:
        if batch.live:
            await _follow(conn, batch, clock)
        else:
            await replay(conn, batch)

    return Consumer(
        name=CONSUMER,
        kinds=None,
        handle=handle,
        forget=_forget,
        due=school_table.due_by,
        replay_events=REPLAY_EVENTS,
    )


async def _follow(conn: Connection, batch: Batch, clock: Clock) -> None:
    school, version = batch.school, batch.version
    size = sum(len(event.payload) for event in batch.events) // BYTES_A_MARK
    digest = await worked_out(size, digest_of, batch.events)
    kept = await school_table.kept(conn, school, version)
    await school_table.put_details(conn, school, version, digest.details)
    stretch = await _stretch(conn, batch, digest, kept)
    await alerts_table.record(conn, school, version, digest.tellings)
    steps = await _judged(conn, stretch)
    await school_table.put_calendars(conn, school, version, digest.calendars)
    await school_table.put_terms(conn, school, version, digest.terms)
    await tables.put_years(conn, school, version, stretch.years)
    if steps:
        await append_alerts(conn, batch, steps, clock)


async def _stretch(conn: Connection, batch: Batch, digest: Digest, kept: KeptSchool) -> Stretch:
    """Read all that a batch is judged by, and forget the years that it says were dropped."""
    dropped = await keep_dropped(conn, batch, digest, kept.dropped)
    facts = await keep_facts(conn, batch, digest, digest.changes.keys())
    stated_anew = len(digest.calendars)  # numbering the weeks of one takes milliseconds
    return Stretch(
        batch=batch,
        digest=digest,
        timeline=timeline_of(batch),
        kept=kept,
        school=await worked_out(
            stated_anew * ASIDE_MARKS,
            school_in_time,
            kept.calendars,
            kept.details,
            kept.terms,
            digest,
        ),
        facts=facts,
        years=await tables.years_from(conn, batch.school, batch.version, first_years_of(digest)),
        dropped=dropped,
    )


async def _judged(conn: Connection, of: Stretch) -> list[Step]:
    steps = await judge_pupils(conn, of)
    about_registers, registers_to = await judge_registers_of(conn, of)
    await _keep_due(conn, of, registers_to)
    return sorted([*about_registers, *steps], key=lambda step: step.cause)


async def _keep_due(conn: Connection, of: Stretch, registers_to: datetime | None) -> None:
    """Keep when something in the school is due next, where it may be another instant now."""
    school, version = of.batch.school, of.batch.version
    due_at = await tables.next_due(conn, school, version)
    if registers_to is not None:
        closed = closing_after(of.school.at(of.timeline.ends_at), registers_to)
        due_at = min((each for each in (due_at, closed and closed.at) if each), default=None)
    if (due_at, registers_to) != (of.kept.due_at, of.kept.registers_to):
        await school_table.put_due(conn, school, version, due_at, registers_to)


async def _forget(conn: Connection, school: SchoolId, version: int) -> None:
    await tables.forget(conn, school, version)
    await alerts_table.forget(conn, school, version)

"""Judges the registers that a stretch of the log gives cause for: closed, taken late, not held.

Loads what `registers` asks for, and nothing where no register of the stretch is concerned.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from attendance.identifiers import PupilId, Urn
from attendance.session import Session
from attendance.streams import registers_stream
from eventlog import Connection, read_streams

from thresholds import registers_table, tables
from thresholds.aside import ASIDE_MARKS, MARKS_A_WALK, worked_out
from thresholds.closings import Closed, closings_in, late
from thresholds.digest import Taken, digest_of
from thresholds.facts import Facts, facts_in_time
from thresholds.judging import Cause, Step
from thresholds.packing import place_of
from thresholds.registers import Happened, Registers, Republished, TakenLate, judge_registers
from thresholds.stretch import Stretch


class Judged(NamedTuple):
    """What to say about registers, and the instant up to which they were looked at."""

    steps: Sequence[Step]
    to: datetime | None


async def judge_registers_of(conn: Connection, of: Stretch) -> Judged:
    """Find what to say about the registers of a stretch, in the order of what gave cause."""
    since = of.kept.registers_to
    closed, to = await worked_out(
        len(of.digest.taken), closings_in, of.school, of.timeline, of.digest, since
    )
    taken_late = await worked_out(
        len(of.digest.taken), late, of.school, of.timeline, of.digest.taken
    )
    doubted: list[Session] = []
    if of.digest.calendars:
        doubted = await registers_table.told_as_not_taken(conn, of.batch.school, of.batch.version)
    happened = sorted(_happened(of, closed, taken_late, doubted), key=lambda each: each[0])
    if not happened:
        return Judged((), to)
    known = await _known(conn, of, [what for _, what in happened])
    weight = len(closed) * ASIDE_MARKS
    return Judged(await worked_out(weight, judge_registers, happened, known), to)


def _happened(
    of: Stretch,
    closed: Sequence[Closed],
    taken_late: Sequence[Taken],
    doubted: Sequence[Session],
) -> Iterator[tuple[Cause, Happened]]:
    timeline = of.timeline
    for each in closed:
        yield Cause(timeline.position_at(each.at), by_time=True, at=each.at), each
    entered = _entered_at(of, {each.position for each in taken_late})
    for position, session in taken_late:
        cause = Cause(position, by_time=False, at=timeline.recorded_at(position))
        yield cause, TakenLate(session, entered[position])
    for edition in of.digest.calendars:
        at = timeline.recorded_at(edition.position)
        cause = Cause(edition.position, by_time=False, at=at)
        yield from ((cause, Republished(session)) for session in doubted)


def _entered_at(of: Stretch, positions: Collection[int]) -> Mapping[int, Sequence[PupilId]]:
    entered: dict[int, list[PupilId]] = {position: [] for position in positions}
    if positions:
        for pupil, changes in of.digest.changes.items():
            for change in changes:
                if change.position in entered:
                    entered[change.position].append(pupil)
    return entered


async def _known(conn: Connection, of: Stretch, happened: Sequence[Happened]) -> Registers:
    school, version, urn = of.batch.school, of.batch.version, Urn(of.batch.school)
    closed = {what.session for what in happened if isinstance(what, Closed)}
    facts: Facts = of.facts
    if not all(isinstance(what, TakenLate) for what in happened):
        admitted = await tables.every_pupil(conn, school, version)
        facts = {pupil: facts_in_time(each, ()) for pupil, each in admitted.items()}
        facts = {**facts, **of.facts}
    before = await registers_table.entered(conn, school, version, closed) if closed else {}
    streams = {registers_stream(urn, what.session) for what in happened}
    said = await read_streams(conn, school, streams)
    told = await worked_out(len(said) * MARKS_A_WALK, digest_of, said)
    return Registers(
        urn=urn,
        school=of.school,
        facts=facts,
        entered=_entered(of, before),
        told=told.tellings,
    )


def _entered(
    of: Stretch, before: Mapping[Session, Collection[PupilId]]
) -> dict[Session, dict[PupilId, int]]:
    """Tell since which position each pupil has an entry; 0: since before the stretch."""
    entered = {session: dict.fromkeys(pupils, 0) for session, pupils in before.items()}
    at = {place_of(session): since for session, since in entered.items()}
    for pupil, changes in of.digest.changes.items():
        for change in changes:
            if change.place in at:
                at[change.place].setdefault(pupil, change.position)
    return entered

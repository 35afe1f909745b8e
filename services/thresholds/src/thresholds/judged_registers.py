"""Judges the registers that a stretch of the log gives cause for: closed, taken late, nobody's.

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
from thresholds.registers import (
    Happened,
    Left,
    Registers,
    Republished,
    TakenLate,
    groups_of,
    judge_registers,
    members_of,
    on_registers_of,
)
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
    told = await _told(conn, of, closed)
    taken_late = await worked_out(
        len(of.digest.taken), late, of.school, of.timeline, of.digest.taken, told
    )
    stated = sum(map(len, of.digest.statements.values())) * len(told)
    happened = await worked_out(stated, _in_order, of, closed, taken_late, told)
    if not happened:
        return Judged((), to)
    known = await _known(conn, of, happened)
    weight = (len(happened) - len(taken_late)) * ASIDE_MARKS
    return Judged(await worked_out(weight, judge_registers, happened, known), to)


async def _told(conn: Connection, of: Stretch, closed: Sequence[Closed]) -> set[Session]:
    """List the sessions of which a register stands as not taken, or may in the stretch."""
    told = {each.session for each in closed}
    if of.digest.taken or of.digest.calendars or of.digest.statements:
        told.update(
            await registers_table.told_as_not_taken(conn, of.batch.school, of.batch.version)
        )
    return told


def _in_order(
    of: Stretch, closed: Sequence[Closed], taken_late: Sequence[Taken], told: Collection[Session]
) -> list[tuple[Cause, Happened]]:
    return sorted(_happened(of, closed, taken_late, told), key=lambda each: each[0])


def _happened(
    of: Stretch,
    closed: Sequence[Closed],
    taken_late: Sequence[Taken],
    told: Collection[Session],
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
        yield from ((cause, Republished(session)) for session in sorted(told))
    for pupil, statements in of.digest.statements.items():
        for position, _ in statements:
            cause = Cause(position, by_time=False, at=timeline.recorded_at(position))
            yield from ((cause, left) for left in _left(of, pupil, position, told))


def _left(of: Stretch, pupil: PupilId, position: int, told: Collection[Session]) -> Iterator[Left]:
    """List the registers that a pupil is on no more by what was stated at a position."""
    facts = of.facts[pupil]
    if not told or not facts.begun(position - 1):
        return
    before, after = facts.at(position - 1), facts.at(position)
    if (before.placements, before.enrolments) == (after.placements, after.enrolments):
        return
    calendar = of.school.at(position).timetable.calendar
    for session in sorted(told):
        closed_to = calendar.closed_to(session)
        was_on = on_registers_of(before, session.on, closed_to)
        left = set(was_on).difference(on_registers_of(after, session.on, closed_to))
        if left:
            yield Left(session, left)


def _entered_at(of: Stretch, positions: Collection[int]) -> Mapping[int, Sequence[PupilId]]:
    entered: dict[int, list[PupilId]] = {position: [] for position in positions}
    if positions:
        for pupil, changes in of.digest.changes.items():
            for change in changes:
                if change.position in entered:
                    entered[change.position].append(pupil)
    return entered


async def _known(
    conn: Connection, of: Stretch, happened: Sequence[tuple[Cause, Happened]]
) -> Registers:
    school, version, urn = of.batch.school, of.batch.version, Urn(of.batch.school)
    asked = {what.session for _, what in happened if isinstance(what, Closed)}
    asked.update(_in_doubt(of, happened))
    facts: Facts = of.facts
    if asked or not all(isinstance(what, TakenLate) for _, what in happened):
        admitted = await tables.every_pupil(conn, school, version)
        facts = {pupil: facts_in_time(each, ()) for pupil, each in admitted.items()}
        facts = {**facts, **of.facts}
    before = await registers_table.entered(conn, school, version, asked) if asked else {}
    streams = {registers_stream(urn, what.session) for _, what in happened}
    said = await read_streams(conn, school, streams)
    told = await worked_out(len(said) * MARKS_A_WALK, digest_of, said)
    return Registers(
        urn=urn,
        school=of.school,
        facts=facts,
        entered=_entered(of, before),
        members=await worked_out(len(facts), members_of, facts),
        told=told.tellings,
    )


def _in_doubt(of: Stretch, happened: Sequence[tuple[Cause, Happened]]) -> Iterator[Session]:
    """List the sessions of which only the other entries tell whose register was begun late."""
    for cause, what in happened:
        if isinstance(what, TakenLate):
            stood = (of.facts[pupil].at(cause.position) for pupil in what.pupils)
            if any(len(groups_of(facts, what.session)) > 1 for facts in stood):
                yield what.session


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

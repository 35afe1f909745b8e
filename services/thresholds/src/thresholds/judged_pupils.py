"""Judges the pupils whom a stretch of the log gives cause for, by its events and by time alone.

Finds them, loads them, and hands them to `judging`. Writes nothing but when each is due next.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from attendance.identifiers import PupilId, Urn
from attendance.streams import alerts_stream
from eventlog import Connection, StoredEvent, read_streams

from thresholds import tables
from thresholds.aside import MARKS_A_WALK, worked_out
from thresholds.digest import Telling, digest_of
from thresholds.facts import facts_in_time
from thresholds.judging import Case, Known, Look, Step, Turn, in_order, judge
from thresholds.looks import looks_of
from thresholds.relevance import put, stirred
from thresholds.stretch import Stretch

# A calendar may concern every pupil of a school, for longer than a transaction may be idle.
TURNS_AT_ONCE: Final = 250  # a few seconds beside the loop, were each a walk through five years


async def judge_pupils(conn: Connection, of: Stretch) -> list[Step]:
    """Put the entries of a stretch in force, and find what to say of the pupils concerned.

    Returns:
        What to say, in the order of what gave cause, then of pupils.
    """
    marks = sum(len(changes) for changes in of.digest.changes.values())
    found = await worked_out(marks, _stirred, of)
    looks = await looks_of(conn, of.batch, of.digest, of.school, of.facts)
    turns = await _turns(of, {*found, *looks, *await _due(conn, of)}, looks)
    steps: list[Step] = []
    for some in _parts(turns):
        steps += await _judged(conn, of, some)
    return sorted(steps, key=lambda step: step.cause)


async def _judged(
    conn: Connection, of: Stretch, turns: Mapping[PupilId, Sequence[Turn]]
) -> list[Step]:
    """Judge some of the pupils, and keep when each is due next."""
    cases = await _cases(conn, of, turns)
    before = {case.pupil: case.due_at for case in cases}
    judged = [(case, turns[case.pupil]) for case in cases]
    weight = sum(len(of_case) + 1 for _, of_case in judged) * MARKS_A_WALK
    steps = await worked_out(weight, judge, judged, of.school, of.timeline)
    due = {case.pupil: case.due_at for case in cases if case.due_at != before[case.pupil]}
    await tables.put_due(conn, of.batch.school, of.batch.version, due)
    return steps


def _stirred(of: Stretch) -> list[PupilId]:
    """Put the changes in force, and list the pupils for whom one may matter to a rule."""
    found = []
    for pupil, made in of.digest.changes.items():
        years, facts, left = of.years[pupil], of.facts[pupil], iter(made)
        if any(stirred(years, each, of.school, facts) for each in left):
            found.append(pupil)
            for change in left:  # it is to be judged: what else stirs it doesn't matter
                put(years, change)
    return found


async def _due(conn: Connection, of: Stretch) -> list[PupilId]:
    """List the pupils for whom an instant has come."""
    due_at = of.kept.due_at
    if due_at is None or due_at >= of.timeline.ends_before:
        return []
    return await tables.due_before(conn, of.batch.school, of.batch.version, of.timeline.ends_before)


async def _turns(
    of: Stretch, concerned: Iterable[PupilId], looks: Mapping[PupilId, Sequence[Look]]
) -> dict[PupilId, list[Turn]]:
    changes = of.digest.changes
    return await worked_out(
        sum(map(len, changes.values())) + sum(map(len, looks.values())),
        lambda: {
            pupil: in_order(changes.get(pupil, ()), looks.get(pupil, ())) for pupil in concerned
        },
    )


def _parts(
    turns: Mapping[PupilId, Sequence[Turn]],
) -> Iterator[dict[PupilId, Sequence[Turn]]]:
    """Divide pupils into parts of so many turns, in order; each has one at least: by time."""
    part: dict[PupilId, Sequence[Turn]] = {}
    held = 0
    for pupil, of_pupil in sorted(turns.items(), key=lambda each: each[0]):
        weight = len(of_pupil) + 1
        if part and held + weight > TURNS_AT_ONCE:
            yield part
            part, held = {}, 0
        part[pupil] = of_pupil
        held += weight
    if part:
        yield part


async def _cases(conn: Connection, of: Stretch, wanted: Collection[PupilId]) -> list[Case]:
    """Load pupils as they stood before the stretch.

    What was said of them is read from the log and not from the alerts' table: the log has all of
    it, whichever version of the table is being filled.
    """
    school, version = of.batch.school, of.batch.version
    others = [pupil for pupil in wanted if pupil not in of.facts]
    as_before = await tables.pupils(conn, school, version, others)
    facts = {**of.facts, **{pupil: facts_in_time(as_before.get(pupil), ()) for pupil in others}}
    years = await tables.years_from(conn, school, version, dict.fromkeys(wanted, 0))
    due = await tables.due_of(conn, school, version, wanted)
    streams = [alerts_stream(Urn(school), pupil) for pupil in wanted]
    said = await read_streams(conn, school, streams)
    told = await worked_out(len(said) * MARKS_A_WALK, told_by_pupil, said)
    return [
        Case(
            Known(
                urn=Urn(school),
                pupil=pupil,
                facts=facts[pupil],
                years=of_pupil,
                told=told.get(pupil, ()),
                due_at=due.get(pupil),
                dropped=of.dropped,
            )
        )
        for pupil, of_pupil in years.items()
    ]


def told_by_pupil(said: Sequence[StoredEvent]) -> Mapping[PupilId, Sequence[Telling]]:
    """Read what was said about pupils, of each in the order of the log."""
    told: dict[PupilId, list[Telling]] = defaultdict(list)
    for telling in digest_of(said).tellings:
        if telling.event.pupil is not None:
            told[telling.event.pupil].append(telling)
    return told

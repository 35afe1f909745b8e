"""The consumer: follows a school's log, keeps every pupil's year, and says what the rules find.

The imperative shell: read, judge, write, append. All of it happens in the transaction that moves
the cursor, the append last, so whatever dies on the way, an alert is raised once. A rebuild only
writes down: what was found stands in the log (docs/decisions/0014 and 0015).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from attendance.codec import decode
from attendance.events import AlertEvent, PupilAdmitted
from attendance.identifiers import PupilId, Urn
from attendance.streams import admissions_stream, alerts_stream
from eventlog import Batch, Connection, Consumer, SchoolId, StoredEvent, read_streams
from servicekit.clock import Clock

from thresholds import alerts_table, tables
from thresholds.appending import append_alerts
from thresholds.aside import ASIDE_MARKS, BYTES_A_MARK, MARKS_A_WALK, worked_out
from thresholds.digest import Change, Digest, digest_of
from thresholds.dropped import Dropped
from thresholds.dropped_table import dropped_of, forget_year
from thresholds.facts import Facts, facts_in_time
from thresholds.judging import Case, Look, Step, Turn, in_order, judge
from thresholds.looks import looks_of
from thresholds.relevance import Spell, put, stirred
from thresholds.timetable import Timetables, timetables_of

CONSUMER: Final = "thresholds"

KINDS: Final = frozenset(
    {
        "SchoolRegistered.v1",
        "SchoolDetailsChanged.v1",
        "CalendarPublished.v1",
        "PupilAdmitted.v1",
        "PupilDetailsChanged.v1",
        "RecordingYearDropped.v1",
        "MarksRecorded.v1",
        "MarksAmended.v1",
        "ThresholdMet.v1",
        "ThresholdCorrected.v1",
        "ThresholdWithdrawn.v1",
        "ThresholdLapsed.v1",
    }
)


def processor(clock: Clock) -> Consumer:
    """Make the consumer."""

    async def handle(conn: Connection, batch: Batch) -> None:
        await _follow(conn, batch, clock)

    return Consumer(name=CONSUMER, kinds=KINDS, handle=handle, forget=_forget)


async def _follow(conn: Connection, batch: Batch, clock: Clock) -> None:
    school, version = batch.school, batch.version
    size = sum(len(event.payload) for event in batch.events) // BYTES_A_MARK
    digest = await worked_out(size, digest_of, batch.events)
    if digest.la_code is not None:
        await tables.put_school(conn, school, version, digest.la_code)
    facts = await _facts(conn, batch, digest)
    dropped = await _dropped(conn, batch, digest)
    news = await alerts_table.record(conn, school, version, digest.tellings)
    years = await tables.years_from(conn, school, version, _first_years(digest))
    steps: list[Step] = []
    if batch.live:
        timetables = await _timetables(conn, batch, digest)
        found = await _found(conn, batch, digest, years, timetables, facts)
        looks = await looks_of(conn, batch, digest, news, timetables, facts)
        turns = await _turns(digest, found, looks)
        steps = await _judged(conn, batch, turns, timetables, facts, dropped) if turns else []
    else:
        await worked_out(size, _entered, years, digest.changes)
    await tables.put_calendars(conn, school, version, digest.calendars)
    await tables.put_years(conn, school, version, years)
    if steps:
        await append_alerts(conn, batch, [step.event for step in steps], clock)


async def _facts(conn: Connection, batch: Batch, digest: Digest) -> Facts:
    """Follow the facts of the pupils whom a batch is about through it, and keep the last."""
    about = {*digest.statements, *(digest.changes if batch.live else ())}
    before = await tables.pupils(conn, batch.school, batch.version, about)
    facts = {
        pupil: facts_in_time(before.get(pupil), digest.statements.get(pupil, ())) for pupil in about
    }
    stated = {pupil: facts[pupil].facts[-1] for pupil in digest.statements}
    await tables.put_pupils(conn, batch.school, batch.version, stated)
    return facts


async def _dropped(conn: Connection, batch: Batch, digest: Digest) -> Dropped:
    """Forget the years that a batch says were dropped, and pass by its entries of such years."""
    for event in digest.dropped:
        admitted = await _admitted(conn, batch.school)
        await forget_year(conn, batch.school, batch.version, event, admitted=admitted)
    dropped = await dropped_of(conn, batch.school, batch.version)
    if any(dropped.is_gone(year) for year in _first_years(digest).values()):
        left = {
            pupil: [change for change in made if not dropped.is_gone(change.place.year)]
            for pupil, made in digest.changes.items()
        }
        digest.changes = {pupil: made for pupil, made in left.items() if made}
    return dropped


async def _admitted(conn: Connection, school: SchoolId) -> set[PupilId]:
    stored = await read_streams(conn, school, [admissions_stream(Urn(school))])
    events = [decode(event.kind, event.payload) for event in stored]
    return {event.pupil for event in events if isinstance(event, PupilAdmitted)}


def _first_years(digest: Digest) -> dict[PupilId, int]:
    return {
        pupil: min(change.place.year for change in changes)
        for pupil, changes in digest.changes.items()
    }


def _entered(years: tables.Years, changes: Mapping[PupilId, Sequence[Change]]) -> None:
    for pupil, made in changes.items():
        for change in made:
            put(years[pupil], change)


async def _timetables(conn: Connection, batch: Batch, digest: Digest) -> Timetables:
    in_force = await tables.calendars(conn, batch.school, batch.version)
    weight = len(digest.calendars) * ASIDE_MARKS  # numbering the weeks of one takes milliseconds
    return await worked_out(weight, timetables_of, in_force, digest.calendars)


async def _found(
    conn: Connection,
    batch: Batch,
    digest: Digest,
    years: tables.Years,
    timetables: Timetables,
    facts: Facts,
) -> list[PupilId]:
    """Put the changes in force, and list the pupils for whom one may matter to a rule."""
    spells = await alerts_table.open_spells(conn, batch.school, batch.version, years)
    marks = sum(len(changes) for changes in digest.changes.values())
    return await worked_out(marks, _stirred, years, digest.changes, spells, timetables, facts)


async def _turns(
    digest: Digest, found: Iterable[PupilId], looks: Mapping[PupilId, Sequence[Look]]
) -> dict[PupilId, list[Turn]]:
    turns = sum(map(len, digest.changes.values())) + sum(map(len, looks.values()))
    concerned = {*found, *looks}
    return await worked_out(
        turns,
        lambda: {
            pupil: in_order(digest.changes.get(pupil, ()), looks.get(pupil, ()))
            for pupil in concerned
        },
    )


def _stirred(
    years: tables.Years,
    changes: Mapping[PupilId, Sequence[Change]],
    spells: Mapping[PupilId, set[Spell]],
    timetables: Timetables,
    facts: Facts,
) -> list[PupilId]:
    found = []
    for pupil, made in changes.items():
        of_pupil, held, left = years[pupil], spells[pupil], iter(made)
        stated = facts[pupil]
        if any(
            stirred(of_pupil, each, held, timetables.at(each.position), stated) for each in left
        ):
            found.append(pupil)
            for change in left:  # it is to be judged: what else stirs it doesn't matter
                put(of_pupil, change)
    return found


async def _judged(
    conn: Connection,
    batch: Batch,
    turns: Mapping[PupilId, Sequence[Turn]],
    timetables: Timetables,
    facts: Facts,
    dropped: Dropped,
) -> list[Step]:
    cases = await _cases(conn, batch, turns, facts, dropped)
    judged = [(case, turns[case.pupil]) for case in cases]
    walks = sum(len(of_case) for _, of_case in judged)
    now = batch.events[-1].recorded_at
    return await worked_out(walks * MARKS_A_WALK, judge, judged, timetables, now)


async def _cases(
    conn: Connection, batch: Batch, wanted: Collection[PupilId], facts: Facts, dropped: Dropped
) -> list[Case]:
    """Load pupils as they stood before the batch.

    What was said of them is read from the log and not from the alerts' table: the log has all of
    it, whichever version of the table is being filled.
    """
    urn, others = Urn(batch.school), [pupil for pupil in wanted if pupil not in facts]
    as_before = await tables.pupils(conn, batch.school, batch.version, others)
    known = {**facts, **{pupil: facts_in_time(as_before.get(pupil), ()) for pupil in others}}
    years = await tables.years_from(conn, batch.school, batch.version, dict.fromkeys(wanted, 0))
    streams = [alerts_stream(urn, pupil) for pupil in wanted]
    said = await read_streams(conn, batch.school, streams)
    weight = len(said) * MARKS_A_WALK + len(wanted)
    return await worked_out(weight, _made, urn, known, years, said, dropped)


def _made(
    urn: Urn, facts: Facts, years: tables.Years, said: Sequence[StoredEvent], dropped: Dropped
) -> list[Case]:
    told: dict[PupilId, list[AlertEvent]] = defaultdict(list)
    for _, event in digest_of(said).tellings:
        told[event.pupil].append(event)
    return [
        Case(urn, pupil, facts[pupil], of_pupil, told[pupil], dropped)
        for pupil, of_pupil in years.items()
    ]


async def _forget(conn: Connection, school: SchoolId, version: int) -> None:
    await tables.forget(conn, school, version)
    await alerts_table.forget(conn, school, version)

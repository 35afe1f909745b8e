"""The consumer: follows a school's log, keeps every pupil's year, and says what the rules find.

The imperative shell: read, judge, write, append. All of it happens in the transaction that moves
the cursor, the append last, so whatever dies on the way, an alert is raised once. A rebuild only
writes down: what was found stands in the log (docs/decisions/0014 and 0015).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, ParamSpec, TypeVar

from attendance.calendar import SchoolCalendar
from attendance.codec import decode
from attendance.events import AlertEvent, CalendarPublished
from attendance.identifiers import PupilId, Urn
from attendance.streams import alerts_stream
from eventlog import Batch, Connection, Consumer, SchoolId, read_streams
from servicekit.clock import Clock

from thresholds import alerts_table, tables
from thresholds.appending import append_alerts
from thresholds.digest import Change, Digest, digest_of
from thresholds.errors import PupilNeverAdmitted
from thresholds.judging import ENTERED, REPUBLISHED, Calendars, Case, Look, Step, Turn, judge
from thresholds.relevance import (
    FEWEST_UNAUTHORISED,
    RULES,
    UNAUTHORISED_RULES,
    Spell,
    put,
    stirred,
)

CONSUMER: Final = "thresholds"

KINDS: Final = frozenset(
    {
        "SchoolRegistered.v1",
        "SchoolDetailsChanged.v1",
        "CalendarPublished.v1",
        "PupilAdmitted.v1",
        "MarksRecorded.v1",
        "MarksAmended.v1",
        "ThresholdMet.v1",
        "ThresholdCorrected.v1",
        "ThresholdWithdrawn.v1",
        "ThresholdLapsed.v1",
    }
)

# From so many events on, a batch is worked out in a thread: requests are answered meanwhile.
ASIDE_EVENTS: Final = 20
CALENDARS_REMEMBERED: Final = 512  # schools; one is a few hundred kilobytes of numbered weeks

P = ParamSpec("P")
T = TypeVar("T")


def processor(clock: Clock) -> Consumer:
    """Make the consumer."""

    async def handle(conn: Connection, batch: Batch) -> None:
        await _follow(conn, batch, clock)

    return Consumer(name=CONSUMER, kinds=KINDS, handle=handle, forget=_forget)


async def _follow(conn: Connection, batch: Batch, clock: Clock) -> None:
    school, version = batch.school, batch.version
    digest = await _computed(batch, digest_of, batch.events)
    if digest.la_code is not None:
        await tables.put_school(conn, school, version, digest.la_code)
    await tables.put_pupils(conn, school, version, digest.admitted)
    news = await alerts_table.record(conn, school, version, digest.tellings)
    years = await tables.years_from(conn, school, version, _first_years(digest))
    steps: list[Step] = []
    if batch.live:
        turns = await _turns(conn, batch, digest, years, news)
        steps = await _judged(conn, batch, digest, turns) if turns else []
    else:
        await _computed(batch, _entered, years, digest.changes)
    await tables.put_calendars(conn, school, version, digest.calendars)
    await tables.put_years(conn, school, version, years)
    if steps:
        await append_alerts(conn, batch, [step.event for step in steps], clock)


def _first_years(digest: Digest) -> dict[PupilId, int]:
    return {
        pupil: min(change.place.year for change in changes)
        for pupil, changes in digest.changes.items()
    }


def _entered(years: tables.Years, changes: Mapping[PupilId, Sequence[Change]]) -> None:
    for pupil, made in changes.items():
        for change in made:
            put(years[pupil], change)


async def _turns(
    conn: Connection,
    batch: Batch,
    digest: Digest,
    years: tables.Years,
    news: Mapping[PupilId, int],
) -> dict[PupilId, list[Turn]]:
    """Put the changes in force, and list who is to be judged, through which events."""
    spells = await alerts_table.open_spells(conn, batch.school, batch.version, years)
    found = await _computed(batch, _stirred, years, digest.changes, spells)
    looks: dict[PupilId, list[Look]] = defaultdict(list)
    if digest.calendars:
        fewest = min(FEWEST_UNAUTHORISED.values())
        absent = await tables.often_absent(conn, batch.school, batch.version, fewest)
        for pupil in {*absent, *digest.changes}:
            looks[pupil] += [
                Look(edition.position, UNAUTHORISED_RULES, REPUBLISHED)
                for edition in digest.calendars
            ]
    # Said by this service after the batch in which it was found, and read back only now, after a
    # rebuild: entries in between were taken in without knowing of it.
    for pupil, position in news.items():
        looks[pupil].append(Look(position, RULES, ENTERED))
    return {
        pupil: sorted(
            [*digest.changes.get(pupil, ()), *looks[pupil]], key=lambda turn: turn.position
        )
        for pupil in {*found, *looks}
    }


def _stirred(
    years: tables.Years,
    changes: Mapping[PupilId, Sequence[Change]],
    spells: Mapping[PupilId, set[Spell]],
) -> list[PupilId]:
    found = []
    for pupil, made in changes.items():
        of_pupil, held, left = years[pupil], spells[pupil], iter(made)
        if any(stirred(of_pupil, change, held) for change in left):
            found.append(pupil)
            for change in left:  # it is to be judged: what else stirs it doesn't matter
                put(of_pupil, change)
    return found


async def _judged(
    conn: Connection,
    batch: Batch,
    digest: Digest,
    turns: Mapping[PupilId, Sequence[Turn]],
) -> list[Step]:
    cases = await _cases(conn, batch, turns)
    in_force = await tables.calendars(conn, batch.school, batch.version)
    calendars = [_calendar_of(in_force)]
    for edition in digest.calendars:
        calendars.append(calendars[-1].with_year(edition.calendar))
    known = Calendars([0, *(edition.position for edition in digest.calendars)], calendars)
    judged = [(case, turns[case.pupil]) for case in cases]
    return await _computed(batch, judge, judged, known, batch.events[-1].recorded_at)


async def _cases(conn: Connection, batch: Batch, wanted: Iterable[PupilId]) -> list[Case]:
    """Load pupils as they stood before the batch; boarders are judged by no rule.

    What was said of them is read from the log and not from the alerts' table: the log has all of
    it, whichever version of the table is being filled.
    """
    urn, pupils = Urn(batch.school), list(wanted)
    facts = await tables.pupils(conn, batch.school, batch.version, pupils)
    if len(facts) < len(pupils):
        raise PupilNeverAdmitted
    judged = {pupil: each for pupil, each in facts.items() if not each.boarder}
    years = await tables.years_from(conn, batch.school, batch.version, dict.fromkeys(judged, 0))
    streams = [alerts_stream(urn, pupil) for pupil in judged]
    told: dict[PupilId, list[AlertEvent]] = defaultdict(list)
    for _, event in digest_of(await read_streams(conn, batch.school, streams)).tellings:
        told[event.pupil].append(event)
    return [
        Case(urn, pupil, each.date_of_birth, years[pupil], told[pupil])
        for pupil, each in judged.items()
    ]


async def _forget(conn: Connection, school: SchoolId, version: int) -> None:
    await tables.forget(conn, school, version)
    await alerts_table.forget(conn, school, version)


async def _computed(batch: Batch, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    if len(batch.events) < ASIDE_EVENTS:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)


@lru_cache(maxsize=CALENDARS_REMEMBERED)
def _calendar_of(payloads: tuple[str, ...]) -> SchoolCalendar:
    """Decode a school's calendars; by what they say, so a new edition is another calendar."""
    years = []
    for payload in payloads:
        published = decode("CalendarPublished.v1", payload)
        if isinstance(published, CalendarPublished):
            years.append(published.calendar)
    return SchoolCalendar(tuple(years))

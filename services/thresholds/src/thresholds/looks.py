"""Who is to be judged anew although no entry of theirs changed, and after which events.

Finds whom it may concern, and judges nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from attendance.admission_events import PupilAdmitted, PupilDeleted, PupilDetailsChanged
from attendance.events import AlertConsidered
from attendance.identifiers import PupilId
from attendance.rules.facts import Placed, PupilFacts
from attendance.rules.told import PupilEvent
from eventlog import Batch, Connection

from thresholds import tables
from thresholds.digest import Digest
from thresholds.facts import Facts, FactsInTime
from thresholds.judging import REPUBLISHED, Look
from thresholds.packing import Place, first_day, sessions_of
from thresholds.relevance import OF_ADMISSION, OF_DECISIONS, OF_PLANS, OF_PUPILS
from thresholds.school import SchoolInTime

CHANGED: Final = "The pupil's details were changed."
DELETED: Final = "The pupil was deleted from the admission register."
ARRANGED: Final = "A plan of absence was made or changed."
CONSIDERED: Final = "An alert was considered."
SET: Final = "The numbers that the school is judged by were changed."
STATED: Final = "The school's details were changed."

Looks: TypeAlias = dict[PupilId, list[Look]]


async def looks_of(
    conn: Connection, batch: Batch, digest: Digest, school: SchoolInTime, facts: Facts
) -> Looks:
    """List the looks that a batch gives cause for, of each pupil in no order.

    Args:
        school: through the batch.
        facts: through the batch, of the pupils it states something of at least.
    """
    looks: Looks = defaultdict(list)
    for pupil, stated in digest.statements.items():
        looks[pupil] += [
            _of_statement(position, event)
            for position, event in stated
            if not _says_nothing_new(facts[pupil], position)
        ]
    for position, event in digest.tellings:
        if isinstance(event, AlertConsidered) and event.pupil is not None:
            looks[event.pupil].append(Look(position, OF_DECISIONS & {event.rule}, CONSIDERED))
    await _look_at_changed(conn, batch, digest, facts, looks)
    await _look_at_republished(conn, batch, digest, school, looks)
    everyone = list(_of_school(digest, school))
    if everyone:
        admitted = await tables.every_pupil(conn, batch.school, batch.version)
        for pupil in {*admitted, *digest.statements}:
            looks[pupil] += everyone
    return looks


def _says_nothing_new(facts: FactsInTime, position: int) -> bool:
    """Whether all that rules ask is as before, but for the groups; names and addresses are not."""
    if not facts.begun(position - 1):
        return False
    before, after = (
        replace(each, placements=tuple(_without_groups(each)))
        for each in (facts.at(position - 1), facts.at(position))
    )
    return before == after


def _without_groups(facts: PupilFacts) -> Iterator[Placed]:
    before: Placed | None = None
    for each in facts.placements:
        placed = each._replace(groups=())
        if before is None or before[1:] != placed[1:]:
            yield placed
        before = placed


def _of_statement(position: int, event: PupilEvent) -> Look:
    match event:
        case PupilAdmitted() | PupilDetailsChanged():
            return Look(position, OF_ADMISSION, CHANGED)
        case PupilDeleted():
            return Look(position, OF_ADMISSION | OF_PLANS, DELETED)
        case _:
            return Look(position, OF_PLANS, ARRANGED)


async def _look_at_changed(
    conn: Connection, batch: Batch, digest: Digest, facts: Facts, looks: Looks
) -> None:
    """Look at pupils of whom entries count otherwise than they did."""
    changes = {pupil: list(facts[pupil].changes()) for pupil in digest.statements}
    if not any(changes.values()):
        return
    since = min(since for made in changes.values() for _, since in made)
    entered = await _entered_since(conn, batch, digest, since)
    for pupil in changes.keys() & entered:
        looks[pupil] += [Look(position, OF_PUPILS, CHANGED) for position, _ in changes[pupil]]


async def _look_at_republished(
    conn: Connection, batch: Batch, digest: Digest, school: SchoolInTime, looks: Looks
) -> None:
    """Look at pupils to whom it may matter which days are school days from some Monday on."""
    since = school.timetables.changed_from()
    if since is None:
        return
    concerned = await _entered_since(conn, batch, digest, since)
    concerned |= await tables.waiting(conn, batch.school, batch.version, since.year - 1)
    admitted = await tables.every_pupil(conn, batch.school, batch.version)
    concerned |= {pupil for pupil, each in admitted.items() if _lies_in(each, since)}
    republished = [Look(each.position, OF_PUPILS, REPUBLISHED) for each in digest.calendars]
    for pupil in concerned | digest.statements.keys():
        looks[pupil] += republished


async def _entered_since(
    conn: Connection, batch: Batch, digest: Digest, since: Place
) -> set[PupilId]:
    """List the pupils with an entry, or one being made, in or after what is judged otherwise."""
    kept = await tables.absent_and_entered_since(conn, batch.school, batch.version, since)
    return {*kept, *digest.changes}


def _lies_in(facts: PupilFacts, since: Place) -> bool:
    """Whether something stated of a pupil lies in the days concerned, or they left in the year."""
    first, monday = first_day(since.year), sessions_of(since.year)[since.slot].on
    return any(
        monday <= each.starting_day or (each.deleted is not None and first <= each.deleted.last_on)
        for each in facts.enrolments
    ) or any(each.ends is None or monday <= each.ends.on for each in facts.arrangements)


def _of_school(digest: Digest, school: SchoolInTime) -> Iterator[Look]:
    """List the looks at every pupil of the school."""
    for position, event, _ in digest.terms:
        if event.rule in OF_PUPILS:
            yield Look(position, frozenset({event.rule}), SET)
    for position, details, _ in digest.details:
        before = school.details.at(position - 1)
        if before is not None and before.phase is not details.phase:
            yield Look(position, OF_ADMISSION, STATED)

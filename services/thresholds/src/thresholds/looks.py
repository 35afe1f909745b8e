"""Who is to be judged anew although no entry of theirs changed, and after which events.

Finds whom it may concern, and judges nothing.
"""

from collections import defaultdict
from collections.abc import Mapping

from attendance.identifiers import PupilId
from eventlog import Batch, Connection

from thresholds import tables
from thresholds.digest import Digest
from thresholds.facts import Facts
from thresholds.judging import CHANGED, ENTERED, REPUBLISHED, Look
from thresholds.packing import Place
from thresholds.relevance import RULES
from thresholds.timetable import Timetables


async def looks_of(
    conn: Connection,
    batch: Batch,
    digest: Digest,
    news: Mapping[PupilId, int],
    timetables: Timetables,
    facts: Facts,
) -> dict[PupilId, list[Look]]:
    """List the looks that a batch gives cause for, of each pupil in no order.

    Args:
        news: the pupils of whom something was said, by a position, that wasn't recorded yet.
        timetables: through the batch.
        facts: through the batch, of the pupils it states something of at least.
    """
    looks: dict[PupilId, list[Look]] = defaultdict(list)
    republished_from = timetables.changed_from()
    if republished_from is not None:
        republished = [Look(each.position, RULES, REPUBLISHED) for each in digest.calendars]
        for pupil in await _entered_since(conn, batch, digest, republished_from):
            looks[pupil] += republished
    changes = {pupil: list(facts[pupil].changes()) for pupil in digest.statements}
    if any(changes.values()):
        since = min(since for made in changes.values() for _, since in made)
        for pupil in changes.keys() & await _entered_since(conn, batch, digest, since):
            looks[pupil] += [Look(position, RULES, CHANGED) for position, _ in changes[pupil]]
    # Said by this service after the batch in which it was found, and read back only now, after a
    # rebuild: entries in between were taken in without knowing of it.
    for pupil, position in news.items():
        looks[pupil].append(Look(position, RULES, ENTERED))
    return looks


async def _entered_since(
    conn: Connection, batch: Batch, digest: Digest, since: Place
) -> set[PupilId]:
    """List the pupils with an entry, or one being made, in or after what is judged otherwise."""
    kept = await tables.absent_and_entered_since(conn, batch.school, batch.version, since)
    return {*kept, *digest.changes}

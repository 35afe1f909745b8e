"""Keeps what a batch states besides entries: pupils' facts, and the years that were dropped.

The same whether the batch is followed or replayed. Judges nothing.
"""

from collections.abc import Collection
from typing import Final

from attendance.codec import decode
from attendance.events import PupilAdmitted
from attendance.identifiers import PupilId, Urn
from attendance.streams import admissions_stream
from eventlog import Batch, Connection, SchoolId, read_streams

from thresholds import tables
from thresholds.digest import Digest
from thresholds.dropped import Dropped
from thresholds.dropped_table import dropped_of, forget_year
from thresholds.facts import Facts, facts_in_time

NOBODY: Final[frozenset[PupilId]] = frozenset()


async def keep_facts(
    conn: Connection, batch: Batch, digest: Digest, others: Collection[PupilId] = NOBODY
) -> Facts:
    """Follow the facts of the pupils whom a batch states something of through it; keep the last.

    Args:
        others: pupils whose facts are wanted too, though nothing may be stated of them.
    """
    about = {*digest.statements, *others}
    before = await tables.pupils(conn, batch.school, batch.version, about)
    facts = {
        pupil: facts_in_time(before.get(pupil), digest.statements.get(pupil, ())) for pupil in about
    }
    stated = {pupil: facts[pupil].facts[-1] for pupil in digest.statements}
    await tables.put_pupils(conn, batch.school, batch.version, stated)
    return facts


async def keep_dropped(conn: Connection, batch: Batch, digest: Digest, before: Dropped) -> Dropped:
    """Forget the years that a batch says were dropped, and pass by its changes in such years.

    Args:
        before: what was dropped before the batch.
    """
    dropped = before
    for event in digest.dropped:
        admitted = await _admitted(conn, batch.school)
        await forget_year(conn, batch.school, batch.version, event, admitted=admitted)
        dropped = await dropped_of(conn, batch.school, batch.version)
    if any(dropped.is_gone(year) for year in first_years_of(digest).values()):
        left = {
            pupil: [change for change in made if not dropped.is_gone(change.place.year)]
            for pupil, made in digest.changes.items()
        }
        digest.changes = {pupil: made for pupil, made in left.items() if made}
    return dropped


def first_years_of(digest: Digest) -> dict[PupilId, int]:
    """Name the pupils of whom entries changed, each with the first year in which one did."""
    return {
        pupil: min(change.place.year for change in changes)
        for pupil, changes in digest.changes.items()
    }


async def _admitted(conn: Connection, school: SchoolId) -> set[PupilId]:
    stored = await read_streams(conn, school, [admissions_stream(Urn(school))])
    events = [decode(event.kind, event.payload) for event in stored]
    return {event.pupil for event in events if isinstance(event, PupilAdmitted)}

"""A batch and all that judging it takes, as it was before it and through it. A value."""

from dataclasses import dataclass

from eventlog import Batch

from thresholds.digest import Digest
from thresholds.dropped import Dropped
from thresholds.facts import Facts
from thresholds.school import SchoolInTime
from thresholds.school_table import KeptSchool
from thresholds.tables import Years
from thresholds.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one school's log.

    Attributes:
        kept: as it was before.
        school: through the stretch.
        facts: through the stretch, of the pupils it is about.
        years: of the pupils with entries in it, from the first year concerned on: as they were
            before, until the entries are put in force.
    """

    batch: Batch
    digest: Digest
    timeline: Timeline
    kept: KeptSchool
    school: SchoolInTime
    facts: Facts
    years: Years
    dropped: Dropped

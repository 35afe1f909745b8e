"""What the simulated school was asked, told or planned of its absences, worked out from them.

Every absence that needs an arrangement has had one, of just its sessions: a tidier school than
most. Knows nothing of how Rollbook is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from attendance.session import Session

from demonstration.outings import OUTINGS
from demonstration.pupils import Classroom, Pupil
from demonstration.sheets import Entry, Sheet, Spell

OF_ONE_PUPIL: Final = frozenset({"C", "C1", "C2", "E", "G", "I", "J1", "M", "R", "S", "T"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Leave, a part-time timetable, a suspension, an illness of one pupil; or pupils' outing."""

    entry: Entry  # as it stands in the registers
    pupils: tuple[Pupil, ...]
    teacher: str
    sessions: tuple[Session, ...]  # in order; between them others may lie, as in a timetable

    @property
    def is_outing(self) -> bool:
        """Whether pupils went somewhere together."""
        return self.entry.code in OUTINGS


def arranged(
    classes: Iterable[tuple[Classroom, Sequence[Sheet]]], diary: Sequence[Session]
) -> list[Arrangement]:
    """Work out from filled sheets what was arranged beforehand, by the session it starts.

    Args:
        diary: the session of each place.
    """
    arrangements = [
        Arrangement(
            entry=spell.entry,
            pupils=tuple(pupils),
            teacher=classroom.teacher,
            sessions=tuple(diary[place] for place in spell.places),
        )
        for classroom, sheets in classes
        for spell, pupils in _spells(sheets)
    ]
    return sorted(arrangements, key=lambda each: each.sessions[0])


def _spells(sheets: Iterable[Sheet]) -> list[tuple[Spell, list[Pupil]]]:
    """List the spells that were arranged, an outing once with all who went."""
    own: list[tuple[Spell, list[Pupil]]] = []
    outings: defaultdict[Spell, list[Pupil]] = defaultdict(list)
    for sheet in sheets:
        for spell in sheet.spells:
            if spell.entry.code in OF_ONE_PUPIL:
                own.append((spell, [sheet.pupil]))
            elif spell.entry.code in OUTINGS:
                outings[spell].append(sheet.pupil)
    return [*own, *outings.items()]

"""What the registers said of a pupil at a position of a school's log. Pure.

Of a register of a thousand pupils a batch asks for one or two, so only what is about those is read.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from typing import Final, get_args

from attendance.admission_events import AdmissionEvent
from attendance.codec import decode
from attendance.events import PupilDeleted, SchoolDetailsChanged, SchoolRegistered
from attendance.identifiers import LaCode, PupilId
from attendance.return_contents import Registered
from attendance.roll import Pupil, evolve_pupil
from eventlog import StoredEvent

from notifications.errors import PupilNeverAdmitted, SchoolNeverRegistered

REGISTERED: Final = frozenset(
    f"{event.__name__}.v1"
    for event in (SchoolRegistered, SchoolDetailsChanged, *get_args(AdmissionEvent))
)

# What an event of the admission register begins with; an identifier has nothing to escape.
WHOSE: Final = re.compile(r'\{"pupil":"([^"]+)"')

NOBODY: Final[Pupil | None] = None


class Registers:
    """A school's name and some pupils' entries in its admission register, from the beginning."""

    def __init__(self, stored: Iterable[StoredEvent], pupils: Collection[PupilId]) -> None:
        """Read what is about the school or one of the pupils, in the order of the log."""
        self._names: list[tuple[int, str]] = []
        self._told: dict[PupilId, list[tuple[int, AdmissionEvent]]] = defaultdict(list)
        for each in stored:
            whose = WHOSE.match(each.payload)
            if each.kind not in REGISTERED or (whose and whose[1] not in pupils):
                continue
            event = decode(each.kind, each.payload)
            if isinstance(event, SchoolRegistered | SchoolDetailsChanged):
                self._names.append((each.position, event.details.name))
            elif isinstance(event, AdmissionEvent):
                self._told[event.pupil].append((each.position, event))

    def home_at(self, pupil: PupilId, position: int) -> LaCode | None:
        """Name the authority where a pupil lives, events up to a position counted, if known."""
        entered = self._entered(pupil, position)
        return None if entered is None else entered.entry.home_la_code

    def at(self, pupil: PupilId, position: int) -> Registered:
        """Say what they said of a pupil, events up to a position counted.

        Raises:
            SchoolNeverRegistered: the school has no name yet.
            PupilNeverAdmitted: the pupil isn't in the admission register.
        """
        names = [name for place, name in self._names if place <= position]
        if not names:
            raise SchoolNeverRegistered("a return is due of a school that was never registered")
        entered = self._entered(pupil, position)
        if entered is None:
            raise PupilNeverAdmitted("a return is due of a pupil who was never admitted")
        told = self._until(pupil, position)
        deletions = [event for event in told if isinstance(event, PupilDeleted)]
        return Registered(names[-1], entered, deletions)

    def _entered(self, pupil: PupilId, position: int) -> Pupil | None:
        return reduce(evolve_pupil, self._until(pupil, position), NOBODY)

    def _until(self, pupil: PupilId, position: int) -> list[AdmissionEvent]:
        return [event for place, event in self._told[pupil] if place <= position]

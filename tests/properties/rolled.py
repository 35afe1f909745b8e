"""The plainest roll there could be, and what may be asked of one: a set of days for each pupil."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from attendance.admission import AdmitPupil, admit
from attendance.admission_entry import AdmissionEntry, Sex
from attendance.changing import ChangeDetails, PlacementChange, change_details
from attendance.deletion import DeletePupil, Evidence, delete_pupil
from attendance.deletion_grounds import Letter
from attendance.errors import PupilUnknown, Refused
from attendance.events import Event
from attendance.identifiers import PupilId
from attendance.school import School
from domain.arranged import mornings_off
from domain.given import OFFICER
from hypothesis import strategies as st

NOW: Final = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
HORIZON: Final = tuple(date(2026, 9, 1) + timedelta(days=each) for each in range(14))
NOTHING: Final = Evidence(entries=(), entered_after=False)
ENTRY: Final = AdmissionEntry(
    legal_surname="Adeyemi", legal_forename="Bo", date_of_birth=date(2016, 5, 5), sex=Sex.FEMALE
)


class Asked(NamedTuple):
    """Something asked of the admission register."""

    what: str
    pupil: PupilId
    on: date
    group: str


ASKED: Final = st.lists(
    st.builds(
        Asked,
        st.sampled_from(("admit", "admit", "delete", "move", "plan")),
        st.sampled_from([PupilId("ann"), PupilId("ben")]),
        st.sampled_from(HORIZON[2:-2]),
        st.sampled_from(("6A", "6B")),
    ),
    max_size=12,
)


@dataclass
class PlainRoll:
    """Who is on roll and where, day by day."""

    days: dict[PupilId, set[date]] = field(default_factory=dict)
    groups: dict[tuple[PupilId, date], str] = field(default_factory=dict)

    def happened(self, asked: Asked) -> None:
        """Take note of what was carried out."""
        from_then_on = [on for on in HORIZON if asked.on <= on]
        match asked.what:
            case "admit":
                self.days.setdefault(asked.pupil, set()).update(from_then_on)
                self._move(asked, from_then_on)
            case "delete":
                self.days[asked.pupil] -= {on for on in HORIZON if asked.on < on}
            case "move":
                self._move(asked, from_then_on)

    def on(self, day: date, group: str) -> set[PupilId]:
        """Tell who is on roll that day, in that group."""
        return {
            pupil
            for pupil, days in self.days.items()
            if day in days and self.groups[pupil, day] == group
        }

    def _move(self, asked: Asked, days: list[date]) -> None:
        self.groups.update({(asked.pupil, on): asked.group for on in days})


def decided(school: School, asked: Asked) -> list[Event] | None:
    """Decide what was asked; None when it is refused."""
    try:
        return _decided(school, asked)
    except (PupilUnknown, Refused):
        return None


def _decided(school: School, asked: Asked) -> list[Event]:
    match asked.what:
        case "admit":
            return [admit(school, _admission(asked), NOW)]
        case "delete":
            return [delete_pupil(school, _deletion(asked), NOTHING, NOW)]
        case "move":
            moved = change_details(school, _move(asked), NOW, entered=False)
            return [] if moved is None else [moved]
        case _ if asked.pupil in school.roll:
            return [*mornings_off(asked.pupil, asked.on, asked.on)]
    return []


def _admission(asked: Asked) -> AdmitPupil:
    return AdmitPupil(
        pupil=asked.pupil,
        entry=ENTRY,
        year_group="6",
        groups=(asked.group,),
        starting_day=asked.on,
        by=OFFICER,
    )


def _deletion(asked: Asked) -> DeletePupil:
    return DeletePupil(
        pupil=asked.pupil, ground=Letter.K, deleted_on=asked.on, conditions={}, by=OFFICER
    )


def _move(asked: Asked) -> ChangeDetails:
    return ChangeDetails(
        pupil=asked.pupil,
        entry={},
        placement=PlacementChange(groups=(asked.group,)),
        effective_on=asked.on,
        by=OFFICER,
    )

"""What the tests of decisions start from: a school, its calendar and some pupils."""

from datetime import UTC, date, datetime, time
from typing import Final

from attendance.events import (
    AdmissionEvent,
    CalendarPublished,
    Event,
    Phase,
    PupilAdmitted,
    PupilDeleted,
    SchoolDetails,
    SchoolRegistered,
    SessionTimes,
    Sex,
    Signatory,
)
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.school import NO_SCHOOL, School, evolve
from attendance.session import Half
from statute.registers import SUMMER_2026, YEAR_2026_27

URN: Final = Urn(999001)
OFFICER: Final = Signatory("A. Smith", "Attendance Officer")
BEFORE_TERM: Final = datetime(2026, 8, 24, 10, 0, tzinfo=UTC)
DETAILS: Final = SchoolDetails(
    name="Elmbridge Primary",
    la_code=LaCode("886"),
    phase=Phase.PRIMARY,
    times={
        Half.AM: SessionTimes(time(8, 55), time(9, 25)),
        Half.PM: SessionTimes(time(13, 0), time(13, 30)),
    },
)
REGISTERED: Final = SchoolRegistered(details=DETAILS, recorded_by=None, recorded_at=BEFORE_TERM)


def admitted(
    pupil: str,
    *,
    surname: str = "Adeyemi",
    forename: str = "Bo",
    born: date = date(2016, 5, 5),
    starting: date = date(2026, 6, 8),
    groups: tuple[str, ...] = ("7B",),
) -> PupilAdmitted:
    """A pupil's entry in the admission register."""
    return PupilAdmitted(
        pupil=PupilId(pupil),
        legal_surname=surname,
        legal_forename=forename,
        date_of_birth=born,
        sex=Sex.FEMALE,
        upn=None,
        year_group="7",
        groups=groups,
        starting_day=starting,
        boarder=False,
        address=None,
        parents=(),
        characteristics=(),
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )


def deleted(pupil: str, on: date, ground: str = "k") -> PupilDeleted:
    """A pupil's deletion from the admission register."""
    return PupilDeleted(
        pupil=PupilId(pupil),
        ground=ground,
        deleted_on=on,
        conditions={},
        recorded_by=OFFICER,
        recorded_at=BEFORE_TERM,
    )


def a_school(*admissions: AdmissionEvent) -> School:
    """A registered school with the calendars of the worked examples and these pupils."""
    calendars = [
        CalendarPublished(calendar=year, recorded_by=None, recorded_at=BEFORE_TERM)
        for year in (SUMMER_2026, YEAR_2026_27)
    ]
    history: list[Event] = [REGISTERED, *calendars, *admissions]
    return evolve(NO_SCHOOL, history)

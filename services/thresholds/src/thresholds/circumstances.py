"""What the rules are asked about, laid out from packed years. The law is the library's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from attendance.age import of_compulsory_school_age
from attendance.events import EvidenceEntry
from attendance.rules.circumstances import Circumstances, Considered
from attendance.rules.facts import PupilFacts
from attendance.school_details import SchoolDetails

from thresholds.due import Due
from thresholds.packing import PupilYear
from thresholds.timetable import Timetable


def circumstances_of(
    years: Mapping[int, PupilYear],
    facts: PupilFacts,
    timetable: Timetable,
    details: SchoolDetails,
    at: datetime,
    considered: Sequence[Considered] = (),
) -> Circumstances:
    """Lay out a pupil's years for the rules: the entries of sessions that were due to the pupil.

    Args:
        years: all there are, by first calendar year.
        at: the instant to judge as of.
        considered: under the rule that is to be asked.
    """
    due, born = Due(timetable, facts.placements), facts.date_of_birth
    entries = [
        entry for year in sorted(years) for entry in due.counted(year, years[year]).entries(year)
    ]
    return Circumstances(
        at=at,
        school=details,
        calendar=timetable.calendar,
        facts=facts,
        entries=entries,
        of_age=_of_age(born, entries),
        due=due.includes,
        considered=considered,
    )


def _of_age(born: date, entries: Sequence[EvidenceEntry]) -> Sequence[EvidenceEntry]:
    """Leave out entries on dates outside compulsory school age, which is one stretch of days."""
    if entries and all(of_compulsory_school_age(born, entries[end].session.on) for end in (0, -1)):
        return entries  # as of nearly every pupil; asking of each entry takes as long as a rule
    return [entry for entry in entries if of_compulsory_school_age(born, entry.session.on)]

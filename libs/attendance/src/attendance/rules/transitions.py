"""The ordinary ways in and out of a school: at the start of its first class, the end of its last.

What comes in or goes out so, an authority knows anyway. In doubt it wasn't so: then it is told.

Source: Education (School Day and School Year) (England) Regulations 1999, SI 1999/3181 reg 2: a
school year begins with the first term after July. Which classes a school of a phase has is recalled
and not law; a school may say otherwise.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from attendance.calendar import CalendarYear, SchoolCalendar
from attendance.school_details import Phase, SchoolDetails
from attendance.session import academic_year_of

# Special schools and alternative provision take and leave pupils at any age.
MOST_JUNIOR: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.NURSERY: "N1",
        Phase.PRIMARY: "R",
        Phase.MIDDLE: "5",
        Phase.SECONDARY: "7",
        Phase.ALL_THROUGH: "R",
        Phase.SIXTEEN_PLUS: "12",
    }
)
MOST_SENIOR: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.NURSERY: "N2",
        Phase.PRIMARY: "6",
        Phase.MIDDLE: "8",
        Phase.SECONDARY: "13",
        Phase.ALL_THROUGH: "13",
        Phase.SIXTEEN_PLUS: "13",
    }
)


def is_most_junior(year_group: str, school: SchoolDetails, said: str) -> bool:
    """Whether a year group is the school's most junior class.

    Args:
        said: which one is, in the school's own word; empty: the usual one of its phase.
    """
    return year_group == (said or MOST_JUNIOR.get(school.phase))


def is_most_senior(year_group: str, school: SchoolDetails, said: str) -> bool:
    """Whether a year group is the school's most senior class; `said` as in `is_most_junior`."""
    return year_group == (said or MOST_SENIOR.get(school.phase))


def begins_school_year(on: date, calendar: SchoolCalendar) -> bool:
    """Whether a day is the first of the school year, or lies before the school first meets in it.

    False where no calendar is published for the academic year.
    """
    year = calendar.year(academic_year_of(on))
    if year is None:
        return False
    first, _ = _first_and_last_met(year, calendar)
    return year.half_terms[0].starts <= on <= first


def ends_school_year(on: date, calendar: SchoolCalendar) -> bool:
    """Whether a day is the last on which the school meets in a school year, or of the time after.

    False where no calendar is published for the academic year.
    """
    year = calendar.year(academic_year_of(on))
    if year is None:
        return False
    _, last = _first_and_last_met(year, calendar)
    # Before the first term it is still the school year before, which ended in July at the latest.
    return on < year.half_terms[0].starts or last <= on


def _first_and_last_met(year: CalendarYear, calendar: SchoolCalendar) -> tuple[date, date]:
    """Find the first and the last school day; of a year closed throughout, its first and last."""
    starts, ends = year.half_terms[0].starts, year.half_terms[-1].ends
    met = list(calendar.school_days(starts, ends))
    return (met[0], met[-1]) if met else (starts, ends)

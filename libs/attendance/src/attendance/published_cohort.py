"""Whom the Department's published figures of absence are about, and on which days.

A school looks at everybody on its roll. To stand beside what is published, the same pupils have to
be counted: by age, without the eldest and the newest at the end of summer. Boarders and enrolments
with nothing possible are left out of all figures, and so not here.

Source: DfE, Pupil absence statistics: methodology, sections 1.4 to 1.6 and 4.4.3.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from attendance.census import CensusTerm, Period, age_at_start, period_of, terms_on
from attendance.identifiers import AcademicYear
from attendance.rules.terms import Source

DAY: Final = timedelta(days=1)


class Cohort(StrEnum):
    """Which of a school's pupils figures are about."""

    SCHOOL = "school"  # everybody on roll
    DFE = "dfe"  # whom the published figures are about


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTerms:
    """Whom the published figures are about, as it stands from a day on.

    Attributes:
        ages: the youngest and the oldest, on 31 August before the academic year. The Department
            tells of those who are four apart, with every absence taken for authorised; here they
            are left out.
    """

    ages: tuple[int, int]
    source: Source
    in_force_from: date


PUBLISHED: Final = CohortTerms(
    ages=(5, 15),
    source=Source(
        "Pupil absence statistics: methodology (DfE)", "sections 1.4 to 1.6", date(2012, 9, 1)
    ),
    in_force_from=date(2012, 8, 1),
)


def days_published(date_of_birth: date, starting_day: date, year: AcademicYear) -> Period | None:
    """Give the days of an academic year on which a time on roll counts; None where it never does.

    The second half of summer is a census of its own, without the eldest and without those who
    joined in it.
    """
    youngest, oldest = PUBLISHED.ages
    age = age_at_start(date_of_birth, year)
    if not youngest <= age <= oldest:
        return None
    first = period_of(CensusTerm.AUTUMN, year).first
    end_of_summer = period_of(CensusTerm.SUMMER_2, year)
    if end_of_summer.first <= starting_day <= end_of_summer.last:
        return None
    if age == terms_on(end_of_summer.first).left_out_in_summer_2:
        return Period(first, end_of_summer.first - DAY)
    return Period(first, end_of_summer.last)

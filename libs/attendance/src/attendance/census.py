"""The school census of attendance: its periods, whom it is about, and how its figures are read.

Counts what it is given; knows no log. The periods have moved with neither of the two spring bank
holidays that were put off by proclamation, in 2012 and 2022.

Source: DfE, Pupil absence statistics: methodology, sections 4.1 to 4.4; SI 2013/2094 Schedule 1
Part 3 for what is told of a pupil.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from attendance.codes import AUTHORISED, UNAUTHORISED, Code
from attendance.identifiers import AcademicYear
from attendance.plan_terms import PlanKind
from attendance.roll import Enrolment, Pupil
from attendance.rules.figures import Figures
from attendance.rules.terms import Source
from attendance.session import FIRST_MONTH, Session

DAY: Final = timedelta(days=1)
MONDAY: Final = 0
AGE_DAY: Final = (8, 31)  # month, day: before the academic year begins


class CensusTerm(StrEnum):
    """The part of an academic year that a census asks for, one term in arrears."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"  # its first half
    SUMMER_2 = "summer-2"  # its second half, a block of its own


class Period(NamedTuple):
    """From one day to another, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusTerms:
    """Whom the census is about and whom the statistics leave out, as it stands between two days.

    Attributes:
        ages: the youngest and the oldest, on 31 August before the academic year.
        left_out_in_summer_2: the age whose second half of summer the statistics don't count.
    """

    ages: tuple[int, int]
    left_out_in_summer_2: int
    source: Source
    in_force_from: date
    in_force_to: date | None = None


CENSUS: Final = (
    CensusTerms(
        ages=(4, 15),
        left_out_in_summer_2=15,
        source=Source(
            "Pupil absence statistics: methodology (DfE)",
            "sections 1.4 to 1.6 and 4.4.3",
            date(2012, 9, 1),
        ),
        in_force_from=date(2012, 8, 1),
    ),
)


class LeftOut(StrEnum):
    """Why the statistics don't count a pupil whom the census tells of."""

    NOTHING_POSSIBLE = "nothing-possible"  # section 4.4.1
    OLDEST_IN_SUMMER_2 = "oldest-in-summer-2"  # section 4.4.3
    JOINED_IN_SUMMER_2 = "joined-in-summer-2"


class Basis(StrEnum):
    """Which of the two figures of a pupil's absence the statistics go by."""

    TOTALS = "totals"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A pupil's absence as the statistics count it."""

    authorised: int
    unauthorised: int
    basis: Basis


def period_of(term: CensusTerm, year: AcademicYear) -> Period:
    """Give the days that a census's term is about (methodology, section 4.1)."""
    first = int(year[:4])
    easter, bank_holiday = easter_sunday(first + 1), spring_bank_holiday(first + 1)
    match term:
        case CensusTerm.AUTUMN:
            return Period(date(first, FIRST_MONTH, 1), date(first, 12, 31))
        case CensusTerm.SPRING:
            return Period(date(first + 1, 1, 1), easter)
        case CensusTerm.SUMMER:
            return Period(easter + DAY, bank_holiday - DAY)
        case CensusTerm.SUMMER_2:
            return Period(bank_holiday, date(first + 1, 7, 31))


def easter_sunday(year: int) -> date:
    """Compute Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, common = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - moved + 15) % 30
    weekday = (32 + 2 * common + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def spring_bank_holiday(year: int) -> date:
    """Give the last Monday in May."""
    end_of_may = date(year, 5, 31)
    return end_of_may - timedelta(days=(end_of_may.weekday() - MONDAY) % 7)


def terms_on(on: date) -> CensusTerms:
    """Find the terms of a census; one before them all goes by the first."""
    return next((each for each in reversed(CENSUS) if each.in_force_from <= on), CENSUS[0])


def age_before(pupil: Pupil, year: AcademicYear) -> int:
    """Give a pupil's age in whole years on 31 August before an academic year."""
    return age_at_start(pupil.date_of_birth, year)


def age_at_start(date_of_birth: date, year: AcademicYear) -> int:
    """Give the age in whole years on 31 August before an academic year."""
    birthday = (date_of_birth.month, date_of_birth.day)
    return int(year[:4]) - date_of_birth.year - (birthday > AGE_DAY)


def enrolments_told(
    pupil: Pupil, held: Sequence[Session], year: AcademicYear
) -> Iterator[Enrolment]:
    """List a pupil's times on roll that a census tells of, those of leavers too.

    Each is of at least one session held, as no boarder, at an age the census is about. A pupil
    who left and came back is told of twice: the statistics count enrolments.

    Args:
        held: the sessions of the period that the school holds, in order.
    """
    if held and _of_age(pupil, year, terms_on(held[0].on)):
        for enrolment in pupil.enrolments:
            if any(is_told(pupil, enrolment, session) for session in held):
                yield enrolment


def is_told(pupil: Pupil, enrolment: Enrolment, session: Session) -> bool:
    """Whether a session held is one of this time on roll, and not as a boarder."""
    return enrolment.covers(session.on) and not pupil.placement_on(session.on).boarder


def part_time_in(pupil: Pupil, period: Period) -> bool:
    """Whether a part-time timetable was in force for a session of the period.

    Interpretation (decision 0027): that is what a school records of it under SI 2024/208.
    """
    return any(
        plan.kind is PlanKind.PART_TIME_TIMETABLE
        and plan.runs
        and plan.starts.on <= period.last
        and (plan.ends is None or plan.ends.on >= period.first)
        for plan in pupil.plans
    )


def reasons_of(by_code: Mapping[Code, int]) -> dict[Code, int]:
    """Give the sessions of absence by reason: those of the codes that are absences."""
    absences = AUTHORISED | UNAUTHORISED
    return {code: sessions for code, sessions in by_code.items() if code in absences and sessions}


def absence_counted(*, authorised: int, unauthorised: int, reasons: Mapping[Code, int]) -> Absence:
    """Choose between a pupil's totals and the sum of their reasons, as the statistics do.

    Reasons that fall short of the totals are incomplete, and the totals count. Otherwise the
    reasons do: equal, they tell more; higher, the totals are what is incomplete (recalled).

    Args:
        authorised: the total that was told.
        unauthorised: the total that was told.
        reasons: sessions by the codes of absence.
    """
    by_reason = Absence(
        authorised=_sum(reasons, AUTHORISED),
        unauthorised=_sum(reasons, UNAUTHORISED),
        basis=Basis.REASONS,
    )
    if by_reason.authorised + by_reason.unauthorised < authorised + unauthorised:
        return Absence(authorised=authorised, unauthorised=unauthorised, basis=Basis.TOTALS)
    return by_reason


def left_out(
    pupil: Pupil, enrolment: Enrolment, figures: Figures, term: CensusTerm, year: AcademicYear
) -> LeftOut | None:
    """Say why the statistics leave out a time on roll; None where they count it."""
    if figures.possible == 0:
        return LeftOut.NOTHING_POSSIBLE
    if term is not CensusTerm.SUMMER_2:
        return None
    period = period_of(term, year)
    if age_before(pupil, year) == terms_on(period.first).left_out_in_summer_2:
        return LeftOut.OLDEST_IN_SUMMER_2
    return LeftOut.JOINED_IN_SUMMER_2 if enrolment.starting_day >= period.first else None


def _of_age(pupil: Pupil, year: AcademicYear, terms: CensusTerms) -> bool:
    youngest, oldest = terms.ages
    return youngest <= age_before(pupil, year) <= oldest


def _sum(reasons: Mapping[Code, int], members: frozenset[Code]) -> int:
    return sum(sessions for code, sessions in reasons.items() if code in members)

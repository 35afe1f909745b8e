"""Answers with figures of many pupils: shapes, units, examples. No rule of law."""

from datetime import date
from typing import Annotated, Any, Final

from attendance.codes import Code
from attendance.published_cohort import Cohort
from attendance.rules.bands import BANDS
from attendance.rules.figures import difference, rate
from attendance.rules.periods import NamedPeriod, PeriodKind, year_of
from pydantic import Field
from servicekit.fields import Closed

from thresholds.benchmarks.schemas import BenchmarkOut
from thresholds.figures.grouping import WEEKDAYS, GroupBy
from thresholds.figures.of_school import Row
from thresholds.figures.tally import Tally
from thresholds.schemas import Percent, Position, Sessions

TIMES_ON_ROLL: Final = (
    "times on roll with at least one possible session; one who left and came back is two"
)
Enrolments = Annotated[int, Field(description=TIMES_ON_ROLL, examples=[214])]
Share = Annotated[
    str | None,
    Field(
        description="percent of the enrolments, to 4 places; null when there are none, or where the"
        " count is null",
        examples=["18.6916"],
    ),
]
Points = Annotated[
    str | None,
    Field(
        description="percentage points by which the first is over the second, of rates as they are"
        " shown; null where one is missing",
        examples=["-0.4211"],
    ),
]


class PeriodOut(Closed):
    """Some days, and what they are called."""

    kind: PeriodKind
    name: str = Field(
        description="`2026-W46`, `2026-27`, a term or half term of the school's calendar, or the"
        " first and the last day",
        examples=["2026-27 Autumn 1"],
    )
    from_: date = Field(serialization_alias="from", description="first day, included")
    to: date = Field(description="last day, included")

    @classmethod
    def of(cls, period: NamedPeriod) -> "PeriodOut":
        """Show a period."""
        return cls(kind=period.kind, name=period.name, from_=period.first, to=period.last)


class WeekdayOut(Closed):
    """One day of the week."""

    possible: Sessions
    absent: Sessions
    absence_rate: Percent


class SummedOut(Closed):
    """What some pupils' attendance comes to: sums over sums, and never a mean of pupils' rates."""

    enrolments: Enrolments
    possible: Sessions
    attended: Sessions
    authorised: Sessions
    unauthorised: Sessions
    late: int = Field(description="sessions with code L or U", examples=[3])
    attendance_rate: Percent
    absence_rate: Percent
    authorised_rate: Percent
    unauthorised_rate: Percent
    with_unauthorised: int = Field(
        description="enrolments with at least one unauthorised session", examples=[31]
    )
    persistent: int | None = Field(
        description="enrolments whose own absence in the period is a tenth or more; null for a"
        " period shorter than a half term, and of one day of the week",
        examples=[40],
    )
    severe: int | None = Field(
        description="enrolments whose own absence is half or more; null likewise", examples=[3]
    )
    persistent_rate: Share
    severe_rate: Share


class BrokenDownOut(SummedOut):
    """What some pupils' attendance comes to, by code, by day of the week, by pupils' own rate."""

    by_code: dict[Code, int] = Field(
        description="entries of each code, those outside possible sessions too",
        examples=[{"/": 80, "\\": 79, "I": 4, "Y2": 1}],
    )
    enrolments_by_code: dict[Code, int] = Field(
        description="enrolments with at least one session of each code of absence",
        examples=[{"I": 61, "O": 12}],
    )
    by_weekday: dict[str, WeekdayOut] = Field(
        description="days of the week with a possible session, Monday first",
        examples=[{"friday": {"possible": 2040, "absent": 180, "absence_rate": "8.8235"}}],
    )
    bands: dict[str, int] | None = Field(
        description="enrolments by their own absence in percent of possible sessions, from `0-<5`"
        " to `45-<50` and `50+`; null where `persistent` is",
        examples=[dict(zip(BANDS, (120, 58, 21, 8, 3, 1, 1, 0, 0, 0, 2), strict=True))],
    )


class DifferenceOut(Closed):
    """How one lot of figures differs from another."""

    attendance_rate: Points
    absence_rate: Points
    authorised_rate: Points
    unauthorised_rate: Points
    persistent_rate: Points


class GroupOut(Closed):
    """What pupils are told apart by, and whom a line of figures is about."""

    by: GroupBy
    value: str = Field(
        description="the year group, registration group, characteristic, pupil or day of the week",
        examples=["7"],
    )


class FiguresOut(BrokenDownOut):
    """The figures of one group over one period."""

    period: PeriodOut
    group: GroupOut | None = Field(description="null: the whole school")
    difference: DifferenceOut | None = Field(
        description="from the benchmark's rates; null where none was asked for, or none is held"
    )
    like_for_like: bool | None = Field(
        description="whether the line is, as the benchmark is, of an academic year from its first"
        " day on, of no single group and of the published `cohort`; null without a difference"
    )


class SchoolAttendanceOut(Closed):
    """A page of a school's figures, in order of group and then of time."""

    urn: int = Field(description="the school's URN", examples=[999001])
    position: Position
    cohort: Cohort = Field(description="everybody on roll, or those the published figures count")
    benchmark: BenchmarkOut | None = Field(description="what the figures are compared with")
    items: list[FiguresOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


class AttendanceAcrossOut(Closed):
    """A page of several schools' figures, in order of group and then of time."""

    schools: int = Field(description="how many schools were added up", examples=[12])
    cohort: Cohort = Field(description="everybody on roll, or those the published figures count")
    items: list[FiguresOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


def figures_out(
    row: Row, by: GroupBy | None, cohort: Cohort, benchmark: BenchmarkOut | None
) -> FiguresOut:
    """Show a row, beside the benchmark where there is one."""
    alike = by is None and cohort is Cohort.DFE and _of_year_to_date(row.period)
    summed = broken_down(row.tally, is_long=row.period.is_long and by is not GroupBy.WEEKDAY)
    return FiguresOut(
        **summed,
        period=PeriodOut.of(row.period),
        group=None if by is None else GroupOut(by=by, value=row.group),
        difference=benchmark and difference_out(summed, benchmark.model_dump()),
        like_for_like=alike if benchmark else None,
    )


def difference_out(ours: dict[str, Any], theirs: dict[str, Any]) -> DifferenceOut:
    """Compare figures as they are shown, rate by rate."""
    return DifferenceOut(
        **{name: difference(ours[name], theirs[name]) for name in DifferenceOut.model_fields}
    )


def broken_down(tally: Tally, *, is_long: bool) -> dict[str, Any]:
    """Lay out figures with all their parts.

    Args:
        is_long: persistent absence may be told of the period.
    """
    return {
        **summed_up(tally, is_long=is_long),
        "by_code": tally.figures.by_code,
        "enrolments_by_code": tally.enrolments_by_reason,
        "by_weekday": {
            name: WeekdayOut(possible=possible, absent=absent, absence_rate=rate(absent, possible))
            for name, possible, absent in zip(
                WEEKDAYS, tally.possible_on, tally.absent_on, strict=True
            )
            if possible
        },
        "bands": dict(zip(BANDS, tally.bands, strict=True)) if is_long else None,
    }


def summed_up(tally: Tally, *, is_long: bool) -> dict[str, Any]:
    """Lay out figures without their parts; as `broken_down`."""
    figures, base = tally.figures, tally.enrolments
    return {
        "enrolments": base,
        "possible": figures.possible,
        "attended": figures.attended,
        "authorised": figures.authorised,
        "unauthorised": figures.unauthorised,
        "late": figures.late,
        "attendance_rate": rate(figures.attended, figures.possible),
        "absence_rate": rate(figures.absent, figures.possible),
        "authorised_rate": rate(figures.authorised, figures.possible),
        "unauthorised_rate": rate(figures.unauthorised, figures.possible),
        "with_unauthorised": tally.with_unauthorised,
        "persistent": tally.persistent if is_long else None,
        "severe": tally.severe if is_long else None,
        "persistent_rate": rate(tally.persistent, base) if is_long else None,
        "severe_rate": rate(tally.severe, base) if is_long else None,
    }


def _of_year_to_date(period: NamedPeriod) -> bool:
    """Whether a line is of an academic year from its first day on, and of nothing else."""
    of_year = period.kind in (PeriodKind.WHOLE, PeriodKind.YEAR)
    return of_year and period.first == year_of(period.last).first

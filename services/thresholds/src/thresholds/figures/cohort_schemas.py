"""The answer with a week's analysis of cohorts: shapes, units, examples. No rule of law."""

from datetime import date

from pydantic import Field
from servicekit.fields import Closed

from thresholds.figures.cohorts import CohortRow, CohortWeek, Compared, Stretch
from thresholds.figures.schemas import DifferenceOut, SummedOut, difference_out, summed_up
from thresholds.schemas import Position


class DaysOut(Closed):
    """Some days."""

    from_: date = Field(serialization_alias="from", description="first day, included")
    to: date = Field(description="last day, included")

    @classmethod
    def of(cls, stretch: Stretch) -> "DaysOut":
        """Show a stretch of days."""
        return cls(from_=stretch.period.first, to=stretch.period.last)


class ComparedOut(Closed):
    """Those with a characteristic, beside those without."""

    cohort: SummedOut = Field(description="on the days on which they had it")
    others: SummedOut = Field(description="everybody else, and they on other days")
    difference: DifferenceOut = Field(description="of the cohort from the others")

    @classmethod
    def of(cls, compared: Compared, stretch: Stretch) -> "ComparedOut":
        """Show both, and how they differ."""
        cohort = summed_up(compared.held, is_long=stretch.is_long)
        others = summed_up(compared.others, is_long=stretch.is_long)
        return cls(
            cohort=SummedOut(**cohort),
            others=SummedOut(**others),
            difference=difference_out(cohort, others),
        )


class CohortOut(Closed):
    """One characteristic that somebody had in the week."""

    characteristic: str = Field(
        description="a word of the vocabulary, or the school's own `local:…`", examples=["fsm"]
    )
    week: ComparedOut
    week_before: ComparedOut | None
    year_to_date: ComparedOut


class CohortsOut(Closed):
    """A week's analysis. Small cohorts are shown: `enrolments` says how small."""

    urn: int = Field(description="the school's URN", examples=[999001])
    position: Position
    week: DaysOut = Field(description="Monday to Sunday")
    week_before: DaysOut | None = Field(
        description="the school week before; null when there is none within nine weeks"
    )
    year_to_date: DaysOut = Field(description="the academic year, up to the end of the week")
    items: list[CohortOut] = Field(description="in order of the characteristic's word")

    @classmethod
    def of(cls, urn: int, analysed: CohortWeek) -> "CohortsOut":
        """Show an analysis."""
        before = analysed.week_before
        return cls(
            urn=urn,
            position=analysed.position,
            week=DaysOut.of(analysed.week),
            week_before=before and DaysOut.of(before),
            year_to_date=DaysOut.of(analysed.year_to_date),
            items=[_cohort(row, analysed) for row in analysed.rows],
        )


def _cohort(row: CohortRow, analysed: CohortWeek) -> CohortOut:
    return CohortOut(
        characteristic=row.characteristic,
        week=ComparedOut.of(row.week, analysed.week),
        week_before=row.week_before
        and analysed.week_before
        and ComparedOut.of(row.week_before, analysed.week_before),
        year_to_date=ComparedOut.of(row.year_to_date, analysed.year_to_date),
    )

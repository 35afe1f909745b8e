"""Answers with published figures: shapes, units, examples. No rule of law."""

from typing import Annotated

from attendance.codes import Code
from attendance.rules.figures import rate
from pydantic import Field
from servicekit.fields import Closed

from thresholds.benchmarks.published import Benchmark, Level, PublishedPhase
from thresholds.schemas import Percent

Counted = Annotated[
    int | None, Field(description="half-day sessions; null: suppressed", examples=[110576083])
]


class BenchmarkOut(Closed):
    """What the Department published of one place and phase."""

    level: Level
    code: str = Field(
        description="an authority's three digits; of a region or the country its GSS code",
        examples=["886"],
    )
    name: str = Field(examples=["Kent"])
    region: str | None = Field(
        description="of an authority, the code of its region", examples=["E12000008"]
    )
    phase: PublishedPhase = Field(
        description="`total` for a school of a phase of which nothing is published by itself"
    )
    time_period: str = Field(description="academic year", examples=["2025-26"])
    identifier: str = Field(
        description="which part of it, in the Department's words; `Academic year` is the year to"
        " date",
        examples=["Academic year"],
    )
    possible: Counted
    attended: Counted
    authorised: Counted
    unauthorised: Counted
    late: Annotated[int | None, Field(description="sessions with code L or U", examples=[51109933])]
    attendance_rate: Percent
    absence_rate: Percent
    authorised_rate: Percent
    unauthorised_rate: Percent
    persistent_rate: str | None = Field(
        description="percent of enrolments that were persistently absent, to 4 places; null:"
        " suppressed",
        examples=["18.7832"],
    )
    by_code: dict[Code, int] = Field(
        description="sessions of each code; empty where one is suppressed", examples=[{"I": 78501}]
    )

    @classmethod
    def of(cls, published: Benchmark) -> "BenchmarkOut":
        """Show published figures with their rates, worked out as a school's are."""
        absent = _sum(published.authorised, published.unauthorised)
        return cls(
            level=published.level,
            code=published.code,
            name=published.name,
            region=published.region,
            phase=published.phase,
            time_period=published.time_period,
            identifier=published.identifier,
            possible=published.possible,
            attended=published.attended,
            authorised=published.authorised,
            unauthorised=published.unauthorised,
            late=published.late,
            attendance_rate=_rate(published.attended, published.possible),
            absence_rate=_rate(absent, published.possible),
            authorised_rate=_rate(published.authorised, published.possible),
            unauthorised_rate=_rate(published.unauthorised, published.possible),
            persistent_rate=published.persistent_rate,
            by_code=dict(published.by_code),
        )


class BenchmarksOut(Closed):
    """A page of published figures, in order of time, level, code and phase."""

    items: list[BenchmarkOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _rate(sessions: int | None, possible: int | None) -> str | None:
    return None if sessions is None or possible is None else rate(sessions, possible)

"""Query values of published figures: each as the contract writes it, once."""

from pydantic import Field
from servicekit.fields import Closed

from thresholds.asked import AskedLimit
from thresholds.benchmarks.published import Level, PublishedPhase


class BenchmarksAsked(Closed):
    """Which published figures to list."""

    level: Level | None = Field(default=None, description="only of this level")
    code: str | None = Field(
        default=None,
        pattern=r"^([0-9]{3}|E[0-9]{8})$",
        description="only of this place: an authority's three digits, otherwise its GSS code",
        examples=["886"],
    )
    phase: PublishedPhase | None = Field(default=None, description="only of this phase")
    time_period: str | None = Field(
        default=None,
        pattern=r"^20[0-9]{2}-[0-9]{2}$",
        description="only of this academic year",
        examples=["2025-26"],
    )
    limit: AskedLimit = Field(default=100, description="how many items a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )

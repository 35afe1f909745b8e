"""Query parameters of reads: one that isn't known is refused, or a slip would answer too much."""

from typing import Annotated

from pydantic import Field
from servicekit.dates import Day, Instant
from servicekit.fields import Closed, Line

from register_api.cloudevents import PublicKind

Limit = Annotated[int, Field(ge=1, le=1000, description="how many items a page")]
Cursor = Annotated[str | None, Field(max_length=1000)]
Group = Annotated[Line | None, Field(description="only this registration group")]


class NoQuery(Closed):
    """Of a read that takes none."""


class RegisterQuery(Closed):
    """Which register of a session."""

    group: Group = None
    as_of: Instant | None = Field(
        default=None, description="as the register was known at this instant"
    )


class RollQuery(Closed):
    """Which pupils on roll."""

    on: Day | None = Field(default=None, description="the roll on this day; today when absent")
    group: Group = None
    limit: Limit = 1000
    cursor: Cursor = None


class EventsQuery(Closed):
    """Which events of the log."""

    after: Annotated[int, Field(ge=0, le=2**62, description="events after this position")] = 0
    kind: list[PublicKind] | None = Field(default=None, description="only these kinds")
    limit: Limit = 100
    cursor: Cursor = None


class CodesQuery(Closed):
    """Which codes."""

    on: Day | None = Field(default=None, description="only the codes in force that day")

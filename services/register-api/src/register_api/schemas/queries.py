"""Query parameters of reads: one that isn't known is refused, or a slip would answer too much."""

from typing import Annotated

from attendance.plan_terms import PlanKind
from pydantic import Field
from servicekit.dates import Day, Instant
from servicekit.fields import Closed, Line

from register_api.cloudevents import PublicKind

Limit = Annotated[int, Field(ge=1, le=1000, description="how many items a page")]
Cursor = Annotated[str | None, Field(max_length=1000, description="`next` of the page before")]
After = Annotated[int, Field(ge=0, le=2**62, description="events after this position")]
Kinds = Annotated[list[PublicKind] | None, Field(description="only these kinds")]
Group = Annotated[Line | None, Field(description="only this registration group", examples=["7B"])]


class NoQuery(Closed):
    """Of a read that takes none."""


class AsOf(Closed):
    """Which state of what is read: as it is, or as it was known at a moment."""

    as_of: Instant | None = Field(default=None, description="as it was known at this instant")
    as_of_position: Annotated[int, Field(ge=0, le=2**62)] | None = Field(
        default=None,
        description="as it was known with the event of this position, to tell apart events of one "
        "instant; not together with `as_of`",
    )


class RegisterQuery(AsOf):
    """Which register of a session."""

    group: Group = None


class EntriesQuery(AsOf):
    """Which of a pupil's entries."""

    first: Day | None = Field(
        default=None,
        alias="from",
        description="the first day; the first of the last day's academic year when absent",
    )
    last: Day | None = Field(
        default=None, alias="to", description="the last day, included; today when absent"
    )


class ClosuresQuery(AsOf):
    """Which of a school's unplanned closures."""

    limit: Limit = 100
    cursor: Cursor = None


class MissingQuery(AsOf):
    """Which day's registers."""

    on: Day | None = Field(default=None, description="today when absent")


class RollQuery(AsOf):
    """Which pupils on roll."""

    on: Day | None = Field(default=None, description="the roll on this day; today when absent")
    group: Group = None
    year_group: Line | None = Field(
        default=None, description="only this year group", examples=["7"]
    )
    limit: Limit = 1000
    cursor: Cursor = None


class PlansQuery(AsOf):
    """Which of a pupil's absence plans."""

    on: Day | None = Field(default=None, description="only plans about a session of this day")
    first: Day | None = Field(
        default=None, alias="from", description="only plans that reach this day or a later one"
    )
    last: Day | None = Field(
        default=None, alias="to", description="only plans that start on this day or before"
    )
    kind: PlanKind | None = Field(default=None, description="only plans of this kind")


class EventsQuery(Closed):
    """Which events of the log."""

    after: After = 0
    kind: Kinds = None
    limit: Limit | None = Field(
        default=None,
        description="how many events; when absent 100 a page, and as JSON Lines all there are",
    )
    cursor: Cursor = None


class FollowQuery(Closed):
    """Which events of the log, from now on."""

    after: After = 0
    kind: Kinds = None


class CodesQuery(Closed):
    """Which codes."""

    on: Day | None = Field(default=None, description="only the codes in force that day")

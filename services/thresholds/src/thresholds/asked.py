"""Query values of thresholds: each as the contract writes it, once, and none it doesn't know.

Left to itself pydantic reads `300_002`, `300002.0` and other scripts' digits as numbers, and of a
parameter given twice the last: an answer about another school, or another day, than was asked for.
"""

from datetime import date
from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from servicekit.dates import written_date
from servicekit.fields import PRINTABLE, AskedPosition, Closed, six_digits, written_number
from servicekit.problems import INVALID, ItemProblem, Problem

from thresholds.alert_record import Status
from thresholds.alert_schemas import Rule

EARLIEST: Final = date(1900, 1, 1)  # before any pupil; the academic year of year 1 has no start


def each_once(request: Request) -> None:
    """Let a query pass only when it gives no parameter twice.

    Raises:
        Problem: it does; each such parameter is listed.
    """
    asked = request.query_params
    twice = sorted({name for name in asked if len(asked.getlist(name)) > 1})
    if twice:
        detail = "Give it once."
        wrong = [ItemProblem(f"/query/{name}", "parameter-repeated", detail) for name in twice]
        count = "1 item is" if len(wrong) == 1 else f"{len(wrong)} items are"
        raise Problem(INVALID, f"{count} wrong.", wrong)


Once: Final = Depends(each_once)

# The bounds come first: after a validator they would be missing from the contract.
AskedUrn = Annotated[int, Field(ge=100_000, le=999_999), BeforeValidator(six_digits)]
AskedDay = Annotated[
    date,
    Field(ge=EARLIEST, json_schema_extra={"pattern": "^(19|[2-9][0-9])"}),  # no schema bounds dates
    BeforeValidator(written_date),
]
AskedLimit = Annotated[int, Field(ge=1, le=1000), BeforeValidator(written_number)]


class NothingAsked(Closed):
    """No parameters: one that was sent in the belief that it matters is refused."""


class AlertsAsked(Closed):
    """Which alerts to list. A filter it doesn't know is refused: ignoring it would show more."""

    urn: AskedUrn | None = Field(default=None, description="the school's URN", examples=[999001])
    la: str | None = Field(
        default=None, pattern=r"^[0-9]{3}$", description="LA code", examples=["886"]
    )
    rule: Rule | None = Field(default=None, description="only alerts of this rule")
    status: Status | None = Field(default=None, description="only alerts that stand so")
    pupil: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="the school's own identifier of the pupil",
        examples=["p0421"],
    )
    group: str | None = Field(
        default=None,
        max_length=200,
        pattern=PRINTABLE,
        description="the registration group whose register it is about",
        examples=["7B"],
    )
    min_position: AskedPosition | None = Field(
        default=None,
        description="with `urn`: wait up to 5 s until the view has reached this log position",
    )
    limit: AskedLimit = Field(default=100, description="how many items a page")
    cursor: str | None = Field(
        default=None, max_length=1000, description="`next` of the page before"
    )

    @model_validator(mode="after")
    def _positions_are_a_schools(self) -> "AlertsAsked":
        if self.min_position is not None and self.urn is None:
            raise PydanticCustomError("urn-required", "A position is of one school: give urn too")
        return self


class AttendanceAsked(Closed):
    """Which period to add up."""

    from_: AskedDay | None = Field(
        default=None,
        alias="from",
        description="first day, included; by default the academic year of `to` from its start",
    )
    to: AskedDay | None = Field(
        default=None,
        description="last day, included; by default today. At most ten academic years",
    )
    min_position: AskedPosition | None = Field(
        default=None, description="wait up to 5 s until the view has reached this log position"
    )

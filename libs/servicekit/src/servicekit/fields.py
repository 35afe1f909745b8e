"""Types for the fields of requests that every service shares. Shapes only; no rule of law."""

import re
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

# PostgreSQL's text can't hold NUL, and no other control character belongs in a register.
PRINTABLE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"

SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
DIGITS: Final = re.compile(r"[0-9]{1,19}")


def six_digits(sent: object) -> object:
    """Let a URN pass only as it is written; pydantic would read `999001.0` as one."""
    if not (isinstance(sent, str) and SIX_DIGITS.fullmatch(sent)):
        raise PydanticCustomError("urn-format", "Write a URN as its six digits")
    return sent


def written_number(sent: object) -> object:
    """Let a number pass only as plain digits; a default passes as it is."""
    if isinstance(sent, str) and not DIGITS.fullmatch(sent):
        raise PydanticCustomError("number-format", "Write a number as its digits")
    return sent


def whole(sent: object) -> object:
    """Turn a number without a fraction to an integer, as JSON Schema sees it: 5.0 is one."""
    return int(sent) if isinstance(sent, float) and sent.is_integer() else sent


Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE, strip_whitespace=True)
]
Remark = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, pattern=PRINTABLE, strip_whitespace=True)
]
PupilField = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$"),
    Field(
        description="the school's own identifier of the pupil; never the UPN", examples=["p0421"]
    ),
]
# The bounds come first: after a validator they would be missing from the contract.
UrnPath = Annotated[
    int,
    Field(ge=100_000, le=999_999),
    BeforeValidator(six_digits),
    Path(description="the school's URN", examples=[999001]),
]
PupilPath = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="the school's own identifier of the pupil",
        examples=["p0421"],
    ),
]
AskedPosition = Annotated[int, Field(ge=0, le=2**62), BeforeValidator(written_number)]
Limit = Annotated[int, Query(ge=1, le=1000, description="how many items a page")]


class Closed(BaseModel):
    """A request or response model: frozen, and a field it doesn't know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignatoryIn(Closed):
    """The person who acts, as written into the register."""

    name: Line = Field(description="full name", examples=["A. Smith"])
    position: Line = Field(description="position or title", examples=["Attendance Officer"])


By = Annotated[
    SignatoryIn | None,
    Field(
        default=None,
        description="who acts; defaults to the person the token is for",
        examples=[{"name": "A. Smith", "position": "Attendance Officer"}],
    ),
]
StatedReason = Annotated[str, StringConstraints(max_length=2000, pattern=PRINTABLE)]
Reason = Annotated[
    StatedReason,
    # None at all is refused by the law, beside all else that is wrong.
    BeforeValidator(lambda sent: "" if sent is None else sent, json_schema_input_type=StatedReason),
]

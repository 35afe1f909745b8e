"""What parts of messages are made of. Shapes only.

A receiver is told to read past what it doesn't know, so their schemas leave room for more.
"""

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

Absent: TypeAlias = SkipJsonSchema[None]
"""Of a field that is left out where there is nothing to say, and never null."""

Urn = Annotated[int, Field(description="the school's URN", examples=[999001])]
Pupil = Annotated[
    str, Field(description="the school's own identifier of the pupil", examples=["p0421"])
]
Position = Annotated[int, Field(description="in the school's log, from 1", examples=[421])]


def _open(schema: dict[str, Any]) -> None:
    schema.pop("additionalProperties", None)


class Part(BaseModel):
    """A part of a message."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_open)

"""What the contract says of a message, held against a message as it arrived."""

from typing import Annotated, Any

from notifications.schemas.messages import EndpointVerification, MessageOut, Ping
from pydantic import Field, TypeAdapter, ValidationError

ANY_MESSAGE: TypeAdapter[Any] = TypeAdapter(
    Annotated[MessageOut | EndpointVerification | Ping, Field(discriminator="type")]
)


def not_as_documented(body: bytes) -> list[str]:
    """List what a body has, lacks or says otherwise than its documented model."""
    try:
        ANY_MESSAGE.validate_json(body, strict=False)
    except ValidationError as wrong:
        return [f"{each['loc']}: {each['msg']}" for each in wrong.errors()]
    return []

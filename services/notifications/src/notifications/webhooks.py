"""What endpoints are sent, as OpenAPI has it: one webhook for each type of message.

Describes what others are to answer; no request ever reaches it.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header
from pydantic.json_schema import SkipJsonSchema

from notifications.schemas.messages import (
    AlertConsidered,
    EndpointVerification,
    Message,
    Ping,
    PupilAdmitted,
    PupilDeleted,
    ReturnCorrected,
    ReturnDue,
    ReturnWithdrawn,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from notifications.signing import CONTENT_TYPE

Answers: TypeAlias = dict[int | str, dict[str, Any]]

OTHERWISE: Final[Answers] = {
    410: {"description": "The endpoint is no more: the subscription is disabled"},
    500: {"description": "Any other answer, or none within 20 s: it is tried again"},
}
TAKEN: Final[Answers] = {204: {"description": "Any 2xx: the message is taken"}, **OTHERWISE}
RETURNED: Final[Answers] = {
    200: {
        "description": "The challenge is returned",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["challenge"],
                    "properties": {"challenge": {"type": "string"}},
                },
                "example": {"challenge": "Zk1HxqQ0gYv6yqU3p9yq5wq4v9nB0mWl"},
            }
        },
    },
    **OTHERWISE,
}


def signed(
    webhook_id: Annotated[
        UUID,
        Header(
            description="the event's `id`, the same on every attempt",
            examples=["6f1c7a52-6f0e-5d3c-9a44-0f5f1b6f2a10"],
        ),
    ],
    webhook_timestamp: Annotated[
        int, Header(description="of the attempt, in seconds since 1970", examples=[1795165500])
    ],
    webhook_signature: Annotated[
        str,
        Header(
            description="`v1,` and the signature; two, with a space between, while a secret is "
            "being replaced (Standard Webhooks 1.0)",
            examples=["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
        ),
    ],
    webhook_sequence: Annotated[
        int | SkipJsonSchema[None],
        Header(
            description="of the event in the subscription's feed; absent of what is sent on demand",
            examples=[17],
        ),
    ] = None,
    webhook_replay: Annotated[
        str | SkipJsonSchema[None],
        Header(pattern="^true$", description="`true` where it is sent again on demand"),
    ] = None,
) -> None:
    """Name the headers of every message."""


M = TypeVar("M", bound=Message)
Sent = Annotated[M, Body(media_type=CONTENT_TYPE)]

webhooks = APIRouter(dependencies=[Depends(signed)])


@webhooks.post("threshold-met", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_threshold_met(body: Sent[ThresholdMet]) -> None:
    """A pupil's attendance reached a threshold, or a duty arose."""


@webhooks.post("threshold-corrected", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_threshold_corrected(body: Sent[ThresholdCorrected]) -> None:
    """A finding holds on other grounds than were told; the whole alert is told anew."""


@webhooks.post("threshold-withdrawn", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_threshold_withdrawn(body: Sent[ThresholdWithdrawn]) -> None:
    """A finding has no ground left: the register as amended doesn't show it."""


@webhooks.post("threshold-lapsed", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_threshold_lapsed(body: Sent[ThresholdLapsed]) -> None:
    """A finding was true and ended by itself."""


@webhooks.post("alert-considered", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_alert_considered(body: Sent[AlertConsidered]) -> None:
    """A person considered a finding and decided what follows, which may be nothing."""


@webhooks.post("pupil-admitted", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_pupil_admitted(body: Sent[PupilAdmitted]) -> None:
    """A pupil was entered in a school's admission register."""


@webhooks.post("pupil-deleted", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_pupil_deleted(body: Sent[PupilDeleted]) -> None:
    """A pupil was deleted from a school's admission register."""


@webhooks.post("return-due", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_return_due(body: Sent[ReturnDue]) -> None:
    """A statutory return to the authority is due; whole with `full_bodies`, and thin otherwise."""


@webhooks.post("return-corrected", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_return_corrected(body: Sent[ReturnCorrected]) -> None:
    """A return takes the place of one that was told: `corrects` names it."""


@webhooks.post("return-withdrawn", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_return_withdrawn(body: Sent[ReturnWithdrawn]) -> None:
    """Nothing is to be told any more of what a return told."""


@webhooks.post("endpoint-verification", responses=RETURNED)
async def receive_endpoint_verification(body: Sent[EndpointVerification]) -> None:
    """A challenge, to be returned; it is sent when the subscription's keeper asks for it."""


@webhooks.post("ping", status_code=HTTPStatus.NO_CONTENT, responses=TAKEN)
async def receive_ping(body: Sent[Ping]) -> None:
    """A message that says nothing; it is sent when the subscription's keeper asks for it."""

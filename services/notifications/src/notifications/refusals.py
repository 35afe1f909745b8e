"""Which problem each refusal is answered with. 409: true, but not now. 422: never allowed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from servicekit.errors import NotFound
from servicekit.problems import OWN_KINDS, ItemProblem, Kind

from notifications.errors import EndpointRefused, VerificationFailed

NOT_FOUND: Final = OWN_KINDS[NotFound]
AUDIENCE_REFUSED: Final = Kind(
    "audience-refused",
    "A subscription can't be about this",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    reasons=("one-of-la-code-and-urns", "not-by-authority", "not-by-school"),
    item=ItemProblem("", "one-of-la-code-and-urns", "Give either la_code or urns."),
)
ENDPOINT_REFUSED: Final = Kind(
    "endpoint-refused",
    "Deliveries can't go to this URL",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    reasons=("url-unreadable", "url-not-https", "url-not-plain", "port-refused", "host-not-public"),
    item=ItemProblem("/url", "url-not-https", "Give an https URL."),
)
VERIFICATION_FAILED: Final = Kind(
    "verification-failed",
    "The endpoint didn't return the challenge",
    HTTPStatus.UNPROCESSABLE_ENTITY,
)

KINDS: Final[Mapping[type[Exception], Kind]] = {
    EndpointRefused: ENDPOINT_REFUSED,
    VerificationFailed: VERIFICATION_FAILED,
}

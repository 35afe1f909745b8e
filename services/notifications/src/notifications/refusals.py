"""Which problem each refusal is answered with. 409: true, but not now. 422: never allowed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from attendance.errors import ReturnRefused
from servicekit.commands import CLOCKS_DIFFER, SCHOOL_BUSY
from servicekit.errors import NotFound, ViewBehind
from servicekit.problems import OWN_KINDS, ItemProblem, Kind

from notifications.errors import (
    EndpointRefused,
    ReplayRunning,
    SecretUnreadable,
    VerificationFailed,
)

NOT_FOUND: Final = OWN_KINDS[NotFound]
VIEW_BEHIND: Final = OWN_KINDS[ViewBehind]
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
SECRET_UNREADABLE: Final = Kind(
    "secret-unreadable",
    "The subscription's secret doesn't open here",
    HTTPStatus.SERVICE_UNAVAILABLE,
)

REPLAY_REFUSED: Final = Kind(
    "replay-refused",
    "This can't be sent again",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    reasons=("one-way-to-choose", "time-is-empty", "unknown-event", "too-many-events"),
    item=ItemProblem("/ids/0", "unknown-event", "This subscription was never owed that event."),
)
REPLAY_RUNNING: Final = Kind("replay-running", "A replay isn't finished", HTTPStatus.CONFLICT)

RETURN_REFUSED: Final = Kind(
    "return-refused",
    "This can't be recorded of the return",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    reasons=(
        "signatory-required",
        "acknowledger-required",
        "blank",
        "date-in-future",
        "submitted-before-made",
        "submitted-before-withdrawn",
        "submitted-too-early",
    ),
    item=ItemProblem("/submitted_on", "date-in-future", "This hasn't happened yet."),
)
RETURN_NOT_NOW: Final = Kind(
    "return-refused",
    "This can't be recorded of the return as it stands",
    HTTPStatus.CONFLICT,
    reasons=(
        "return-withdrawn",
        "return-corrected",
        "already-acknowledged",
        "already-submitted",
        "no-withdrawal-to-tell",
    ),
    item=ItemProblem(
        "", "return-corrected", "It was corrected since. Take the return that corrects it."
    ),
)

# What any command may be told that is right in itself.
NOT_NOW: Final = (SCHOOL_BUSY, CLOCKS_DIFFER)

KINDS: Final[Mapping[type[Exception], Kind]] = {
    EndpointRefused: ENDPOINT_REFUSED,
    VerificationFailed: VERIFICATION_FAILED,
    SecretUnreadable: SECRET_UNREADABLE,
    ReplayRunning: REPLAY_RUNNING,
    ReturnRefused: RETURN_REFUSED,
}

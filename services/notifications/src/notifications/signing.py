"""Signatures a receiver can check: Standard Webhooks, version 1 (HMAC-SHA256). Stores no secret.

Source: https://www.standardwebhooks.com, specification 1.0.
"""

import base64
import os
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from standardwebhooks import Webhook

SECRET_BYTES: Final = 32  # the specification asks for 24 to 64
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the specification's prefix, no secret
CONTENT_TYPE: Final = "application/cloudevents+json"
USER_AGENT: Final = "Rollbook/1"


def new_secret() -> str:
    """Draw an endpoint's secret from the system's randomness."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def signed_headers(
    secret: str, event_id: UUID, body: str, now: datetime, *, previous: str | None = None
) -> dict[str, str]:
    """Make the headers of one attempt.

    Args:
        previous: the secret before, while its receivers may not have taken the new one over.
        now: of the attempt, in any zone: receivers refuse what is five minutes old.
    """
    # The library drops the zone before it reckons, so anything but UTC is signed an hour or more
    # off, and refused by every receiver all summer.
    at = now.astimezone(UTC)
    secrets = [secret] if previous is None else [secret, previous]
    signatures = [Webhook(each).sign(str(event_id), at, body) for each in secrets]
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": USER_AGENT,
        "webhook-id": str(event_id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }

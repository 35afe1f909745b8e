"""Signatures as a receiver checks them: with the specification's library, and with bare hmac."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from notifications.signing import new_secret, signed_headers
from standardwebhooks import Webhook
from support.endpoint import Received, endpoint
from support.eventually import eventually
from support.notified import met, notified

EVENT = UUID("5e9f1f64-0b7a-5b5e-9a3c-0b1c2d3e4f50")
BRITISH_SUMMER_TIME = timezone(timedelta(hours=1), "BST")
BODY = '{"data":{"reason":"café – naïve"}}'


def signature_by_hand(secret: str, headers: dict[str, str], body: bytes) -> str:
    """What the specification says the signature is."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@pytest.mark.parametrize("zone", [UTC, BRITISH_SUMMER_TIME])
def test_a_message_of_a_july_afternoon_is_signed_with_the_instant_it_was_sent(
    zone: timezone,
) -> None:
    secret = new_secret()
    sent = datetime(2026, 7, 10, 15, 30, tzinfo=UTC)

    headers = signed_headers(secret, EVENT, BODY, sent.astimezone(zone))

    assert headers["webhook-timestamp"] == "1783697400"
    assert headers["webhook-signature"] == signature_by_hand(secret, headers, BODY.encode())


def test_a_secret_is_32_random_bytes_in_the_specifications_form() -> None:
    first, second = new_secret(), new_secret()

    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32


async def test_what_arrives_verifies_by_the_library_and_by_hand(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        endpoint() as la,
        notified(database_url, tmp_path, now=datetime.now(UTC)) as notices,
    ):
        secret = (await notices.subscribe(la))["secret"]
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: la.received)

    for received in (*la.verifications, *la.received):
        _verified(received, secret)


def _verified(received: Received, secret: str) -> None:
    headers = dict(received.headers)
    Webhook(secret).verify(received.body, headers)
    by_hand = signature_by_hand(secret, headers, received.body)
    assert headers["webhook-signature"] == by_hand

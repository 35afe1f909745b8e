"""The svix package verifies what a running sender posts, and the CloudEvents SDK reads it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks.webhooks
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from receivers.instants import DAY_SECONDS, WINTER, each_half_of_the_year
from support.endpoint import Endpoint, Received, endpoint
from support.eventually import eventually
from support.notified import Notified, admitted, met, notified, withdrawn
from svix.webhooks import Webhook, WebhookVerificationError


async def received_by(la: Endpoint, notices: Notified, pupil: str) -> Received:
    """Have an endpoint sent a message about a pupil."""
    count = len(la.received)
    await notices.happen(met(pupil))
    async with notices.sending():
        await eventually(lambda: len(la.received) > count)
    return la.received[-1]


def verifies(secret: str, received: Received, body: bytes | None = None) -> bool:
    try:
        Webhook(secret).verify(received.body if body is None else body, dict(received.headers))
    except WebhookVerificationError:
        return False
    return True


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock that the receiving library looks at."""

    def show(now: datetime) -> None:
        class Then(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401  # as datetime's own
                return now.astimezone(tz)

        monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Then)

    return show


@each_half_of_the_year
async def test_a_delivery_is_taken_before_during_and_after_a_rotation(
    database_url: str, tmp_path: Path, now: datetime, shows: Callable[[datetime], None]
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path, now=now) as notices:
        made = await notices.subscribe(la)
        before = await received_by(la, notices, "p1")
        _, rotated = await notices.post(f"/subscriptions/{made['id']}/secret-rotation")
        during = await received_by(la, notices, "p2")
        notices.house.clock.forward(seconds=DAY_SECONDS)
        after = await received_by(la, notices, "p3")
        tomorrow = notices.house.clock()

    old, new = made["secret"], rotated["secret"]
    shows(now)
    assert [verifies(old, before), verifies(old, during), verifies(new, during)] == [True] * 3
    assert not verifies(new, before)
    assert not verifies(old, during, during.body + b" ")
    shows(tomorrow)
    assert [verifies(old, after), verifies(new, after)] == [False, True]
    assert not verifies(old, before), "yesterday's message is too old"


async def test_the_cloudevents_sdk_reads_every_message_as_it_was_meant(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path, now=WINTER) as notices:
        await notices.subscribe(la)
        await notices.happen(admitted("p1"), met("p1"), withdrawn(met("p1")))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 3)

    for each in [*la.verifications, *la.received]:
        event = from_http_event(HTTPMessage(dict(each.headers), each.body))

        said = each.event
        assert event.get_id() == said["id"] == each.headers["webhook-id"]
        assert event.get_type() == said["type"]
        assert event.get_source() == said["source"]
        assert event.get_subject() == said.get("subject")
        assert event.get_time() == WINTER
        assert event.get_data() == said["data"]
        assert event.get_extension("sequence") == said.get("sequence")
        assert event.get_extension("position") == said.get("position")

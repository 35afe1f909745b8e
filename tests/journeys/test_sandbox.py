"""The local authority sandbox, met as Rollbook meets an authority: over HTTP, with signatures."""

import json
import socket
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from demonstration.loopback import served
from demonstration.memory import Memory, Subscribed, recall, remember
from demonstration.sandbox import CHALLENGE, KEPT, Inbox, sandbox_app
from standardwebhooks.webhooks import Webhook

SECRET: Final = "whsec_c2VjcmV0LW9mLXRoZS1zYW5kYm94"
OTHER_SECRET: Final = "whsec_c29tZWJvZHktZWxzZSdzLXNlY3JldA=="
EVIDENCE: Final = [{"date": "2026-11-20", "session": "PM", "code": "O", "position": 9}]


def alert(rule: str = "penalty-notice-threshold") -> dict[str, Any]:
    return {
        "type": "uk.attendance.threshold-met.v1",
        "subject": "schools/999001/pupils/P0001",
        "data": {
            "rule": rule,
            "met_on": {"date": "2026-11-20", "session": "PM"},
            "evidence": EVIDENCE,
        },
    }


class Authority:
    """The sandbox and a sender that signs for it."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        transport = httpx.ASGITransport(sandbox_app(self.inbox))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://sandbox.test")

    async def deliver(
        self,
        event: dict[str, Any],
        *,
        webhook_id: str = "one",
        secret: str = SECRET,
        sent_at: datetime | None = None,
    ) -> httpx.Response:
        body = json.dumps(event)
        at = sent_at or datetime.now(UTC)
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(webhook_id, at, body),
        }
        return await self.http.post("/events", content=body, headers=headers)

    async def received(self) -> list[dict[str, Any]]:
        answer = await self.http.get("/received")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def authority() -> Authority:
    authority = Authority()
    authority.inbox.use_secret(SECRET)
    return authority


async def test_a_challenge_is_given_back(authority: Authority) -> None:
    answer = await authority.deliver({"type": CHALLENGE, "data": {"challenge": "4711"}})

    assert answer.status_code == 200
    assert answer.json() == {"challenge": "4711"}


async def test_a_signed_alert_is_taken_and_shown_with_its_evidence(authority: Authority) -> None:
    answer = await authority.deliver(alert())

    page = (await authority.http.get("/")).text
    (item,) = await authority.received()
    assert answer.status_code == 204
    assert item["event"] == alert()
    assert "penalty-notice-threshold" in page
    assert "<td>2026-11-20</td><td>PM</td><td>O</td>" in page


async def test_what_is_delivered_again_is_kept_once(authority: Authority) -> None:
    for _ in range(3):
        answer = await authority.deliver(alert())
        assert answer.status_code == 204

    assert len(await authority.received()) == 1


async def test_the_newest_come_first_and_the_oldest_make_room(authority: Authority) -> None:
    for number in range(KEPT + 2):
        await authority.deliver(alert(), webhook_id=str(number))

    ids = [item["webhook_id"] for item in await authority.received()]
    assert ids == [str(number) for number in range(KEPT + 1, 1, -1)]


async def test_another_s_signature_is_refused(authority: Authority) -> None:
    answer = await authority.deliver(alert(), secret=OTHER_SECRET)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert await authority.received() == []


async def test_an_old_delivery_sent_again_by_somebody_is_refused(authority: Authority) -> None:
    answer = await authority.deliver(alert(), sent_at=datetime(2026, 7, 1, 9, tzinfo=UTC))

    assert answer.status_code == 401


async def test_before_it_has_a_secret_the_sandbox_believes_nobody() -> None:
    answer = await Authority().deliver(alert())

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(None, id="none"),
        pytest.param("v1", id="no comma"),
        pytest.param("v1,@@@", id="not base64"),
        pytest.param("v2,c2VjcmV0", id="another version"),
    ],
)
async def test_a_garbled_signature_is_refused(authority: Authority, signature: str | None) -> None:
    headers = {"webhook-id": "one", "webhook-timestamp": str(int(datetime.now(UTC).timestamp()))}
    if signature is not None:
        headers["webhook-signature"] = signature

    answer = await authority.http.post("/events", content=b"\xff", headers=headers)

    assert answer.status_code == 401


async def test_the_page_needs_nothing_from_elsewhere_and_escapes_what_came(
    authority: Authority,
) -> None:
    await authority.deliver(alert(rule="<script>alert(1)</script>"))

    answer = await authority.http.get("/")

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_page_says_so_when_nothing_was_received(authority: Authority) -> None:
    assert "Nothing has been received" in (await authority.http.get("/")).text


async def test_it_is_served_on_the_preferred_port_of_this_machine_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]

    async with (
        served(sandbox_app(Inbox()), preferred_port=free) as url,
        httpx.AsyncClient() as http,
    ):
        answer = await http.get(f"{url}/received")

    assert url == f"http://127.0.0.1:{free}"
    assert answer.json() == {"items": []}


@pytest.mark.parametrize("beyond", [False, True], ids=["taken", "beyond the last"])
async def test_where_the_preferred_port_can_t_be_had_another_is_found(*, beyond: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        preferred = 65536 if beyond else holder.getsockname()[1]
        async with (
            served(sandbox_app(Inbox()), preferred_port=preferred) as url,
            httpx.AsyncClient() as http,
        ):
            answer = await http.get(f"{url}/received")

    assert answer.status_code == 200
    assert not url.endswith(f":{preferred}")


async def test_its_port_is_free_again_afterwards() -> None:
    async with served(sandbox_app(Inbox()), preferred_port=0) as url:
        port = int(url.rpartition(":")[2])

    async with served(sandbox_app(Inbox()), preferred_port=port) as again:
        assert again == url


def test_the_memory_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    memory = Memory(
        today=date(2026, 11, 21),
        seeded=True,
        subscribed=Subscribed(id="s1", secret=SECRET, endpoint="http://127.0.0.1:8001/events"),
    )

    remember(tmp_path, Memory(today=date(2026, 11, 21)))
    remember(tmp_path, memory)

    (file,) = tmp_path.iterdir()
    assert recall(tmp_path) == memory
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_there_is_no_memory_before_the_first_start(tmp_path: Path) -> None:
    assert recall(tmp_path) is None

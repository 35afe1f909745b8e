"""What operators see of deliveries: at /ready, at /metrics, and never a secret or an address."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from notifications.retries import RETRY_SECONDS
from notifications.sealing import seal_of
from notifications.watching import LATE_SECONDS, set_gauges
from servicekit.logs import configure_logs
from support.endpoint import Answer, Endpoint, endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified
from support.senders import are, attempted, stands

WELL = {
    "endpoints_pending": 0,
    "endpoints_active": 1,
    "endpoints_failing": 0,
    "endpoints_disabled": 0,
    "oldest_waiting_seconds": None,
    "oldest_given_up_seconds": None,
    "blocked_lanes": 0,
}


async def checked(notices: Notified) -> dict[str, Any]:
    """How deliveries stand at /ready."""
    async with notices.house.anonymous() as anyone:
        answer = await anyone.get("/ready")
    assert answer.status_code == 200
    state = answer.json()
    (found,) = [each for each in state["checks"] if each["name"] == "deliveries"]
    red = "red" in [each["status"] for each in [*state["checks"], *state["consumers"]]]
    assert state["status"] == ("degraded" if red else "ready")
    assert (found["what_to_do"] is None) == (found["status"] == "green")
    return {"status": found["status"], **found["figures"]}


async def measured(notices: Notified) -> dict[str, float]:
    """The figures at /metrics, by name and labels."""
    await set_gauges(notices.runtime)
    async with notices.house.anonymous() as anyone:
        text = (await anyone.get("/metrics")).text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_all_is_green_while_everything_is_delivered(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"), met("p2"))
        async with notices.sending():
            await eventually(lambda: are(notices, ["delivered", "delivered"]))
        ready, found = await checked(notices), await measured(notices)

    assert ready == {"status": "green", **WELL}
    assert found['rollbook_deliveries_total{outcome="delivered"}'] == 2
    assert found["rollbook_delivery_attempt_seconds_count"] == 2
    assert found['rollbook_endpoints{state="active"}'] == 1
    assert found["rollbook_deliveries_waiting"] == 0
    assert found['rollbook_oldest_undelivered_seconds{standing="waiting"}'] == 0


async def test_what_waits_for_its_retry_blocks_its_lane_and_turns_red_after_a_day(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(500))
        await notices.subscribe(la)
        await notices.happen(met("p1"), met("p1", 2))
        async with notices.sending():
            await eventually(lambda: attempted(notices, 1))
        soon, found = await checked(notices), await measured(notices)
        await notices.conn.execute("UPDATE notifications.lane SET due_at = 'infinity'")
        notices.house.clock.forward(seconds=LATE_SECONDS + 1)
        late = await checked(notices)

    assert (soon["status"], soon["blocked_lanes"], soon["oldest_waiting_seconds"]) == (
        "green",
        1,
        0,
    )
    assert late["status"] == "red"
    assert late["oldest_waiting_seconds"] == LATE_SECONDS + 1
    assert found["rollbook_blocked_lanes"] == 1
    assert found["rollbook_deliveries_waiting"] == 2
    assert found['rollbook_deliveries_total{outcome="pending"}'] == 1


async def test_a_disabled_endpoint_is_red_and_all_its_lanes_are_blocked(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        la.answers(Answer(410))
        path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: stands(notices, path, "disabled"))
        await notices.happen(met("p2"), met("p3"))
        ready, found = await checked(notices), await measured(notices)

    assert (ready["status"], ready["endpoints_disabled"], ready["blocked_lanes"]) == ("red", 1, 3)
    assert found['rollbook_endpoints{state="disabled"}'] == 1


async def test_what_was_given_up_is_red_until_it_is_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        await notices.conn.execute(
            "UPDATE notifications.delivery SET attempts = $1", len(RETRY_SECONDS) - 1
        )
        la.answers(Answer(500))
        async with notices.sending():
            await eventually(lambda: are(notices, ["undelivered"]))
        notices.house.clock.forward(seconds=90)
        given_up, found = await checked(notices), await measured(notices)
        await notices.conn.execute("UPDATE notifications.delivery SET status = 'delivered'")
        again = await checked(notices)

    assert (given_up["status"], given_up["oldest_given_up_seconds"]) == ("red", 90)
    assert found['rollbook_oldest_undelivered_seconds{standing="given-up"}'] == 90
    assert again["status"] == "green"


@pytest.fixture(params=["json", "console"])
def logs(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """Logs set up as a real process has them; put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    configure_logs(request.param, stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


async def test_no_secret_and_no_key_is_in_a_log_a_measurement_or_an_answer(
    database_url: str, tmp_path: Path, logs: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        shown = await every_way(notices, la, made["id"])
        key = (tmp_path / "local-secrets-key").read_text()
        async with notices.house.anonymous() as anyone:
            shown.append((await anyone.get("/metrics")).text)
        sealed = await notices.conn.fetchval("SELECT sealed_secret FROM notifications.subscription")
        kept = seal_of(notices.runtime.settings)
        said = [logs.getvalue(), *capsys.readouterr(), *shown, repr(kept), repr(sealed)]
        said += [str(notices.runtime.settings), repr(notices.runtime.settings)]

    assert logs.getvalue().count("deliver") >= 2, "nothing was logged, so nothing was tested"
    for secret in (made["secret"].removeprefix("whsec_"), key):
        assert [each for each in said if secret in each] == []
    assert [each for each in (logs.getvalue(), *shown[-1:]) if la.url() in each] == []


async def every_way(notices: Notified, la: Endpoint, subscription: str) -> list[str]:
    """Deliver, fail, be refused and look on; give all that was answered."""
    la.answers(Answer(500, body=b"down"))
    await notices.happen(met("p1"), met("p2"))
    async with notices.sending():
        await eventually(lambda: attempted(notices, 1))
        notices.house.clock.forward(seconds=7)
        await eventually(lambda: are(notices, ["delivered", "delivered"]))
    await notices.conn.execute(
        "UPDATE notifications.subscription SET sealed_secret = substring(sealed_secret FROM 3)"
    )
    path = f"/subscriptions/{subscription}"
    async with notices.house.client() as client:
        answers = [
            await client.post(f"/notifications/v1{path}/test"),
            await client.post(f"/notifications/v1{path}/verification"),
            await client.get(f"/notifications/v1{path}"),
            await client.get("/notifications/v1/subscriptions"),
            await client.get("/notifications/v1/deliveries"),
            await client.get("/notifications/v1/operations/events"),
            await client.get("/ready"),
        ]
    return [answer.text for answer in answers] + [json.dumps(await notices.deliveries())]

"""An endpoint that fails is left alone, looked at, and taken up again; operators are told of it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from notifications.circuit import OPENS_AFTER, PROBE_SECONDS
from servicekit.database import of_every_school
from structlog.testing import capture_logs
from support.endpoint import Answer, Endpoint, Received, agreeable, endpoint
from support.eventually import eventually
from support.failing import DOWN, EVENTS, all_made, at_rest, is_open, leased, owed, told
from support.notified import LA, OTHER_LA, URN, Notified, met, notified
from support.senders import claimed_by, recorded, stands

FAST = 120


@pytest.fixture
async def la() -> AsyncIterator[Endpoint]:
    """An endpoint of the authority."""
    async with endpoint() as running:
        yield running


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service at work."""
    async with notified(database_url, tmp_path) as running:
        yield running


async def test_after_enough_failures_nothing_is_sent_until_it_is_time_for_a_probe(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 3 * OPENS_AFTER)
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
    shown, sent = await notices.get(path), len(la.received)
    notices.house.clock.forward(seconds=PROBE_SECONDS[0] - 1)
    before = await claimed_by(notices)
    notices.house.clock.forward(seconds=1)
    probe, beside = await claimed_by(notices), await claimed_by(notices)

    assert OPENS_AFTER <= sent < 2 * OPENS_AFTER
    assert shown["status"] == "active"
    assert shown["failing_since"] == "2026-11-20T15:00:00Z"
    assert shown["probe_at"] == "2026-11-20T15:00:30Z"
    assert (before, len(probe), beside) == ([], 1, [])


async def test_a_probe_that_succeeds_lets_everything_go_on_in_order(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 2 * OPENS_AFTER)
    await notices.happen(*(met(f"p{n}", 2) for n in range(2 * OPENS_AFTER)))
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
        la.answer = agreeable
        notices.house.clock.forward(seconds=PROBE_SECONDS[0])
        await eventually(lambda: stands(notices, path, "active"))
        await eventually(lambda: all_made(notices, 4 * OPENS_AFTER))
    shown = await notices.get(path)

    assert (shown["circuit"], shown["failing_since"], shown["probe_at"]) == ("closed", None, None)
    for n in range(2 * OPENS_AFTER):
        mine = [each.event["sequence"][-1] for each in la.received if _is_of(each, n)]
        assert "".join(mine) in {"12", "112"}


async def test_a_probe_that_fails_sends_one_message_and_waits_longer(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 2 * OPENS_AFTER)
    async with notices.sending():
        await eventually(lambda: is_open(notices, path))
        await eventually(lambda: at_rest(notices))
        before = len(la.received)
        notices.house.clock.forward(seconds=PROBE_SECONDS[0])
        await eventually(lambda: len(la.received) > before)
        await eventually(lambda: at_rest(notices))
    shown = await notices.get(path)

    assert len(la.received) == before + 1
    assert shown["probe_at"] == "2026-11-20T15:01:30Z"


async def test_one_success_between_failures_keeps_the_circuit_closed(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 40)
    answers = iter([*[DOWN] * (OPENS_AFTER - 4), Answer()] * 20)
    la.answer = lambda _received: next(answers)
    async with notices.sending():
        await eventually(lambda: len(la.received) >= 40)
        await eventually(lambda: at_rest(notices))

    assert (await notices.get(path))["circuit"] == "closed"
    assert await told(notices) == []


async def test_an_endpoint_that_fails_stops_no_other(notices: Notified, la: Endpoint) -> None:
    async with endpoint() as other:
        path = await owed(notices, la, 3 * OPENS_AFTER)
        await notices.subscribe(other)
        await notices.happen(*(met(f"q{n}") for n in range(30)))
        async with notices.sending():
            await eventually(lambda: is_open(notices, path))
            await eventually(lambda: len(other.received) == 30)


async def test_five_days_of_failing_disable_an_endpoint_and_a_verification_brings_it_back(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 2 * OPENS_AFTER)
    with capture_logs() as logs:
        async with notices.sending():
            await eventually(lambda: is_open(notices, path))
            for _ in range(5):
                await eventually(lambda: at_rest(notices))
                before = len(la.received)
                notices.house.clock.forward(days=1)
                await eventually(partial(_more_received, la, before))
            await eventually(lambda: stands(notices, path, "disabled"))
            shown = await notices.get(path)
            notices.house.clock.forward(days=1)
            assert await claimed_by(notices) == []
            la.answer = agreeable
            status, _ = await notices.post(f"{path}/verification")
            await eventually(lambda: all_made(notices, 2 * OPENS_AFTER))
    back = await notices.get(path)

    assert status == 200
    assert (shown["disabled_because"], shown["disabled_at"]) == ("failing", "2026-11-25T15:00:00Z")
    assert (back["disabled_because"], back["circuit"]) == (None, "closed")
    assert await told(notices) == [("failing", None), ("disabled", "failing"), ("recovered", None)]
    lines = [(each["event"], each["log_level"]) for each in logs if "endpoint" in each["event"]]
    assert lines == [
        ("endpoint failing", "warning"),
        ("endpoint disabled", "error"),
        ("endpoint recovered", "info"),
    ]


async def test_operators_are_told_of_an_endpoint_that_is_gone_and_of_its_new_address(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 1)
    la.answers(Answer(410))
    async with endpoint() as new:
        async with notices.sending():
            await eventually(lambda: stands(notices, path, "disabled"))
        gone = await notices.get(path)
        async with notices.house.client() as client:
            await client.patch(f"/notifications/v1{path}", json={"url": new.url()})
        await notices.post(f"{path}/verification")

    assert gone["disabled_because"] == "gone"
    assert await told(notices) == [("disabled", "gone"), ("recovered", None)]


async def test_failures_among_many_successes_are_not_in_a_row(
    notices: Notified, la: Endpoint
) -> None:
    path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
    await notices.happen(*(met(f"p{n}") for n in range(FAST)))
    async with notices.sending():
        await eventually(lambda: all_made(notices, FAST))
        gate = asyncio.Event()
        answers = iter([*[Answer()] * 9, DOWN] * FAST)

        async def sometimes(_received: Received) -> Answer:
            await gate.wait()
            return next(answers)

        la.answer = sometimes
        await notices.happen(*(met(f"q{n}") for n in range(FAST)))
        await eventually(partial(_many_leased, notices))
        gate.set()
        await eventually(lambda: len(la.received) >= 2 * FAST)
        await eventually(lambda: at_rest(notices))
    failures = await notices.conn.fetchval(
        "SELECT count(*) FROM notifications.attempt WHERE status = 500"
    )

    assert failures >= OPENS_AFTER
    assert (await notices.get(path))["circuit"] == "closed"
    assert await told(notices) == []


async def test_a_success_counts_whichever_process_saw_the_failures(
    notices: Notified, la: Endpoint
) -> None:
    path = await owed(notices, la, 2)
    first, second = await claimed_by(notices)
    await recorded(notices, second, status=500)
    failing = await notices.get(path)
    await recorded(notices, first, status=204)

    assert failing["failing_since"] is not None
    assert (await notices.get(path))["failing_since"] is None


async def test_what_operators_are_told_is_read_on_from_a_number_and_by_the_page(
    notices: Notified, la: Endpoint
) -> None:
    await _disabled_and_back(notices, la)
    every = (await notices.get(EVENTS))["items"]
    later = (await notices.get(f"{EVENTS}?after={every[0]['number']}"))["items"]
    first = await notices.get(f"{EVENTS}?limit=1")
    second = await notices.get(f"{EVENTS}?limit=1&cursor={first['next']}")

    assert [each["number"] for each in every] == [1, 2]
    assert later == every[1:]
    assert [first["items"], second["items"]] == [every[:1], every[1:]]
    assert second["next"] is None


async def test_operators_of_an_authority_or_a_school_are_told_of_their_own_endpoints(
    notices: Notified, la: Endpoint
) -> None:
    await _disabled_and_back(notices, la)

    assert len(await told(notices, la=LA)) == 2
    assert await told(notices, la=OTHER_LA) == []
    assert await told(notices, urns=[URN]) == []


async def test_what_operators_are_told_needs_its_own_scope(notices: Notified) -> None:
    async with notices.house.client("subscriptions:manage") as client:
        answer = await client.get(f"/notifications/v1{EVENTS}")

    assert answer.status_code == 403


async def test_what_operators_were_told_can_not_be_changed(notices: Notified, la: Endpoint) -> None:
    await _disabled_and_back(notices, la)
    for statement in (
        "UPDATE notifications.endpoint_event SET kind = 'recovered'",
        "DELETE FROM notifications.endpoint_event",
    ):
        async with of_every_school(notices.runtime.pool) as conn:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(statement)
        with pytest.raises(asyncpg.PostgresError, match="endpoint_event is append-only"):
            await notices.conn.execute(statement)


async def _disabled_and_back(notices: Notified, la: Endpoint) -> None:
    path = await owed(notices, la, 1)
    la.answers(Answer(410))
    async with notices.sending():
        await eventually(lambda: stands(notices, path, "disabled"))
    await notices.post(f"{path}/verification")


async def _more_received(la: Endpoint, before: int) -> bool:
    return len(la.received) > before


def _is_of(received: Received, pupil: int) -> bool:
    return str(received.event["subject"]).endswith(f"/p{pupil}")


async def _many_leased(notices: Notified) -> bool:
    return await leased(notices) >= FAST // 2

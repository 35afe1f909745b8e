"""What a sender has in hand: more than is open at once, given back when its turn has passed."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from notifications.courier import TIMEOUT_SECONDS
from notifications.lanes_table import ENDPOINT_AT_ONCE, LEASE_SECONDS
from notifications.pace import OPEN_AT_ONCE
from notifications.sender import SETTLE_SECONDS
from structlog.testing import capture_logs
from support.endpoint import Answer, Gate, endpoint
from support.eventually import eventually
from support.failing import leased
from support.notified import Notified, met, notified
from support.senders import FAST, are, claimed_by, held_in_hand, recorded

REFUSE_ONE = """
CREATE FUNCTION notifications.refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'not this one'; END $$;
CREATE TRIGGER refuse_one BEFORE INSERT ON notifications.attempt FOR EACH ROW
WHEN (NEW.event_id = '{event}') EXECUTE FUNCTION notifications.refuse_one()
"""


DEADLOCK = """
CREATE FUNCTION notifications.deadlock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END $$;
CREATE TRIGGER deadlock BEFORE UPDATE ON notifications.delivery
FOR EACH STATEMENT EXECUTE FUNCTION notifications.deadlock()
"""


async def test_an_endpoint_that_answers_promptly_is_taken_more_in_hand_and_few_are_open_at_once(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            await eventually(lambda: are(notices, ["delivered"] * FAST))
            gate = la.answer = Gate(Answer())
            await notices.happen(*(met(f"q{n}") for n in range(FAST)))
            in_hand = await eventually(partial(_many_leased, notices))
            await eventually(lambda: len(la.received) == FAST + OPEN_AT_ONCE)
            gate.open.set()

    assert in_hand > 2 * ENDPOINT_AT_ONCE
    assert len(set(la.ids())) == len(la.ids())


async def test_what_waits_in_hand_when_its_endpoint_breaks_down_goes_back_unsent(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            gate = await held_in_hand(notices, la, Answer(500))
            gate.open.set()
            await eventually(lambda: len(la.received) > FAST + OPEN_AT_ONCE)
            await eventually(partial(_none_leased, notices))
            attempts = [each["attempt_count"] for each in await notices.deliveries()][FAST:]

    tried = len(la.received) - FAST
    assert OPEN_AT_ONCE < tried <= 4 * OPEN_AT_ONCE
    assert sorted(attempts) == [0] * (FAST - tried) + [1] * tried


async def test_what_is_not_under_way_when_the_process_ends_goes_back_unsent(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            gate = await held_in_hand(notices, la, Answer())
            await eventually(lambda: len(la.received) == FAST + OPEN_AT_ONCE)
            asyncio.get_running_loop().call_later(0.1, gate.open.set)
        statuses = await notices.statuses()

    assert len(la.received) == FAST + OPEN_AT_ONCE
    assert statuses.count("delivered") == FAST + OPEN_AT_ONCE
    assert statuses.count("pending") == FAST - OPEN_AT_ONCE


async def test_what_could_outlast_its_lease_is_not_sent_any_more(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        async with notices.sending():
            gate = await held_in_hand(notices, la, Answer())
            await eventually(lambda: len(la.received) == FAST + OPEN_AT_ONCE)
            slept = LEASE_SECONDS - TIMEOUT_SECONDS - SETTLE_SECONDS + 1
            notices.house.clock.forward(seconds=slept)
            gate.open.set()
            await eventually(lambda: are(notices, ["delivered"] * 2 * FAST))
        given_back = _given_back(notices)

    assert given_back > 0
    assert len(set(la.ids())) == len(la.ids())


async def test_one_delivery_that_can_not_be_settled_has_no_other_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(ENDPOINT_AT_ONCE)))
        first = (await notices.deliveries())[0]
        await notices.conn.execute(REFUSE_ONE.format(event=UUID(first["event"])))
        gate = la.answer = Gate(Answer())
        with capture_logs() as logs:
            async with notices.sending():
                await eventually(lambda: len(la.received) == ENDPOINT_AT_ONCE)
                gate.open.set()
                rest = ["delivered"] * (ENDPOINT_AT_ONCE - 1)
                await eventually(lambda: are(notices, ["pending", *rest]))
                await notices.conn.execute("DROP TRIGGER refuse_one ON notifications.attempt")
                notices.house.clock.forward(seconds=LEASE_SECONDS + 1)
                await eventually(lambda: are(notices, ["delivered", *rest]))

    assert la.ids().count(first["event"]) == 2
    assert len(la.ids()) == ENDPOINT_AT_ONCE + 1
    assert "delivery not settled" in [each["event"] for each in logs]


async def test_a_settlement_that_the_database_would_not_take_just_then_is_tried_again(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        await notices.conn.execute(DEADLOCK)
        with capture_logs() as logs:
            async with notices.sending():
                await eventually(lambda: _said(logs, "deliveries not settled yet"))
                await notices.conn.execute("DROP TRIGGER deadlock ON notifications.delivery")
                await eventually(lambda: are(notices, ["delivered"] * FAST))
        attempts = await notices.conn.fetchval(
            "SELECT count(*) FROM notifications.attempt WHERE type LIKE '%threshold-met%'"
        )

    assert len(la.received) == FAST
    assert attempts == FAST
    assert [each for each in logs if each["log_level"] == "error"] == []


async def test_what_could_not_be_settled_while_its_lease_lasted_is_left_to_the_next_sender(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        await notices.conn.execute(DEADLOCK)
        with capture_logs() as logs:
            async with notices.sending():
                await eventually(lambda: _said(logs, "deliveries not settled yet"))
                notices.house.clock.forward(seconds=LEASE_SECONDS + 1)
                await eventually(lambda: len(la.received) == 2)
                await notices.conn.execute("DROP TRIGGER deadlock ON notifications.delivery")
                await eventually(lambda: are(notices, ["delivered"]))

    assert len(set(la.ids())) == 1


async def test_a_settlement_that_nobody_heard_of_is_recorded_once(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        path = f"/subscriptions/{(await notices.subscribe(la))['id']}"
        await notices.happen(met("p1"))
        (claimed,) = await claimed_by(notices)
        await recorded(notices, claimed, status=500)
        await recorded(notices, claimed, status=500, again=True)
        (delivery,) = await notices.deliveries()
        shown = await notices.get(f"/deliveries/{delivery['id']}")
        failures = await notices.conn.fetchval("SELECT failures FROM notifications.subscription")

    assert (shown["attempt_count"], len(shown["attempts"]), failures) == (1, 1, 1), path


async def test_an_endpoint_may_be_given_more_than_the_usual_few_and_never_more_than_that(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        subscription = UUID((await notices.subscribe(la))["id"])
        await notices.happen(*(met(f"p{n}") for n in range(FAST)))
        first = await claimed_by(notices, lanes={subscription: 10})
        more = await claimed_by(notices, lanes={subscription: 15})
        usual = await claimed_by(notices)

    assert [len(first), len(more), len(usual)] == [10, 5, 0]


async def _many_leased(notices: Notified) -> int:
    many = await leased(notices)
    return many if many > 2 * ENDPOINT_AT_ONCE else 0


async def _none_leased(notices: Notified) -> bool:
    return await leased(notices) == 0


def _said(logs: Sequence[Mapping[str, object]], event: str) -> bool:
    return event in [each["event"] for each in logs]


def _given_back(notices: Notified) -> float:
    registry = notices.runtime.metrics.registry
    found = registry.get_sample_value("rollbook_deliveries_total", {"outcome": "given-back"})
    return found or 0.0

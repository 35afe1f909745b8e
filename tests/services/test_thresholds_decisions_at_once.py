"""Decisions on alerts sent twice, sent at once, and on what the view has yet to hear."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from attendance.errors import DecisionRefused
from attendance.session import Half, Session
from eventlog import Appended, Command, Connection, SchoolId, append, hold
from servicekit.commands import until_stored
from servicekit.service import Runtime
from support.deciding import (
    HELD,
    URN,
    Desk,
    opened_desk,
)
from support.eventually import eventually
from support.log import connected, noted
from support.school import slugs


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def met(desk: Desk) -> str:
    """The alert of a pupil who was away for a week."""
    return await desk.holiday()


async def test_the_same_decision_sent_again_answers_the_same_though_more_was_decided_since(
    desk: Desk, met: str
) -> None:
    first = await desk.decide(met, "considered", key="once")
    await desk.decide(met, "not-the-right-tool")
    before = await desk.head()

    again = await desk.decide(met, "considered", key="once")

    assert again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert again.json()["status"] == "open"
    assert await desk.head() == before


async def test_a_key_is_for_one_decision(desk: Desk, met: str) -> None:
    await desk.decide(met, "not-the-right-tool", key="once")

    other = await desk.decide(met, "considered", key="once")

    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-key-reused"


async def test_of_two_who_close_an_alert_having_both_seen_it_open_one_does(
    desk: Desk, met: str
) -> None:
    async with connected(desk.url, role=None) as other, other.transaction():
        before = await hold(other, SchoolId(URN))
        both = [
            asyncio.create_task(desk.decide(met, "not-the-right-tool", key=f"{number}"))
            for number in range(2)
        ]
        await eventually(desk.two_wait)  # each has read the log, and would append
    answers = [await each for each in both]

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert slugs(refused) == [("", "alert-closed")]
    assert await desk.head() == before + 1


async def test_one_decision_sent_several_times_at_once_is_one(desk: Desk, met: str) -> None:
    before = await desk.head()

    answers = await asyncio.gather(
        *(desk.decide(met, "not-the-right-tool", key="once") for _ in range(4))
    )

    in_flight = [answer for answer in answers if answer.status_code == 409]
    assert {answer.json()["type"] for answer in in_flight} <= {"/problems/command-in-flight"}
    said = [answer.json() for answer in answers if answer.status_code == 201]
    assert said
    assert all(each == said[0] for each in said)
    assert await desk.head() == before + 1


async def test_decisions_on_two_alerts_of_a_pupil_at_once_are_both_recorded(
    desk: Desk, met: str
) -> None:
    persistent = await desk.alert("persistent-absence")

    answers = await asyncio.gather(
        desk.decide(met, "not-the-right-tool"),
        desk.decide(persistent, "no-further-action"),
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (await desk.shown(met))["status"] == "closed"
    assert (await desk.shown(persistent))["status"] == "closed"


async def test_a_decision_on_what_the_view_has_not_heard_yet_sees_it_all_the_same(
    desk: Desk, met: str
) -> None:
    """The alert was withdrawn in the log; its row is as a view would have it that is behind."""
    await desk.log.amend(Session(HELD, Half.AM), "p1", "G", "I")
    await desk.settle()
    await desk.log.conn.execute(
        "UPDATE thresholds.alert SET status = 'open', position = position - 1 WHERE alert = $1", met
    )

    refused = await desk.decide(met)

    assert slugs(refused) == [("", "alert-withdrawn")]


async def test_a_decision_on_a_row_that_is_behind_brings_it_up_to_the_log(
    desk: Desk, met: str
) -> None:
    before = await desk.log.conn.fetchrow("SELECT * FROM thresholds.alert WHERE alert = $1", met)
    await desk.log.amend(Session(HELD, Half.AM), "p1", "G", "O")
    await desk.settle()
    await desk.log.conn.execute(
        "UPDATE thresholds.alert SET position = $2, history = $3 WHERE alert = $1",
        met,
        before["position"],
        before["history"],
    )

    await desk.decide(met)
    await desk.settle()

    kinds = [step["kind"] for step in (await desk.shown(met))["history"]]
    assert kinds == ["met", "corrected", "considered"]


async def test_a_refusal_is_not_believed_of_what_the_same_command_has_stored_meanwhile(
    desk: Desk,
) -> None:
    runtime: Runtime = desk.rollbook.app.state.runtimes["thresholds"]
    command = Command(uuid4(), b"")

    async def overtaken(_conn: Connection) -> Appended:
        async with connected(desk.url, role=None) as other:
            now = runtime.clock()
            await append(other, SchoolId(URN), [noted()], command=command, recorded_at=now)
        raise DecisionRefused([])

    done = await until_stored(runtime, URN, command, overtaken)

    assert done == Appended(await desk.head(), replayed=True)

"""Following time whatever happens: which fault is an instant's, and how long it stands."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from pathlib import Path

import pytest
from eventlog import Batch, Connection, DueSchool, SchoolId
from servicekit.runner import AN_INSTANT
from support.following import EVENTS, OTHER_SCHOOL, SCHOOL, Following, two_schools


@pytest.fixture
async def following(database_url: str, tmp_path: Path) -> AsyncIterator[Following]:
    """Two schools with some events, followed by nobody yet."""
    async with two_schools(database_url, tmp_path) as made:
        yield made


async def test_an_instant_that_can_t_be_had_holds_up_its_school_alone_and_is_tried_again(
    following: Following,
) -> None:
    waiting, broken = {SCHOOL, OTHER_SCHOOL}, True

    async def due(
        _conn: Connection, now: datetime, _limit: int, others: Collection[SchoolId]
    ) -> list[DueSchool]:
        return [DueSchool(school, now) for school in waiting - {*others}]

    async def handle(_conn: Connection, batch: Batch) -> None:
        if batch.at is not None:
            if broken and batch.school == SCHOOL:
                raise RuntimeError
            waiting.remove(batch.school)

    await following.look(handle, due)
    [fault] = await following.faults()
    broken = False
    following.house.clock.forward(minutes=1)
    await following.look(handle, due)

    assert (fault.school, fault.position) == (SCHOOL, AN_INSTANT)
    assert fault.error.startswith("RuntimeError")
    assert waiting == set()
    assert await following.faults() == []


async def test_an_instant_that_can_t_be_had_is_blamed_on_no_event_that_comes_after_it(
    following: Following,
) -> None:
    broken = True

    async def due(*_of: object) -> list[DueSchool]:
        return []

    async def handle(_conn: Connection, batch: Batch) -> None:
        past_it = batch.at is not None or batch.events[-1].position >= EVENTS
        if broken and batch.school == SCHOOL and past_it:
            raise RuntimeError  # what lies before the last event's instant, with or without it

    await following.look(handle, due)
    [fault] = await following.faults()
    broken = False
    following.house.clock.forward(minutes=1)
    await following.look(handle, due)

    assert (fault.school, fault.position) == (SCHOOL, AN_INSTANT)
    assert (await following.reached(), await following.faults()) == (EVENTS, [])


async def test_an_event_that_can_t_be_digested_is_named_though_time_is_a_cause_too(
    following: Following,
) -> None:
    alone: list[tuple[SchoolId, int]] = []

    async def due(*_of: object) -> list[DueSchool]:
        return []

    async def handle(_conn: Connection, batch: Batch) -> None:
        if batch.at is not None:
            alone.append((batch.school, batch.after))
        elif batch.school == SCHOOL and batch.events[-1].position >= EVENTS:
            raise RuntimeError

    await following.look(handle, due)

    [fault] = await following.faults()
    assert (fault.school, fault.position) == (SCHOOL, EVENTS)
    assert alone == [(SCHOOL, EVENTS - 1)], "what was due before it had its effect by itself"


async def test_a_fault_of_an_instant_stands_until_that_instant_had_its_effect(
    following: Following,
) -> None:
    waiting = {SCHOOL}

    async def due(
        _conn: Connection, now: datetime, _limit: int, others: Collection[SchoolId]
    ) -> list[DueSchool]:
        return [DueSchool(school, now) for school in waiting - {*others}]

    async def handle(_conn: Connection, batch: Batch) -> None:
        if batch.at is not None:
            raise RuntimeError

    await following.look(handle, due)
    following.house.clock.forward(minutes=1)
    await following.append(SCHOOL)
    await following.look(handle, due)
    [stands] = await following.faults()
    waiting.clear()  # with an event recorded later, as a rule
    following.house.clock.forward(minutes=1)
    await following.append(SCHOOL)
    await following.look(handle, due)

    assert (stands.position, stands.attempts) == (AN_INSTANT, 2)
    assert await following.reached() == EVENTS + 2
    assert await following.faults() == []

"""A rebuild that was interrupted: the same code goes on with it, any other begins anew."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from eventlog import (
    Batch,
    Connection,
    Consumer,
    SchoolId,
    consume,
    give_up_run,
    interrupted_run,
    rebuild_school,
)
from support.log import OTHER_SCHOOL, SCHOOL, note, teller, told

OURS, ANOTHER = "this code", "other code"

pytestmark = pytest.mark.usefixtures("telling")


class Interrupted(Exception):
    """The end of a process, in the middle of a rebuild."""


class Replaying:
    """A teller that is interrupted before one position, and keeps what it was handed."""

    def __init__(self, *, dies_at: int | None = None) -> None:
        self.handed: list[int] = []
        self._dies_at = dies_at
        self._teller = teller(batch_events=2)

    @property
    def consumer(self) -> Consumer:
        """What is rebuilt."""
        return replace(self._teller, handle=self._handle)

    async def _handle(self, conn: Connection, batch: Batch) -> None:
        positions = [event.position for event in batch.events]
        if self._dies_at in positions:
            raise Interrupted
        self.handed += positions
        await self._teller.handle(conn, batch)


async def a_followed_school(
    conn: asyncpg.Connection, school: SchoolId = SCHOOL, *, events: int = 6
) -> None:
    await note(conn, school, events=events)
    await consume(conn, teller(), school)


async def interrupted(conn: asyncpg.Connection, made_by: str | None, *, dies_at: int = 5) -> None:
    with pytest.raises(Interrupted):
        await rebuild_school(conn, Replaying(dies_at=dies_at).consumer, SCHOOL, made_by=made_by)


async def replayed_by(conn: asyncpg.Connection, made_by: str | None) -> list[int]:
    """Rebuild to the end; list the positions that were replayed for it."""
    replaying = Replaying()
    assert await rebuild_school(conn, replaying.consumer, SCHOOL, made_by=made_by) == 2
    return replaying.handed


async def test_the_same_code_replays_only_what_is_left(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)

    assert await replayed_by(conn, OURS) == [5, 6]
    assert await told(conn, version=2) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(OURS, ANOTHER, id="other code"),
        pytest.param(OURS, None, id="code that doesn't say"),
        pytest.param(None, OURS, id="after code that didn't say"),
    ],
)
async def test_any_other_begins_anew(
    conn: asyncpg.Connection, first: str | None, then: str | None
) -> None:
    await a_followed_school(conn)
    await interrupted(conn, first)

    assert await replayed_by(conn, then) == [1, 2, 3, 4, 5, 6]
    assert await told(conn, version=2) == [1, 2, 3, 4, 5, 6]


async def test_what_other_code_left_unfinished_in_between_is_not_gone_on_with(
    conn: asyncpg.Connection,
) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)
    await interrupted(conn, None, dies_at=3)

    assert await replayed_by(conn, OURS) == [1, 2, 3, 4, 5, 6]


async def test_a_rebuild_that_has_ended_is_not_gone_on_with(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)
    await replayed_by(conn, OURS)

    replaying = Replaying()
    assert await rebuild_school(conn, replaying.consumer, SCHOOL, made_by=OURS) == 3
    assert replaying.handed == [1, 2, 3, 4, 5, 6]


async def test_what_was_followed_live_since_the_interruption_is_replayed_too(
    conn: asyncpg.Connection,
) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)
    await note(conn, events=3)
    await consume(conn, teller(), SCHOOL)

    assert await replayed_by(conn, OURS) == [5, 6, 7, 8, 9]


async def test_a_rebuild_says_how_far_it_has_come_what_was_left_included(
    conn: asyncpg.Connection,
) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)
    said: list[tuple[int, int]] = []

    await rebuild_school(
        conn, teller(batch_events=1), SCHOOL, made_by=OURS, watch=lambda *each: said.append(each)
    )

    assert said == [(4, 6), (5, 6), (6, 6)]


async def test_a_larger_batch_is_replayed_than_is_followed(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    sizes: list[int] = []

    async def counted(_conn: Connection, batch: Batch) -> None:
        sizes.append(len(batch.events))

    large = replace(teller(batch_events=1), handle=counted, replay_events=4)
    await rebuild_school(conn, large, SCHOOL)

    assert sizes == [4, 2]


async def schools_done(conn: asyncpg.Connection, made_by: str) -> Sequence[SchoolId] | None:
    run = await interrupted_run(conn, "teller", made_by)
    return None if run is None else sorted(run.done)


async def test_a_run_knows_its_schools_that_are_done(conn: asyncpg.Connection) -> None:
    for school in (SCHOOL, OTHER_SCHOOL):
        await a_followed_school(conn, school)
    before = await schools_done(conn, OURS)
    await rebuild_school(conn, teller(), OTHER_SCHOOL, made_by=OURS)
    await interrupted(conn, OURS)
    halfway = await schools_done(conn, OURS)
    await replayed_by(conn, OURS)

    assert (before, halfway) == (None, [OTHER_SCHOOL])
    assert await schools_done(conn, OURS) == [SCHOOL, OTHER_SCHOOL]
    assert await interrupted_run(conn, "another", OURS) is None


async def test_a_run_of_other_code_is_told_apart(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)

    ours = await interrupted_run(conn, "teller", OURS)
    others = await interrupted_run(conn, "teller", ANOTHER)

    assert ours is not None
    assert others is not None
    assert (ours.other_code, others.other_code) == (False, True)
    assert abs(ours.begun_at - datetime.now(UTC)) < timedelta(minutes=5)


async def test_a_run_that_was_given_up_is_not_gone_on_with(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    await interrupted(conn, OURS)
    await give_up_run(conn, "teller")

    assert await interrupted_run(conn, "teller", OURS) is None
    assert await replayed_by(conn, OURS) == [1, 2, 3, 4, 5, 6]


async def test_a_rebuild_by_no_code_leaves_no_run(conn: asyncpg.Connection) -> None:
    await a_followed_school(conn)
    await rebuild_school(conn, teller(), SCHOOL)

    assert await interrupted_run(conn, "teller", OURS) is None

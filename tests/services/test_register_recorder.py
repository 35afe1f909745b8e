"""The recorder stores what waits together, and tells each what became of theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from attendance.codec import encode
from attendance.codes import Code
from attendance.events import Mark, MarksRecorded, Signatory
from attendance.identifiers import PupilId, Urn
from attendance.session import Half, Session
from attendance.streams import admissions_stream, school_stream, session_stream
from eventlog import Appended, Command, Guard, NewEvent, SchoolId, StreamMoved, head
from register_api.errors import EntryMoved, NotKnownStored
from register_api.recorder import AT_ONCE, Recorder
from register_api.tables import Recording, record
from servicekit.database import of_every_school, of_school, open_pool
from servicekit.settings import Settings
from support.eventually import eventually
from support.log import connected

ROLE = "rollbook_register"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MONDAY = Session(date(2026, 11, 16), Half.AM)
TUESDAY = Session(date(2026, 11, 17), Half.AM)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections as register-api has them."""
    async with await open_pool(Settings(DATABASE_URL=database_url, pool_size=6), ROLE) as opened:
        yield opened


def recording(urn: int, session: Session = MONDAY, *, pupil: str = "p1") -> Recording:
    """One pupil's mark, decided on a school of which nothing is in the log yet."""
    recorded = MarksRecorded(
        session=session,
        group=None,
        marks=(Mark(PupilId(pupil), Code.PRESENT_AM),),
        recorded_by=Signatory("T. Teacher", "Teacher"),
        recorded_at=NOW,
    )
    return Recording(
        school=SchoolId(urn),
        recorded=recorded,
        event=NewEvent(session_stream(Urn(urn), session), *encode(recorded)),
        command=Command(uuid4(), b"said"),
        guards=(Guard(school_stream(Urn(urn)), 0), Guard(admissions_stream(Urn(urn)), 0)),
    )


async def together(
    recorder: Recorder, recordings: list[Recording]
) -> list[Appended | BaseException]:
    """Record all at one moment."""
    return await asyncio.gather(
        *(recorder.record(each) for each in recordings), return_exceptions=True
    )


@asynccontextmanager
async def turns_taken(*recorders: Recorder) -> AsyncIterator[None]:
    """Keep recorders busy while the block lasts, so that all who come share a transaction."""
    for recorder in recorders:
        for _ in range(AT_ONCE):
            await recorder._turns.acquire()
    yield
    for recorder in recorders:
        for _ in range(AT_ONCE):
            recorder._turns.release()


async def all_wait(recorder: Recorder, many: int) -> None:
    """Return once so many wait for the recorder's turn."""
    await eventually(lambda: len(recorder._waiting) == many)


async def test_what_is_recorded_together_is_stored_each_in_its_own_log(pool: asyncpg.Pool) -> None:
    recorder = Recorder(pool)

    outcomes = await together(recorder, [recording(urn) for urn in (100003, 100001, 100002)])

    assert outcomes == [Appended(1, replayed=False)] * 3
    async with of_every_school(pool) as conn:
        assert [await head(conn, SchoolId(urn)) for urn in (100001, 100002, 100003)] == [1, 1, 1]


async def test_one_that_is_refused_leaves_the_others_of_its_transaction_be(
    pool: asyncpg.Pool,
) -> None:
    recorder = Recorder(pool)
    await recorder.record(recording(100001))
    moved = replace(recording(100002), guards=(Guard(uuid4(), 7), Guard(uuid4(), 0)))
    good = recording(100003)

    async with turns_taken(recorder):
        waiting = asyncio.gather(
            *(recorder.record(each) for each in (recording(100001), moved, good)),
            return_exceptions=True,
        )
        await all_wait(recorder, 3)
    twice, guarded, stored = await waiting

    assert isinstance(twice, EntryMoved)
    assert isinstance(guarded, StreamMoved)
    assert stored == Appended(1, replayed=False)
    async with of_every_school(pool) as conn:
        assert await head(conn, SchoolId(100001)) == 1
        assert await head(conn, SchoolId(100002)) == 0


async def test_a_connection_works_for_the_same_school_after_recording_for_others(
    pool: asyncpg.Pool,
) -> None:
    several = [recording(urn) for urn in (100001, 100002, 100003)]

    async with of_school(pool, 100002) as conn:
        outcomes = await record(conn, several, patience_ms=0)
        whose = await conn.fetchval("SELECT current_setting('rollbook.school')")

    assert outcomes == [Appended(1, replayed=False)] * 3
    assert whose == "100002"


async def test_the_same_command_twice_in_one_transaction_is_stored_once(pool: asyncpg.Pool) -> None:
    recorder = Recorder(pool)
    again = recording(100001)

    async with turns_taken(recorder):
        waiting = asyncio.gather(recorder.record(again), recorder.record(again))
        await all_wait(recorder, 2)
    first, second = await waiting

    assert sorted([first.replayed, second.replayed]) == [False, True]
    assert first.position == second.position == 1


async def test_one_that_the_database_cannot_take_fails_alone(pool: asyncpg.Pool) -> None:
    recorder = Recorder(pool)
    broken = replace(recording(100001), event=NewEvent(uuid4(), "MarksRecorded.v1", "{not json"))

    async with turns_taken(recorder):
        waiting = asyncio.gather(
            *(recorder.record(each) for each in (broken, recording(100002))),
            return_exceptions=True,
        )
        await all_wait(recorder, 2)
    failed, stored = await waiting

    assert isinstance(failed, asyncpg.PostgresError)
    assert stored == Appended(1, replayed=False)


async def test_nobody_waits_for_ever_when_the_one_with_the_turn_is_cancelled(
    pool: asyncpg.Pool, database_url: str
) -> None:
    recorder = Recorder(pool)
    await recorder.record(recording(100001))
    async with connected(database_url) as holder, holder.transaction():
        await holder.execute("SELECT eventlog.hold(100001)")
        async with turns_taken(recorder):
            leader, follower = (
                asyncio.create_task(recorder.record(recording(100001, TUESDAY, pupil=pupil)))
                for pupil in ("p1", "p2")
            )
            await all_wait(recorder, 2)
        await eventually(lambda: not recorder._waiting)
        leader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leader
        with pytest.raises(NotKnownStored):
            await asyncio.wait_for(follower, 10)


async def test_two_processes_never_wait_for_each_other_in_a_circle(
    pool: asyncpg.Pool, database_url: str
) -> None:
    here, there = Recorder(pool), Recorder(pool)
    schools = list(range(100001, 100033))

    for day in range(4):
        session = Session(MONDAY.on + timedelta(days=day), Half.AM)
        async with turns_taken(here, there):
            waiting = asyncio.gather(
                together(here, [recording(urn, session) for urn in schools]),
                together(there, [recording(urn, session, pupil="p2") for urn in schools[::-1]]),
            )
            await all_wait(here, len(schools))
            await all_wait(there, len(schools))
        assert all(isinstance(each, Appended) for side in await waiting for each in side)

    await pool.close()  # which hands in what its sessions counted
    async with connected(database_url) as conn:
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert await conn.fetchval(deadlocks) == 0

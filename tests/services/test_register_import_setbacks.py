"""Imports whose steps fail: what may pass is waited for, and nobody else has to wait."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from register_api import service
from register_api.importing import setbacks
from register_api.importing.setbacks import Setbacks
from register_api.importing.working import Importer
from support.eventually import eventually
from support.imported import csv_of, job_of, rows_left, runtime_of, sent, work_off
from support.log import connected
from support.school import SmallSchool

NOW: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
FILE: Final = csv_of("2026-11-20,AM,p1,/")

ALWAYS_FAILS: Final = """
CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON register.mark FOR EACH ROW WHEN (NEW.school_id = 999001)
EXECUTE FUNCTION public.fail()
"""
FAULT: Final = ALWAYS_FAILS.format(state="P0001")
PASSING: Final = ALWAYS_FAILS.format(state="40001")  # a serialisation failure: try again
MENDED: Final = "DROP TRIGGER fail ON register.mark"


async def run(school: SmallSchool, statement: str) -> None:
    """Run a statement as the owner of everything."""
    async with connected(f"{school.house.settings.database_url}", role=None) as conn:
        await conn.execute(statement)


async def test_an_import_that_cannot_be_worked_on_fails_and_holds_up_nobody(
    school: SmallSchool,
) -> None:
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open("p1")
    stuck, moving = await sent(school, FILE), await sent(other, FILE)
    await run(school, FAULT)
    importer = Importer(runtime_of(school))
    for _ in range(setbacks.FAULTS):
        await importer.work_off()
    failed = await job_of(school, stuck)

    assert (failed["status"], failed["marks_recorded"]) == ("failed", 0)
    assert (await job_of(other, moving))["status"] == "finished"
    assert await school.codes() == {}
    await work_off(school)
    assert await rows_left(school) == 0


async def test_what_may_pass_fails_no_import_within_a_second(school: SmallSchool) -> None:
    job = await sent(school, FILE)
    await run(school, PASSING)
    importer = Importer(runtime_of(school))
    for _ in range(2 * setbacks.FAULTS):
        await importer.work_off()
    waiting = await job_of(school, job)
    await run(school, MENDED)
    await importer.work_off()
    still_waiting = await job_of(school, job)
    school.house.clock.forward(seconds=1)
    await importer.work_off()

    assert (waiting["status"], still_waiting["status"]) == ("queued", "queued")
    assert (await job_of(school, job))["status"] == "finished"


async def test_what_may_pass_and_does_not_fails_an_import_after_minutes(
    school: SmallSchool,
) -> None:
    job = await sent(school, FILE)
    await run(school, PASSING)
    importer = Importer(runtime_of(school))
    await importer.work_off()
    school.house.clock.forward(seconds=setbacks.PATIENCE.total_seconds() - 1)
    await importer.work_off()
    early = await job_of(school, job)
    school.house.clock.forward(minutes=1)
    await importer.work_off()

    assert early["status"] == "queued"
    assert (await job_of(school, job))["status"] == "failed"


async def test_nothing_is_imported_by_a_clock_that_is_behind(school: SmallSchool) -> None:
    job = await sent(school, FILE)
    head = await school.head()
    school.house.clock.forward(minutes=-2)
    importer = Importer(runtime_of(school))
    for _ in range(2 * setbacks.FAULTS):
        await importer.work_off()
        school.house.clock.forward(seconds=1)
    behind, stored = await job_of(school, job), await school.head()
    school.house.clock.forward(minutes=2)
    await importer.work_off()

    assert (behind["status"], stored) == ("queued", head)
    assert (await job_of(school, job))["status"] == "finished"


async def test_clearing_goes_on_while_imports_are_worked_off(school: SmallSchool) -> None:
    cancelled, busy = await sent(school, FILE), await sent(school, FILE)
    await school.client.post(f"{school.url}/imports/{cancelled}/cancellation")
    runtime = replace(runtime_of(school), stopping=asyncio.Event())

    async def one_left() -> bool:
        return await rows_left(school) == 1

    async with (
        connected(f"{school.house.settings.database_url}", role=None) as conn,
        asyncio.TaskGroup() as tasks,
    ):
        async with conn.transaction():
            await conn.execute("LOCK TABLE register.mark")  # whoever would work on it waits
            for worker in service.workers:
                tasks.create_task(worker(runtime))
            await eventually(one_left)
            working = await job_of(school, busy)
        runtime.stopping.set()

    assert working["status"] == "queued"


def test_waits_grow_and_end() -> None:
    kept, now = Setbacks(), NOW
    waits: list[timedelta] = []
    while kept.add(7, passing=True, now=now):
        began = now
        while kept.waits(7, now):
            now += timedelta(seconds=1)
        waits.append(now - began)

    assert waits[:7] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 16, 32, 60)]
    assert max(waits) == setbacks.LONGEST_WAIT
    assert now - NOW >= setbacks.PATIENCE


def test_a_step_that_succeeds_makes_up_for_those_that_failed() -> None:
    kept = Setbacks()
    tried = []
    for _ in range(3):
        tried += [kept.add(7, passing=False, now=NOW) for _ in range(setbacks.FAULTS - 1)]
        kept.forget(7)

    assert all(tried)
    assert not kept.waits(7, NOW)


def test_the_setbacks_of_one_import_are_none_of_anothers() -> None:
    kept = Setbacks()
    kept.add(7, passing=True, now=NOW)

    assert (kept.waits(7, NOW), kept.waits(8, NOW)) == (True, False)

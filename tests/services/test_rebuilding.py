"""`rollbook rebuild` over all schools: what is done stays done until all are, and is said."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from eventlog import SchoolId, Skip, cursor_of, record_fault, skip
from rich.console import Console
from servicekit.rebuilding import rebuild_all
from support.house import House, house
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, connected, note, noted
from support.school_log import SchoolLog

NAME = "thresholds"
SCHOOLS = (SCHOOL, OTHER_SCHOOL)
EVENTS = 3  # of each school
PASS_OVER = "UPDATE eventlog.consumer_cursor SET position = position + 1 WHERE school_id = $1"
MADE_ELSEWHERE = "UPDATE eventlog.consumer_rebuild SET made_by = 'other code'"
LEFT = "SELECT count(*) FROM eventlog.consumer_rebuild"


@dataclass
class Rebuilding:
    """Two schools that are followed; of one, the newest event can't be read."""

    house: House
    owner: asyncpg.Connection
    bad: int  # position of that event

    async def run(self, name: str = NAME, *, afresh: bool = False, fails: bool = False) -> str:
        """Rebuild; give what was said."""
        said = io.StringIO()
        console = Console(file=said, width=160)
        if fails:
            with pytest.raises(SystemExit):
                await rebuild_all(self.house.settings, name, console, afresh=afresh)
        else:
            assert await rebuild_all(self.house.settings, name, console, afresh=afresh) == 2
        return said.getvalue()

    async def mend(self) -> None:
        """Have the event passed over that can't be read."""
        await record_fault(self.owner, NAME, SCHOOL, position=self.bad, error="X at y", now=MORNING)
        passed_over = Skip(
            consumer=NAME,
            school=SCHOOL,
            position=self.bad,
            reason="A trial of ours.",
            by_name="O. Perator",
            by_position="On call",
            skipped_at=MORNING,
        )
        await skip(self.owner, passed_over)

    async def versions(self) -> dict[SchoolId, int]:
        """Read which version of each school is in use."""
        cursors = {school: await cursor_of(self.owner, NAME, school) for school in SCHOOLS}
        return {school: cursor.version for school, cursor in cursors.items() if cursor}


@pytest.fixture
async def rebuilding(database_url: str, tmp_path: Path) -> AsyncIterator[Rebuilding]:
    async with (
        house(database_url, tmp_path, services=(NAME,)) as running,
        connected(database_url, role=None) as owner,
    ):
        for school in SCHOOLS:
            await SchoolLog(owner, urn=school).open("p1")
        await running.settle()
        bad = noted(kind="MarksRecorded.v1")
        appended = await note(owner, SCHOOL, [bad], at=running.clock())
        await owner.execute(PASS_OVER, SCHOOL)
        yield Rebuilding(running, owner, appended.position)


async def test_a_school_that_is_done_is_not_done_again_for_one_that_failed(
    rebuilding: Rebuilding,
) -> None:
    await rebuilding.run(fails=True)
    halfway = await rebuilding.versions()
    await rebuilding.mend()

    said = await rebuilding.run()

    assert halfway == {SCHOOL: 1, OTHER_SCHOOL: 2}
    assert "Going on with the rebuild begun " in said
    assert "1 school(s) are done" in said
    assert await rebuilding.versions() == {SCHOOL: 2, OTHER_SCHOOL: 2}


async def test_all_schools_are_done_again_when_that_is_asked_for(rebuilding: Rebuilding) -> None:
    await rebuilding.run(fails=True)
    await rebuilding.mend()

    said = await rebuilding.run(afresh=True)

    assert "Not going on with the rebuild begun " in said
    assert await rebuilding.versions() == {SCHOOL: 2, OTHER_SCHOOL: 3}


async def test_all_schools_are_done_again_by_other_code(rebuilding: Rebuilding) -> None:
    await rebuilding.run(fails=True)
    await rebuilding.mend()
    await rebuilding.owner.execute(MADE_ELSEWHERE)

    said = await rebuilding.run()

    assert "the code has changed since" in said
    assert await rebuilding.versions() == {SCHOOL: 2, OTHER_SCHOOL: 3}


async def test_a_rebuild_that_has_ended_leaves_nothing_to_go_on_with(
    rebuilding: Rebuilding,
) -> None:
    await rebuilding.mend()
    await rebuilding.run()
    left = await rebuilding.owner.fetchval(LEFT)

    said = await rebuilding.run()

    assert left == 0
    assert "oing on with" not in said
    assert await rebuilding.versions() == {SCHOOL: 3, OTHER_SCHOOL: 3}


async def test_the_bar_counts_the_events_of_all_schools_those_done_before_included(
    rebuilding: Rebuilding,
) -> None:
    failed = await rebuilding.run(fails=True)
    await rebuilding.mend()
    resumed = await rebuilding.run()

    assert f"{EVENTS}/{2 * EVENTS + 1} events" in failed
    assert f"{2 * EVENTS + 1}/{2 * EVENTS + 1} events" in resumed


async def test_the_register_s_rebuild_goes_on_too(rebuilding: Rebuilding) -> None:
    failed = await rebuilding.run("register", fails=True)

    assert f"{SCHOOL} not rebuilt: MalformedEvent" in failed
    assert f"{EVENTS}/{2 * EVENTS + 1} events" in failed
    done = await rebuilding.owner.fetch("SELECT school_id, done FROM eventlog.consumer_rebuild")
    assert [(row["school_id"], row["done"]) for row in done] == [(OTHER_SCHOOL, True)]

"""`rollbook faults` in a process of its own, beside a service that can't read one event."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import asyncpg
import pytest
from eventlog import Batch, Connection, Consumer, Cursor, Fault, cursor_of, standing_faults
from servicekit.clock import system_clock
from servicekit.runner import follow
from servicekit.service import Runtime
from support.command import rollbook
from support.eventually import eventually
from support.house import House, house
from support.log import SCHOOL, connected, note, noted
from support.school import Json

NAME = "thresholds"
AT, LAST = 2, 3  # positions: of the event that can't be read, and of the newest
SECRET = "zq-7741"
SOME_TIME_YET = """
UPDATE eventlog.consumer_fault SET next_try_at = next_try_at + interval '1 hour'
"""
OF_SCHOOL = ("--consumer", NAME, "--urn", f"{SCHOOL}", "--position", f"{AT}")
PERSON = ("--by-name", "O. Perator", "--by-position", "On call")
REASON = ("--reason", "Sent by a trial of ours.")


class Unreadable(Exception):
    """What the second event does to whoever reads it."""


@dataclass
class Following:
    """A service that follows a school of three events, and can't read the second until mended."""

    house: House
    owner: asyncpg.Connection
    data_dir: Path
    mended: bool = False
    handed: list[int] = field(default_factory=list)

    @property
    def consumer(self) -> Consumer:
        """What follows the log."""
        return Consumer(name=NAME, kinds=None, handle=self._handle, forget=None)

    async def _handle(self, _conn: Connection, batch: Batch) -> None:
        positions = [event.position for event in batch.events]
        if AT in positions and not self.mended:
            raise Unreadable(SECRET)
        self.handed += positions

    async def faults(self) -> list[Fault]:
        """List what holds the service back."""
        return await standing_faults(self.owner)

    async def command(self, *arguments: str) -> CompletedProcess[str]:
        """Run `rollbook faults` while the service goes on."""
        url = str(self.house.settings.database_url)
        run = partial(rollbook, data_dir=self.data_dir, DATABASE_URL=url, COLUMNS="160")
        return await asyncio.to_thread(run, "faults", *arguments)

    async def ready(self) -> Json:
        """Read how the service stands."""
        async with self.house.anonymous() as anyone:
            consumer: Json = (await anyone.get("/ready")).json()["consumers"][0]
        return consumer


@pytest.fixture
async def following(database_url: str, tmp_path: Path) -> AsyncIterator[Following]:
    """The school held back, and not to be tried again for an hour."""
    async with (
        house(database_url, tmp_path, services=(NAME,)) as running,
        connected(database_url, role=None) as owner,
        asyncio.TaskGroup() as tasks,
    ):
        await note(owner, SCHOOL, [noted(SECRET) for _ in range(LAST)])
        made = Following(running, owner, tmp_path)
        idle: Runtime = running.app.state.runtimes[NAME]
        runtime = replace(idle, clock=system_clock, stopping=asyncio.Event())
        tasks.create_task(follow(runtime, made.consumer, running.app.state.metrics))
        await eventually(made.faults)
        await owner.execute(SOME_TIME_YET)
        yield made
        runtime.stopping.set()


def cells(printed: str, *, having: str) -> Sequence[str]:
    """Find the row of a printed table that has some text, cell by cell."""
    [line] = [line for line in printed.splitlines() if having in line]
    return [cell.strip() for cell in line.split("│")[1:-1]]


async def test_what_a_consumer_can_t_go_on_with_is_listed_without_what_it_says(
    following: Following,
) -> None:
    listed = await following.command()

    assert (listed.returncode, listed.stderr) == (0, "")
    consumer, school, position, *_, error = cells(listed.stdout, having=NAME)
    assert (consumer, school, position) == (NAME, f"{SCHOOL}", f"{AT}")
    assert error.startswith("Unreadable at ")
    assert "rollbook faults retry" in listed.stdout
    assert SECRET not in listed.stdout


async def test_what_was_mended_is_tried_at_once_and_goes_on(following: Following) -> None:
    following.mended = True

    retried = await following.command("retry", "--consumer", NAME)

    assert (retried.returncode, retried.stderr) == (0, "")
    assert retried.stdout == f"{NAME} of school {SCHOOL} goes on.\n"
    assert following.handed == [1, 2, 3]
    assert "No consumer is held back." in (await following.command()).stdout


async def test_what_was_not_mended_is_tried_at_once_and_said_to_be_held_back_still(
    following: Following,
) -> None:
    [before] = await following.faults()

    retried = await following.command("retry", "--urn", f"{SCHOOL}")

    assert retried.returncode == 1
    assert f"is held back at position {AT} still: Unreadable at " in retried.stdout
    assert SECRET not in retried.stdout
    [after] = await following.faults()
    assert after.attempts > before.attempts


async def test_a_retry_that_no_service_takes_up_says_so(
    following: Following, database_url: str
) -> None:
    async with connected(database_url, role=None) as replica, replica.transaction():
        await replica.execute("SELECT FROM eventlog.consumer_cursor FOR UPDATE")
        retried = await following.command("retry", "--seconds", "0.5")

    assert retried.returncode == 1
    assert "hasn't been tried: is its service running?" in retried.stdout


async def test_a_retry_elsewhere_tries_nothing(following: Following) -> None:
    [before] = await following.faults()

    retried = await following.command("retry", "--urn", "999002")

    assert (retried.returncode, retried.stdout) == (0, "No consumer is held back there.\n")
    assert await following.faults() == [before]


async def test_a_skipped_event_is_passed_over_and_it_stands_who_decided_that(
    following: Following,
) -> None:
    skipped = await following.command("skip", *OF_SCHOOL, *PERSON, *REASON)

    assert (skipped.returncode, skipped.stderr) == (0, "")
    await eventually(lambda: following.handed == [1, 3])
    assert await following.faults() == []
    listed = (await following.command()).stdout
    *_, person, reason = cells(listed, having=NAME)
    assert (person, reason) == ("O. Perator, On call", "Sent by a trial of ours.")
    assert await cursor_of(following.owner, NAME, SCHOOL) == Cursor(1, LAST)


async def test_whoever_asks_if_it_is_ready_sees_what_is_passed_over_and_not_by_whom(
    following: Following,
) -> None:
    before = await following.ready()
    await following.command("skip", *OF_SCHOOL, *PERSON, *REASON)
    after = await following.ready()

    [fault] = before["faults"]
    assert f"rollbook faults retry --consumer {NAME} --urn {SCHOOL}" in fault["what_to_do"]
    assert (before["status"], before["skipped"]) == ("red", [])
    [skipped] = after["skipped"]
    assert (skipped["school"], skipped["position"]) == (SCHOOL, AT)
    assert (after["status"], after["faults"]) == ("green", [])
    assert "Perator" not in f"{after}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            (*OF_SCHOOL, *REASON, "--by-name", " ", "--by-position", "On call"),
            "name and position",
            id="nobody answers for it",
        ),
        pytest.param((*OF_SCHOOL, *PERSON, "--reason", " "), "Say why", id="nobody says why"),
        pytest.param(
            (*OF_SCHOOL[:-1], f"{LAST}", *PERSON, *REASON),
            f"isn't held back at position {LAST}",
            id="an event that holds nobody back",
        ),
    ],
)
async def test_what_may_not_be_skipped_is_refused_in_one_line(
    following: Following, arguments: tuple[str, ...], said: str
) -> None:
    refused = await following.command("skip", *arguments)

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert said in refused.stderr
    assert len(await following.faults()) == 1

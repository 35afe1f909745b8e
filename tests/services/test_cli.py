"""The `rollbook` command, as a person or a container runs it: in a process of its own."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import pytest
from support.command import ROLLBOOK, answers, environment, rollbook
from support.eventually import eventually
from support.house import House, house
from support.postgres import create_database, drop_database
from support.school import TODAY, URN, SmallSchool, accepted, amendment, drawn

NOWHERE: Final = "postgresql://nobody:hunter2@127.0.0.1:1/nothing"
MARKS: Final = "SELECT * FROM register.mark ORDER BY school_id, session_on, half, pupil"
AMENDMENTS: Final = """
SELECT * FROM register.amendment ORDER BY school_id, session_on, half, pupil, revision
"""


@asynccontextmanager
async def running(url: str, data_dir: Path, *services: str) -> AsyncIterator[str]:
    """Run services in a process; give their base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = environment(data_dir, DATABASE_URL=url, ROLLBOOK_PORT=f"{port}")
    process = await asyncio.create_subprocess_exec(
        ROLLBOOK, "run", *services, env=variables, stderr=asyncio.subprocess.PIPE
    )
    try:
        base_url = f"http://127.0.0.1:{port}"
        await eventually(lambda: answers(f"{base_url}/ready"), within_seconds=60)
        yield base_url
    finally:
        process.terminate()
        _, errors = await process.communicate()
    assert process.returncode in {0, -signal.SIGTERM}, errors.decode()
    assert b"Traceback" not in errors


async def rows(url: str) -> list[list[tuple[object, ...]]]:
    """Read both tables of the current register, whole."""
    conn = await asyncpg.connect(url)
    try:
        return [[tuple(row) for row in await conn.fetch(each)] for each in (MARKS, AMENDMENTS)]
    finally:
        await conn.close()


@pytest.fixture
async def marked(school: SmallSchool) -> SmallSchool:
    """The school with marks of two sessions, two of them amended, one twice."""
    await accepted(school.enter(drawn("/N/")))
    await accepted(school.enter(drawn("/L/", "PM"), half="PM"))
    await accepted(school.amend([amendment("p2", "N", "O"), amendment("p3", "/", "L")]))
    await accepted(school.amend([amendment("p2", "O", "I")]))
    return school


async def test_a_token_from_the_command_line_opens_what_it_says_and_no_more(
    school: SmallSchool, tmp_path: Path
) -> None:
    arguments = ("--scope", "register:read", "--urn", f"{URN}", "--urn", "999009")
    minted = rollbook("token", *arguments, data_dir=tmp_path)
    headers = {"Authorization": f"Bearer {minted.stdout.strip()}"}
    async with school.house.anonymous(**headers) as client:
        answers = [
            await client.get(school.register_url()),
            await client.get(f"/register/v1/schools/999002/registers/{TODAY}/AM"),
            await client.get(f"{school.url}/events"),
        ]

    assert (minted.returncode, minted.stderr) == (0, "")
    assert [answer.status_code for answer in answers] == [200, 404, 403]


async def test_a_person_s_token_signs_for_the_person(school: SmallSchool, tmp_path: Path) -> None:
    person = ("--name", "T. Utor", "--position", "Tutor")
    scopes = ("--scope", "register:write", "--scope", "register:read")
    minted = rollbook("token", *scopes, "--la", "886", *person, data_dir=tmp_path)
    headers = {"Authorization": f"Bearer {minted.stdout.strip()}", "Idempotency-Key": "1"}
    async with school.house.anonymous(**headers) as client:
        await accepted(client.post(f"{school.register_url()}/marks", json={"marks": drawn("/--")}))
        entries = await client.get(f"{school.url}/pupils/p1/entries/{TODAY}/AM")

    assert entries.json()["entries"][0]["by"] == {"name": "T. Utor", "position": "Tutor"}


@pytest.mark.parametrize("whose", [[], ["--urn", "999001", "--la", "886"]])
def test_a_token_is_for_schools_or_for_an_authority(tmp_path: Path, whose: Sequence[str]) -> None:
    minted = rollbook("token", "--scope", "register:read", *whose, data_dir=tmp_path)

    assert (minted.returncode, minted.stdout) == (2, "")
    assert "--urn" in minted.stderr


def test_the_contracts_are_written_one_a_service(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there yet"
    done = rollbook("openapi", "--folder", f"{folder}", data_dir=tmp_path)

    assert done.returncode == 0, done.stderr
    names = {file.name for file in folder.iterdir()}
    assert names == {"register-api.json", "thresholds.json", "notifications.json"}
    for file in folder.iterdir():
        assert json.loads(file.read_text())["openapi"].startswith("3.1")


async def test_an_empty_database_is_migrated_and_once_more_changes_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    url = await create_database(postgres_url)
    try:
        for _ in range(2):
            done = rollbook("migrate", data_dir=tmp_path, DATABASE_URL=url)
            assert (done.returncode, done.stdout) == (0, "The schema is the newest.\n"), done.stderr
        async with house(url, tmp_path) as migrated:
            assert await _is_ready(migrated)
    finally:
        await drop_database(postgres_url, url)


async def test_a_register_made_anew_from_the_log_has_identical_rows(
    marked: SmallSchool, database_url: str, tmp_path: Path
) -> None:
    before = await rows(database_url)

    done = rollbook("rebuild", "register", data_dir=tmp_path, DATABASE_URL=database_url)

    assert done.returncode == 0, done.stderr
    assert "Rebuilt register for 1 school(s)." in done.stdout
    assert [len(each) for each in before] == [6, 3]
    assert await rows(database_url) == before


async def test_a_register_changed_behind_the_log_s_back_is_put_right(
    marked: SmallSchool, database_url: str, tmp_path: Path
) -> None:
    before = await rows(database_url)
    conn = await asyncpg.connect(database_url)
    try:
        await conn.execute("DELETE FROM register.mark WHERE pupil = 'p1'")
        await conn.execute("UPDATE register.mark SET code = '/' WHERE pupil = 'p2'")
        await conn.execute("DELETE FROM register.amendment WHERE pupil = 'p3'")
    finally:
        await conn.close()
    assert await rows(database_url) != before

    done = rollbook("rebuild", "register", data_dir=tmp_path, DATABASE_URL=database_url)

    assert done.returncode == 0, done.stderr
    assert await rows(database_url) == before
    assert (await marked.codes())["p2"] == "I"


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        pytest.param(["rebuild", "nothing"], {}, "nothing called nothing", id="no such view"),
        pytest.param(["run", "grades"], {}, "no service is called grades", id="no such service"),
        pytest.param(["run", "--with", "x"], {}, "no companion is called x", id="no companion"),
        pytest.param(
            ["migrate"],
            {"DATABASE_URL": NOWHERE},
            "the database at DATABASE_URL doesn't answer",
            id="no database",
        ),
        pytest.param(
            ["migrate"],
            {"DATABASE_URL": "hunter2"},
            "the database at DATABASE_URL doesn't answer",
            id="no database's URL",
        ),
        pytest.param(
            ["run"], {"ROLLBOOK_PORT": "hunter2"}, "ROLLBOOK_PORT: ", id="a port that is none"
        ),
        pytest.param(
            ["run"],
            {"ROLLBOOK_PORT": "70000", "ROLLBOOK_WORKERS": "0"},
            "ROLLBOOK_WORKERS: ",
            id="two settings",
        ),
    ],
)
async def test_what_can_t_be_done_is_said_in_one_line(
    database_url: str, tmp_path: Path, arguments: list[str], variables: dict[str, str], said: str
) -> None:
    variables = {"DATABASE_URL": database_url, **variables}

    refused = rollbook(*arguments, data_dir=tmp_path, **variables)

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert refused.stderr.startswith("rollbook: ")
    assert said in refused.stderr
    assert "hunter2" not in refused.stderr


async def test_a_ledger_can_t_be_rebuilt(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as everything:
        ledgers = [
            consumer.name
            for consumers in everything.app.state.consumers.values()
            for consumer in consumers
            if consumer.forget is None
        ]
        await SmallSchool(everything, everything.client()).open("p1")
        await everything.settle()

    refused = rollbook("rebuild", ledgers[0], data_dir=tmp_path, DATABASE_URL=database_url)

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "keeps a ledger" in refused.stderr


async def test_a_running_service_serves_and_stops_when_told_to(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        running(database_url, tmp_path, "register-api") as base_url,
        httpx.AsyncClient(base_url=base_url) as client,
    ):
        answers = {
            path: (await client.get(path)).status_code
            for path in ("/live", "/ready", "/metrics", "/docs", "/register/v1/codes")
        }
        elsewhere = await client.get("/thresholds/v1/rules")

    assert answers == {
        "/live": 200,
        "/ready": 200,
        "/metrics": 200,
        "/docs": 200,
        "/register/v1/codes": 401,
    }
    assert elsewhere.status_code == 404, "another service isn't in this process"


def test_what_fails_unexpectedly_is_said_in_one_line_without_its_text(tmp_path: Path) -> None:
    in_the_way = tmp_path / "Zephyrine"
    in_the_way.touch()

    failed = rollbook("openapi", "--folder", f"{in_the_way}", data_dir=tmp_path)

    assert failed.returncode == 1
    assert failed.stderr.startswith("rollbook: failed: FileExistsError at ")
    assert len(failed.stderr.splitlines()) == 1
    assert "Zephyrine" not in failed.stderr


async def _is_ready(everything: House) -> bool:
    async with everything.anonymous() as anyone:
        ready: bool = (await anyone.get("/ready")).json()["status"] == "ready"
        return ready

"""The private PostgreSQL after a kill: of the server, its starter, or a half-done first start."""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import asyncpg
from servicekit.embedded import embedded_postgres
from support.embedded import (
    AS_ROOT,
    NOBODY,
    ask,
    kill_server,
    note_of,
    open_place,
    recall,
    remember,
    server_process,
)
from support.eventually import eventually

STARTER = """
import pathlib, sys
from servicekit.embedded import embedded_postgres
with embedded_postgres(pathlib.Path(sys.argv[1])) as postgres:
    print(postgres.url, flush=True)
    sys.stdin.read()
"""

BUSY = "DO $$ BEGIN WHILE clock_timestamp() < now() + interval '1 s' LOOP END LOOP; END $$"


def test_what_was_committed_outlives_a_kill_of_the_server(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        remember(postgres.url, "told before the kill")
        kill_server(cluster)

    assert note_of(cluster).exists(), "a killed server leaves its note, or nothing was recovered"
    with embedded_postgres(cluster) as postgres:
        assert recall(postgres.url) == "told before the kill"


def test_a_stranger_with_the_killed_servers_number_is_neither_obeyed_nor_harmed(
    cluster: Path,
) -> None:
    with embedded_postgres(cluster) as postgres:
        remember(postgres.url, "told before the kill")
        kill_server(cluster)
    account = NOBODY.pw_uid if AS_ROOT else None
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=account) as stranger:
        lines = note_of(cluster).read_text().splitlines()
        note_of(cluster).write_text("\n".join([str(stranger.pid), *lines[1:], ""]))

        with embedded_postgres(cluster) as postgres:
            assert recall(postgres.url) == "told before the kill"

        assert stranger.poll() is None


def test_a_note_cut_short_by_a_power_cut_is_in_nobodys_way(cluster: Path) -> None:
    with embedded_postgres(cluster):
        kill_server(cluster)
    note_of(cluster).write_text("")

    with embedded_postgres(cluster) as postgres:
        assert ask(postgres.url, "SELECT 1") == "1"


def test_a_child_of_a_killed_server_is_waited_for(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        remember(postgres.url, "told before the kill")
        asyncio.run(_kill_while_a_child_is_busy(cluster, postgres.url))

    with embedded_postgres(cluster) as postgres:
        assert recall(postgres.url) == "told before the kill"


async def _kill_while_a_child_is_busy(cluster: Path, url: str) -> None:
    busy = await asyncpg.connect(url)
    watch = await asyncpg.connect(url)
    work = asyncio.create_task(busy.execute(BUSY))
    await eventually(
        lambda: watch.fetchval("SELECT count(*) FROM pg_stat_activity WHERE query = $1", BUSY)
    )
    kill_server(cluster)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


def test_a_server_that_outlived_its_starter_gives_way_to_a_new_one(cluster: Path) -> None:
    with subprocess.Popen(  # noqa: S603  # the script above, and no shell between
        [sys.executable, "-c", STARTER, str(cluster)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        starter.kill()
    remember(url, "told when its starter was gone")
    left = server_process(cluster)

    with embedded_postgres(cluster) as postgres:
        assert server_process(cluster) != left
        assert recall(postgres.url) == "told when its starter was gone"


def test_an_interrupted_first_start_leaves_nothing_in_the_way() -> None:
    with open_place() as place:
        unfinished = place / "pgdata-unfinished"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18\n")

        with embedded_postgres(place) as postgres:
            assert ask(postgres.url, "SELECT 1") == "1"

        assert not unfinished.exists()

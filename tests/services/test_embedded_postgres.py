"""The private PostgreSQL: who reaches it, what it keeps, and where it refuses to start."""

import multiprocessing
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from servicekit.embedded import embedded_postgres
from servicekit.errors import EmbeddedPostgresError
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

as_root_only = pytest.mark.skipif(not AS_ROOT, reason="only root lends an account to the server")


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a cluster may be made."""
    with open_place() as path:
        yield path


def test_the_server_is_durable_and_out_of_reach_of_the_network(cluster: Path) -> None:
    expected = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "timezone": "Etc/UTC",
    }

    with embedded_postgres(cluster) as postgres:
        found = {setting: ask(postgres.url, f"SHOW {setting}") for setting in expected}

    assert found == expected


def test_a_setting_asked_for_wins_over_ours(cluster: Path) -> None:
    with embedded_postgres(cluster, settings={"fsync": "off"}) as postgres:
        assert ask(postgres.url, "SHOW fsync") == "off"


def test_a_second_start_finds_what_the_first_was_told(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        remember(postgres.url, "told at the first start")

    with embedded_postgres(cluster) as postgres:
        assert recall(postgres.url) == "told at the first start"


def test_nothing_runs_and_nothing_listens_after_the_block(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        process = server_process(cluster)

    assert not note_of(cluster).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(OSError, match="No such file"):
        ask(postgres.url, "SELECT 1")


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(cluster: Path) -> None:
    with embedded_postgres(cluster):
        assert os.getsid(server_process(cluster)) != os.getsid(0)


def test_a_second_holder_of_the_folder_is_refused_and_the_first_goes_on(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        with (
            pytest.raises(EmbeddedPostgresError, match=f"process {os.getpid()}"),
            embedded_postgres(cluster),
        ):
            pass

        assert ask(postgres.url, "SELECT 1") == "1"


def test_only_the_servers_account_enters_the_data_and_the_socket(cluster: Path) -> None:
    account = NOBODY.pw_uid if AS_ROOT else os.geteuid()

    with embedded_postgres(cluster):
        found = [(cluster / name).stat() for name in ("pgdata", "socket")]

    assert [(stat.S_IMODE(each.st_mode), each.st_uid) for each in found] == [(0o700, account)] * 2


def test_what_a_refused_statement_held_is_not_in_the_servers_log(cluster: Path) -> None:
    with embedded_postgres(cluster) as postgres:
        remember(postgres.url, "a pupil")
        ask(postgres.url, "CREATE UNIQUE INDEX ON kept (what)")
        with pytest.raises(asyncpg.UniqueViolationError):
            ask(postgres.url, "INSERT INTO kept VALUES ('a pupil')")
        with pytest.raises(asyncpg.DataError):
            ask(postgres.url, "SELECT 'a pupil'::int")

    assert "a pupil" not in (cluster / "postgres.log").read_text()


def test_a_server_that_cannot_start_says_why(cluster: Path) -> None:
    with (
        pytest.raises(EmbeddedPostgresError, match="no_such_setting"),
        embedded_postgres(cluster, settings={"no_such_setting": "on"}),
    ):
        pass


def test_all_folders_above_keep_their_permissions(place: Path) -> None:
    folder = place / "a" / "b"
    folder.mkdir(parents=True)
    before = [stat.S_IMODE(parent.stat().st_mode) for parent in folder.parents]

    with embedded_postgres(folder):
        pass

    assert [stat.S_IMODE(parent.stat().st_mode) for parent in folder.parents] == before


@pytest.mark.parametrize("name", ["n" * 120, "a space, a comma & an umläut"])
def test_a_folder_with_a_name_no_socket_could_bear_is_served_from_elsewhere(
    place: Path, name: str
) -> None:
    with embedded_postgres(place / name) as postgres:
        assert ask(postgres.url, "SELECT 1") == "1"
        elsewhere = Path(ask(postgres.url, "SHOW unix_socket_directories"))
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700

    assert not elsewhere.exists()


def test_a_cluster_of_another_major_version_is_refused_by_name(place: Path) -> None:
    pgdata = place / "postgres" / "pgdata"
    pgdata.mkdir(parents=True)
    (pgdata / "PG_VERSION").write_text("17\n")
    if AS_ROOT:
        os.chown(pgdata, NOBODY.pw_uid, NOBODY.pw_gid)

    with (
        pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 17"),
        embedded_postgres(place / "postgres"),
    ):
        pass


@as_root_only
def test_a_cluster_of_another_account_is_refused(place: Path) -> None:
    (place / "postgres" / "pgdata").mkdir(parents=True)  # root's, and the server isn't root

    with (
        pytest.raises(EmbeddedPostgresError, match="belongs to another account"),
        embedded_postgres(place / "postgres"),
    ):
        pass


@as_root_only
def test_a_place_closed_to_the_lent_account_is_refused_and_stays_closed(place: Path) -> None:
    place.chmod(0o700)

    with (
        pytest.raises(EmbeddedPostgresError, match="ROLLBOOK_DATA_DIR"),
        embedded_postgres(place / "postgres"),
    ):
        pass

    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@as_root_only
def test_a_plain_user_has_the_same_server_from_the_programs_in_place(place: Path) -> None:
    folder = place / "postgres"
    os.chown(place, NOBODY.pw_uid, NOBODY.pw_gid)

    def live_through_a_kill() -> None:
        with embedded_postgres(folder) as postgres:
            assert ask(postgres.url, "SHOW fsync") == "on"
            remember(postgres.url, "told by a plain user")
            kill_server(folder)
        with embedded_postgres(folder) as postgres:
            assert recall(postgres.url) == "told by a plain user"

    assert _as_nobody(live_through_a_kill) == 0
    assert not list(folder.glob("server-*"))


def _as_nobody(act: Callable[[], None]) -> int | None:
    """Act in a copy of this process that isn't root, and tell how it ended; 0 is well."""

    def without_privileges() -> None:
        os.setgroups([])
        os.setgid(NOBODY.pw_gid)
        os.setuid(NOBODY.pw_uid)
        act()

    process = multiprocessing.get_context("fork").Process(target=without_privileges)
    process.start()
    process.join(timeout=120)
    return process.exitcode

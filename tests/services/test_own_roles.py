"""Each service logs in to the database as itself: the roles of infra/postgres, carried out.

On a cluster of its own, since roles belong to a whole cluster and other tests need them as they
were; and with passwords asked for, since elsewhere in the tests nobody is asked for one.
"""

import asyncio
import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from os import environ
from pathlib import Path

import asyncpg
import pytest
from attendance.signing import Signatory
from eventlog import SchoolId, Skip, record_fault, skip, skips, standing_faults, try_now
from rich.console import Console
from servicekit.database import open_pool
from servicekit.embedded import embedded_postgres
from servicekit.embedded_programs import programs_for
from servicekit.migrate import migrate
from servicekit.owning import owners_connection
from servicekit.rebuilding import rebuild_all
from servicekit.retaining import drop_year
from servicekit.service import Service, chosen_services
from servicekit.settings import Settings
from support.embedded import ask, open_place
from support.house import house
from support.log import connected, note, whole_log
from support.postgres import FORGETFUL, on_database

ROLES = Path(__file__).parents[2] / "infra/postgres/roles.sql"
SERVICES = {service.name: service for service in chosen_services([])}
OWNER = "rollbook_owner"
PASSWORDS = {
    "ROLLBOOK_OWNER_PASSWORD": "owner's own",
    "ROLLBOOK_REGISTER_PASSWORD": "register\\'s $1",
    "ROLLBOOK_THRESHOLDS_PASSWORD": "thresholds: @/?#",
    "ROLLBOOK_NOTIFICATIONS_PASSWORD": 'notifications "quoted"',
}
SCHOOL = {
    "name": "Elmbridge Primary",
    "la_code": "886",
    "phase": "primary",
    "sessions": {
        "AM": {"starts": "08:55", "closes": "09:25"},
        "PM": {"starts": "13:00", "closes": "13:20"},
    },
    "by": {"name": "A. Head", "position": "Head teacher"},
}


class Cluster:
    """A running server, by its superuser's URL."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url

    def as_role(self, role: str, database: str = "rollbook") -> str:
        """Point at a database as one of its roles; the password is left to PGPASSWORD."""
        return on_database(self.url, database).replace("//postgres@", f"//{role}@")

    def run_script(self, script: Path) -> None:
        """Run a script as the official image does."""
        psql = str(programs_for(self.folder).folder / "psql")
        run = [psql, "--set=ON_ERROR_STOP=1", "--no-psqlrc", f"--file={script}", self.url]
        subprocess.run(run, env=environ | PASSWORDS, check=True)  # noqa: S603  # our own script

    def ask_for_passwords(self, database: str) -> None:
        """Let nobody into a database without its role's password."""
        rules = self.folder / "pgdata/pg_hba.conf"
        rules.write_text(f"local {database} all scram-sha-256\n{rules.read_text()}")
        ask(self.url, "SELECT pg_reload_conf()")


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    """Run a cluster in which nobody has made a role."""
    with (
        open_place() as place,
        embedded_postgres(place / "postgres", settings=FORGETFUL) as postgres,
    ):
        yield Cluster(postgres.folder, postgres.url)


def password_of(role: str) -> str:
    """Look up what a role logs in with."""
    return PASSWORDS[f"{role.upper()}_PASSWORD"]


async def register_school(
    prepared: Cluster, urn: int, place: Path, environment: pytest.MonkeyPatch
) -> int:
    """Register a school through the register's own login, and say how far its log has come."""
    environment.setenv("PGPASSWORD", password_of("rollbook_register"))
    url = prepared.as_role("rollbook_register")
    async with (
        house(url, place, services=("register-api",)) as rollbook,
        rollbook.client() as client,
    ):
        answer = await client.put(f"/register/v1/schools/{urn}", json=SCHOOL)
    assert answer.is_success, answer.text
    position: int = answer.json()["position"]
    return position


@pytest.fixture(scope="module")
def prepared() -> Iterator[Cluster]:
    """A cluster with the roles of the script, migrated by the owner."""
    with new_cluster() as cluster, pytest.MonkeyPatch.context() as environment:
        cluster.run_script(ROLES)
        cluster.ask_for_passwords("rollbook")
        environment.setenv("PGPASSWORD", password_of(OWNER))
        migrate(cluster.as_role(OWNER))
        yield cluster


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Each service in turn, with the password of its role in the environment."""
    chosen = SERVICES[request.param]
    monkeypatch.setenv("PGPASSWORD", password_of(chosen.role))
    return chosen


async def test_a_service_is_ready_and_keeps_up_under_its_own_login(
    prepared: Cluster, service: Service, tmp_path: Path
) -> None:
    async with (
        house(prepared.as_role(service.role), tmp_path, services=(service.name,)) as rollbook,
        rollbook.client() as client,
    ):
        await rollbook.settle()
        answer = await client.get("/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_a_school_registered_under_one_login_is_known_under_another(
    prepared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = await register_school(prepared, 136412, tmp_path, monkeypatch)
    monkeypatch.setenv("PGPASSWORD", password_of("rollbook_thresholds"))
    following = house(prepared.as_role("rollbook_thresholds"), tmp_path, services=("thresholds",))
    async with following as rollbook, rollbook.client() as client:
        await rollbook.settle()
        alerts = await client.get(
            "/thresholds/v1/alerts", params={"urn": 136412, "min_position": position}
        )

    assert (alerts.status_code, alerts.json()["items"]) == (200, [])


async def test_a_login_is_refused_the_role_of_another_service(
    prepared: Cluster, service: Service
) -> None:
    settings = Settings(DATABASE_URL=prepared.as_role(service.role))

    for other in SERVICES.values():
        if other is not service:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await open_pool(settings, other.role)


async def test_a_login_reads_its_own_schema_and_the_log_and_nothing_else(
    prepared: Cluster, service: Service
) -> None:
    connection = await asyncpg.connect(prepared.as_role(service.role))
    try:
        readable = await connection.fetch(
            """
            SELECT DISTINCT schemaname FROM pg_tables
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
               AND CASE WHEN has_schema_privilege(schemaname, 'USAGE')
                        THEN has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')
                   END
            """
        )
    finally:
        await connection.close()

    assert {row["schemaname"] for row in readable} == {
        "eventlog",
        service.role.removeprefix("rollbook_"),
    }


def test_a_login_without_its_password_is_refused(
    prepared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "a guess")

    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(prepared.as_role("rollbook_register"), "SELECT 1")


def test_a_role_that_belongs_to_nobody_here_cannot_even_connect(
    prepared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(prepared.url, "CREATE ROLE passer_by LOGIN PASSWORD 'known'")
    monkeypatch.setenv("PGPASSWORD", "known")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(prepared.as_role("passer_by"), "SELECT 1")


async def test_the_owner_may_rebuild_what_a_service_keeps(
    prepared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register_school(prepared, 136413, tmp_path, monkeypatch)
    monkeypatch.setenv("PGPASSWORD", password_of(OWNER))
    settings = Settings(DATABASE_URL=prepared.as_role(OWNER))

    rebuilt = await rebuild_all(settings, "register", Console(file=io.StringIO()))

    assert rebuilt >= 1


async def test_the_owner_itself_sees_one_school_at_a_time_and_none_unasked(
    prepared: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for urn in (136414, 136415):
        await register_school(prepared, urn, tmp_path, monkeypatch)
    monkeypatch.setenv("PGPASSWORD", password_of(OWNER))
    seen = {}
    for whose in (None, "136414"):
        async with connected(prepared.as_role(OWNER), role=None, whose=whose) as owner:
            rows = await owner.fetch("SELECT DISTINCT school_id FROM eventlog.event")
            seen[whose] = [row["school_id"] for row in rows]

    assert seen == {None: [], "136414": [136414]}


async def test_the_owner_drops_a_recording_year_and_a_service_can_t(
    prepared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, now = datetime(2019, 9, 9, 9, 0, tzinfo=UTC), datetime.now(UTC)
    by, school = Signatory("D. Lead", "Data protection lead"), SchoolId(136416)
    monkeypatch.setenv("PGPASSWORD", password_of("rollbook_register"))
    async with owners_connection(prepared.as_role("rollbook_register")) as service:
        await note(service, school, events=3, at=old)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await drop_year(service, [], 2019, by=by, now=now)
    monkeypatch.setenv("PGPASSWORD", password_of(OWNER))
    async with owners_connection(prepared.as_role(OWNER)) as owner:
        dropped = await drop_year(owner, [], 2019, by=by, now=now)
        kinds = [event.kind for event in await whole_log(owner, school)]

    assert dropped == 1
    assert kinds == ["Noted.v1"] * 3 + ["RecordingYearDropped.v1"], "nobody said what these are"


async def test_the_owner_has_a_fault_tried_at_once_and_its_event_skipped(
    prepared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, school = datetime.now(UTC), SchoolId(136417)
    monkeypatch.setenv("PGPASSWORD", password_of("rollbook_thresholds"))
    async with owners_connection(prepared.as_role("rollbook_thresholds")) as service:
        await record_fault(service, "thresholds", school, position=1, error="X at y", now=now)
    monkeypatch.setenv("PGPASSWORD", password_of(OWNER))
    skipped = Skip(
        consumer="thresholds",
        school=school,
        position=1,
        reason="A trial of ours.",
        by_name="O. Perator",
        by_position="On call",
        skipped_at=now,
    )
    async with owners_connection(prepared.as_role(OWNER)) as owner:
        await try_now(owner, "thresholds", school, now=now)
        [tried] = await standing_faults(owner, "thresholds", school)
        await skip(owner, skipped)

        assert tried.next_try_at == now
        assert await standing_faults(owner, "thresholds", school) == []
        assert await skips(owner) == [skipped]


def test_a_database_whose_owner_is_no_superuser_is_migrated_and_served() -> None:
    """As on a hosted PostgreSQL: one login that may make roles, and owns one database."""

    async def open_each(url: str) -> None:
        for service in SERVICES.values():
            pool = await open_pool(Settings(DATABASE_URL=url), service.role)
            await pool.close()

    with new_cluster() as cluster:
        ask(cluster.url, "CREATE ROLE customer LOGIN CREATEROLE")
        ask(cluster.url, "CREATE DATABASE hosted OWNER customer")

        migrate(cluster.as_role("customer", "hosted"))
        asyncio.run(open_each(cluster.as_role("customer", "hosted")))

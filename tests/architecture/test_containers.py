"""The compose file, held to what the services need. No container is started here."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
from architecture.containers import (
    ROOT,
    environment_of,
    interpolated,
    only,
    read_compose,
    read_dockerfile,
    variables_in,
)
from cryptography.fernet import Fernet
from servicekit.app import FINISH_SECONDS
from servicekit.cli import app
from servicekit.embedded_programs import POSTGRES_MAJOR
from servicekit.health import operation
from servicekit.process import GRACE_SECONDS
from servicekit.service import chosen_services
from servicekit.settings import Settings

IMAGE = read_dockerfile(ROOT / "infra/Dockerfile")[-1]
IMAGE_ENVIRONMENT = environment_of(IMAGE)
COMPOSE = read_compose()
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
POSTGRES = CONTAINERS["postgres"]
SERVICES = {service.name: service for service in chosen_services([])}
OURS = [*SERVICES, "migrate"]
ROLES_SQL = (ROOT / "infra/postgres/roles.sql").read_text()

SETTINGS = {
    str(field.validation_alias or f"ROLLBOOK_{name.upper()}")
    for name, field in Settings.model_fields.items()
}
OF_POSTGRES = {"PGPASSWORD"}  # read by the driver
MAKES_DOT_ENV = re.compile(r"<<'END'\n(?P<program>.*?)\nEND", re.DOTALL)


def made_dot_env() -> dict[str, str]:
    """Make .env as docs/running.md tells the reader to."""
    program = MAKES_DOT_ENV.search((ROOT / "docs/running.md").read_text())
    assert program is not None
    made = subprocess.run(
        [sys.executable, "-"], input=program["program"], capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in made.stdout.splitlines())


DOT_ENV = made_dot_env()


@contextmanager
def something_that_answers(status: int) -> Iterator[int]:
    """Answer /ready with a status, and nothing else, on the port that is yielded."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/ready" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def health_checks() -> list[Any]:
    """Every health check of ours: the image's, and those of the compose file."""
    of_compose = [
        pytest.param(CONTAINERS[name]["healthcheck"]["test"][1:], id=name) for name in SERVICES
    ]
    return [pytest.param(only(IMAGE, "HEALTHCHECK").words, id="image"), *of_compose]


def test_the_compose_file_keeps_to_the_published_schema() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema=vendor.compose-spec"]
    checked = subprocess.run(  # noqa: S603  # a tool of ours on a file of ours
        [*checker, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_is_a_container_for_each_service_one_that_migrates_and_the_database() -> None:
    assert set(CONTAINERS) == {*OURS, "postgres"}
    assert {name: CONTAINERS[name]["command"] for name in SERVICES} == {
        name: ["run", name] for name in SERVICES
    }


@pytest.mark.parametrize(
    "command",
    [only(IMAGE, "CMD").words, *(CONTAINERS[name]["command"] for name in OURS)],
    ids=" ".join,
)
def test_a_containers_command_is_one_that_rollbook_has(command: list[str]) -> None:
    rollbook = typer.main.get_command(app)
    with rollbook.make_context("rollbook", list(command)) as context:
        name, found, arguments = rollbook.resolve_command(context, list(command))  # type: ignore[attr-defined]  # a group, as there are several commands

        assert name == command[0]
        assert found.make_context(name, arguments, parent=context)


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_container_is_a_setting(name: str) -> None:
    ours = {each for each in IMAGE_ENVIRONMENT if each.startswith("ROLLBOOK_")}

    assert (set(CONTAINERS[name]["environment"]) | ours) - OF_POSTGRES <= SETTINGS


@pytest.mark.parametrize("name", SERVICES)
def test_the_settings_of_a_container_fit_its_service(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = CONTAINERS[name]
    for variable, value in interpolated(container["environment"], DOT_ENV).items():
        monkeypatch.setenv(variable, value)
    for variable, value in IMAGE_ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)

    settings = Settings()

    database = urlsplit(str(settings.database_url))
    role = SERVICES[name].role
    assert (database.username, database.password) == (role, None)
    assert container["environment"]["PGPASSWORD"] == f"${{{role.upper()}_PASSWORD:?}}"
    assert database.hostname in CONTAINERS
    assert [f"127.0.0.1:{urlsplit(settings.base_url).port}:{settings.port}"] == container["ports"]
    assert container["volumes"] == [f"keys:{settings.data_dir}"]


def test_no_two_containers_publish_the_same_port() -> None:
    published = [port for container in CONTAINERS.values() for port in container.get("ports", [])]

    assert len(set(published)) == len(SERVICES)


def test_the_migration_runs_as_the_owner_of_the_database() -> None:
    given = CONTAINERS["migrate"]["environment"]

    assert urlsplit(given["DATABASE_URL"]).username == "rollbook_owner"
    assert "CREATE DATABASE rollbook OWNER rollbook_owner;" in ROLES_SQL
    assert urlsplit(given["DATABASE_URL"]).path == "/rollbook"


def test_the_database_is_made_with_a_login_for_each_service() -> None:
    logins = dict(re.findall(r"CREATE ROLE (\w+) LOGIN PASSWORD :'(\w+)';", ROLES_SQL))
    read = dict(re.findall(r"\\getenv (\w+) (\w+)", ROLES_SQL))

    assert set(logins) == {"rollbook_owner", *(service.role for service in SERVICES.values())}
    assert {role: read[variable] for role, variable in logins.items()} == {
        role: f"{role.upper()}_PASSWORD" for role in logins
    }
    assert set(read.values()) <= set(POSTGRES["environment"])


def test_the_database_runs_the_script_of_the_roles_when_it_is_new() -> None:
    mounted = dict(each.removesuffix(":ro").split(":", 1) for each in POSTGRES["volumes"])

    assert mounted["./infra/postgres/roles.sql"].startswith("/docker-entrypoint-initdb.d/")
    assert mounted["records"] == "/var/lib/postgresql"  # where the image keeps it, since 18
    assert POSTGRES["image"].startswith(f"postgres:{POSTGRES_MAJOR}-")


def test_no_service_starts_before_the_schema_is_there() -> None:
    for name in SERVICES:
        waits_for = CONTAINERS[name]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}
    assert CONTAINERS["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_a_container_may_do_nothing_that_it_need_not(name: str) -> None:
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


def test_a_container_is_given_the_time_to_finish_what_it_has_in_hand() -> None:
    for name in SERVICES:
        given = timedelta(seconds=int(CONTAINERS[name]["stop_grace_period"].removesuffix("s")))
        assert given > timedelta(seconds=GRACE_SECONDS + FINISH_SECONDS)


@pytest.mark.parametrize("check", health_checks())
def test_a_container_is_healthy_when_it_is_ready_and_not_before(check: list[str]) -> None:
    def outcome(port: int) -> int:
        python, *arguments = check
        assert python == "python"
        done = subprocess.run(  # noqa: S603  # what the files under test say
            [sys.executable, *arguments],
            env={"ROLLBOOK_PORT": str(port)},
            capture_output=True,
            check=False,
        )
        return done.returncode

    with something_that_answers(200) as ready, something_that_answers(503) as unavailable:
        assert (outcome(ready), outcome(unavailable)) == (0, 1)
    assert outcome(ready) != 0
    assert "/ready" in {getattr(route, "path", None) for route in operation.routes}


def test_the_documentation_makes_every_variable_that_compose_refuses_to_go_without() -> None:
    wanted = dict(variables_in((ROOT / "docker-compose.yml").read_text()))

    assert set(DOT_ENV) == {name for name, required in wanted.items() if required}
    assert len(set(DOT_ENV.values())) == len(DOT_ENV)
    assert Fernet(DOT_ENV["ROLLBOOK_SECRETS_KEY"])

"""The `rollbook` command. Reads the command line and the environment; does nothing itself."""

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
import uvloop
from attendance.errors import AttendanceError
from eventlog import EventLogError
from rich.console import Console

from servicekit.errors import ServicekitError
from servicekit.faults_command import faults
from servicekit.logs import configure_logs, described
from servicekit.migrate import migrate as migrate_database
from servicekit.openapi import write_documents
from servicekit.process import companion_called, database_for, quieten_collector, serve
from servicekit.rebuilding import rebuild_all
from servicekit.retention_command import retention
from servicekit.service import chosen_services
from servicekit.settings import read_settings
from servicekit.tokens import mint_local_token

COMMANDS = "rollbook.commands"
LOG_FILE = "rollbook.log"  # beside a companion, which has the terminal to itself

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True)
# Lines stay whole, so that a command printed for copying can be copied.
say = partial(console.print, highlight=False, markup=False, soft_wrap=True)


@app.command()
def run(
    services: Annotated[
        list[str] | None, typer.Argument(help="which services; all in one process when none")
    ] = None,
    with_: Annotated[
        str | None, typer.Option("--with", help="a companion to run beside: demonstration")
    ] = None,
) -> None:
    """Serve. With DATABASE_URL unset, on an embedded PostgreSQL, started and migrated first."""
    settings = read_settings()
    if with_ is None:
        configure_logs(settings.log_format)
        serve(settings, services or [], None, say)
        return
    companion = companion_called(with_)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / LOG_FILE).open("a", buffering=1) as lines:
        console.print(f"The log goes to {lines.name}", highlight=False, soft_wrap=True)
        configure_logs(settings.log_format, lines)
        serve(settings, services or [], companion, say)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; safe to run again, and from several places."""
    with database_for(read_settings()) as settings:
        migrate_database(str(settings.database_url))
    console.print("The schema is the newest.")


@app.command()
def token(
    scope: Annotated[list[str], typer.Option(help="a scope; may be given several times")],
    urn: Annotated[list[str] | None, typer.Option(help='a school\'s URN, or "*" for all')] = None,
    la: Annotated[
        str | None, typer.Option(help="a local authority's code, instead of schools")
    ] = None,
    name: Annotated[str | None, typer.Option(help="the person's name")] = None,
    position: Annotated[str | None, typer.Option(help="the person's position")] = None,
    minutes: Annotated[int, typer.Option(min=1, help="how long it is good for")] = 480,
) -> None:
    """Print a bearer token signed with this machine's local key; no server elsewhere accepts it."""
    if (not urn) == (la is None):
        raise typer.BadParameter("give --urn (a URN or *), or --la, not both")
    claims: dict[str, object] = {"la": la} if la else {"urns": "*" if urn == ["*"] else urn}
    claims |= {key: value for key, value in (("name", name), ("position", position)) if value}
    typer.echo(mint_local_token(read_settings(), " ".join(scope), claims, minutes=minutes))


@app.command()
def rebuild(
    consumer: Annotated[str, typer.Argument(help="register, thresholds, …")],
    *,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="don't go on with an interrupted rebuild")
    ] = False,
) -> None:
    """Make a consumer's read model anew from the log, beside the one in use, school by school.

    Interrupted, the same command goes on with what was made, unless the code has changed.
    """
    quieten_collector()
    try:
        with database_for(read_settings()) as settings:
            schools = uvloop.run(rebuild_all(settings, consumer, console, afresh=afresh))
    except KeyboardInterrupt:
        console.print("Interrupted: the same command goes on from here.")
        raise
    console.print(f"Rebuilt {consumer} for {schools} school(s).")


@app.command()
def openapi(
    folder: Annotated[Path, typer.Option(help="where the documents are written")] = Path("openapi"),
) -> None:
    """Write each service's OpenAPI document from the code."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in write_documents(chosen_services([]), folder):
        console.print(f"wrote {file}")


def main() -> None:
    """Run the command line, never with a traceback: its last line may repeat a pupil's record.

    A refusal of ours is one line and exit 2; anything else that fails is one line and exit 1.
    """
    app.add_typer(retention, name="retention")
    app.add_typer(faults, name="faults")
    for point in entry_points(group=COMMANDS):
        _add(point.name, point.load())
    try:
        app()
    except (ServicekitError, EventLogError, AttendanceError) as refusal:
        errors.print(f"rollbook: {refusal}", highlight=False, soft_wrap=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(os.EX_OK) from None
    finally:
        sys.excepthook = _said_in_one_line  # at the end, since Typer puts its own there


def _add(name: str, command: typer.Typer | Callable[..., None]) -> None:
    """Take in a package's command, or its several under one word."""
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name)(command)


def _said_in_one_line(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    errors.print(f"rollbook: failed: {described(error)}", highlight=False, soft_wrap=True)

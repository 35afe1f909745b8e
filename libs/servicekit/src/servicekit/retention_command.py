"""`rollbook retention`: what may go, what is held back, and the dropping itself.

Reads the command line and says what came of it; decides nothing.
"""

from typing import Annotated, Final
from uuid import UUID, uuid4

import typer
from attendance.events import Signatory
from attendance.holds import LiftHold, PlaceHold
from attendance.identifiers import PupilId, Urn
from attendance.retention_events import HoldId
from rich.console import Console
from rich.table import Table

from servicekit import holding, retaining
from servicekit.choosing import called
from servicekit.clock import system_clock
from servicekit.owning import as_owner
from servicekit.retaining import YearReport
from servicekit.service import chosen_services

COLUMNS: Final = ("Recorded in", "Events", "Schools", "Youngest", "May go on", "Held by", "Dropped")

By = Annotated[str, typer.Option(help="the person who answers for it")]
Position = Annotated[str, typer.Option(help="the person's position")]
Reason = Annotated[str, typer.Option(help="why; no pupil's name")]
UrnArgument = Annotated[int, typer.Argument(min=100_000, max=999_999, help="the school's URN")]

retention = typer.Typer(
    no_args_is_help=True, help="What is kept after six years: report, hold, release, drop."
)
console = Console()


@retention.command()
def report() -> None:
    """List the recording years, when each may go, and how many holds stand in its way."""
    table = Table(*COLUMNS)
    for each in as_owner(retaining.report):
        table.add_row(*_row(each))
    console.print(table)


@retention.command()
def drop(
    year: Annotated[
        int, typer.Argument(min=2000, max=9998, help="the year it began: 2026 for 2026-27")
    ],
    by: By,
    position: Position,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask whether that is meant")] = False,
) -> None:
    """Drop every entry recorded in a year, of all schools, once none has to be kept. For good."""
    if not yes:
        typer.confirm(f"Drop every entry recorded in {called(year)}, of all schools?", abort=True)
    person = Signatory(by, position)
    services = chosen_services([])
    schools = as_owner(
        lambda conn: retaining.drop_year(conn, services, year, by=person, now=system_clock())
    )
    if schools is None:
        console.print(f"{called(year)} was dropped before; nothing was done.", highlight=False)
    else:
        console.print(f"Dropped {called(year)} of {schools} school(s).", highlight=False)


@retention.command()
def hold(
    urn: UrnArgument,
    reason: Reason,
    by: By,
    position: Position,
    pupil: Annotated[
        str | None, typer.Option(help="only what names this pupil, by the school's identifier")
    ] = None,
) -> None:
    """Keep a school's entries, or one pupil's, until released; prints the hold's name."""
    command = PlaceHold(
        hold=HoldId(uuid4()),
        pupil=None if pupil is None else PupilId(pupil),
        reason=reason,
        by=Signatory(by, position),
    )
    as_owner(lambda conn: holding.place(conn, Urn(urn), command, system_clock()))
    typer.echo(command.hold)


@retention.command()
def release(
    urn: UrnArgument,
    hold: Annotated[UUID, typer.Argument(help="the hold's name, as it was printed")],
    reason: Reason,
    by: By,
    position: Position,
) -> None:
    """Lift a hold: what it kept goes by the law's years alone."""
    command = LiftHold(hold=HoldId(hold), reason=reason, by=Signatory(by, position))
    as_owner(lambda conn: holding.lift(conn, Urn(urn), command, system_clock()))
    console.print("Released.")


def _row(each: YearReport) -> tuple[str, ...]:
    return (
        called(each.year),
        f"{each.events:,}",
        f"{each.schools:,}",
        f"{each.youngest_at.date()}" if each.youngest_at else "",
        f"{each.may_go_on}" if each.may_go_on and each.dropped_at is None else "",
        f"{each.holds}" if each.holds else "",
        f"{each.dropped_at.date()}" if each.dropped_at else "",
    )

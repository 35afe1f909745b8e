"""`rollbook benchmarks`: takes in the Department's files. Decides nothing, and holds no SQL."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from servicekit.database import of_every_school, open_pool
from servicekit.process import database_for
from servicekit.service import chosen_services
from servicekit.settings import Settings, read_settings

from thresholds.access import NAME
from thresholds.benchmarks import table
from thresholds.benchmarks.file import benchmarks_in
from thresholds.benchmarks.published import Benchmark
from thresholds.errors import BenchmarksRefused

benchmarks = typer.Typer(
    no_args_is_help=True, help="Published figures, for schools' own to stand beside."
)


@benchmarks.callback()
def _takes_a_word() -> None:
    """Published figures, for schools' own to stand beside."""


@benchmarks.command()
def load(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="CSV of «Pupil attendance in schools», as published"
        ),
    ],
) -> None:
    """Take in a file of the Department's: all of it, in the place of what there was of its time."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            read = benchmarks_in(lines)
    except UnicodeDecodeError:
        _refuse("Nothing was stored.\nThe file isn't in UTF-8.")
    except BenchmarksRefused as refused:
        _refuse(f"{refused}")
    with database_for(read_settings()) as settings:
        uvloop.run(_store(settings, read))
    times = ", ".join(sorted({f"{each.time_period} ({each.identifier})" for each in read}))
    typer.echo(f"Loaded {len(read)} rows of {times}.")


async def _store(settings: Settings, read: list[Benchmark]) -> None:
    (service,) = chosen_services([NAME])
    pool = await open_pool(settings, service.role)
    async with pool, of_every_school(pool) as conn, conn.transaction():
        await table.replace(conn, read)


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)

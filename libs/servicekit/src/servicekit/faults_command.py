"""`rollbook faults`: what consumers can't go on with, trying it at once, and passing it over.

Reads the command line and says what came of it; decides nothing. A retry is left to the running
service, which alone has the consumer's right to its tables.
"""

import asyncio
import time
from collections.abc import Iterable
from functools import partial
from typing import Annotated, Final

import typer
from attendance.signing import Signatory, unsigned
from eventlog import Connection, Fault, SchoolId, Skip, skip, skips, standing_faults, try_now
from rich.console import Console
from rich.table import Table

from servicekit.clock import system_clock
from servicekit.errors import SkipRefused
from servicekit.owning import as_owner

FAULT_COLUMNS: Final = ("Consumer", "School", "Position", "Since", "Tries", "Next", "Error")
SKIP_COLUMNS: Final = ("Consumer", "School", "Position", "Skipped", "By", "Reason")
INSTANT: Final = "%Y-%m-%d %H:%M:%S"

LOOK_SECONDS: Final = 0.1

ConsumerOption = Annotated[str, typer.Option(help="thresholds or notifications")]
UrnOption = Annotated[int, typer.Option(min=100_000, max=999_999, help="the school's URN")]

faults = typer.Typer(help="What consumers can't go on with: list, retry, skip.")
console = Console()
say = partial(console.print, highlight=False, markup=False, soft_wrap=True)


@faults.callback(invoke_without_command=True)
def listed(context: typer.Context) -> None:
    """List the schools that a consumer can't go on with, and the events that are passed over."""
    if context.invoked_subcommand is not None:
        return
    standing, skipped = as_owner(_known)
    if standing:
        console.print(_table(FAULT_COLUMNS, map(_fault_row, standing)))
        say("Once that is mended: rollbook faults retry")
    else:
        console.print("No consumer is held back.")
    if skipped:
        console.print(_table(SKIP_COLUMNS, map(_skip_row, skipped)))


@faults.command()
def retry(
    consumer: Annotated[str | None, typer.Option(help="one consumer's alone")] = None,
    urn: Annotated[int | None, typer.Option(help="one school's alone")] = None,
    seconds: Annotated[float, typer.Option(min=0, help="how long to wait for the service")] = 10,
) -> None:
    """Have the running service try at once what it can't go on with; say what became of it."""
    school = None if urn is None else SchoolId(urn)
    tried = as_owner(lambda conn: _retried(conn, consumer, school, seconds))
    if not tried:
        console.print("No consumer is held back there.")
    for before, after in tried:
        say(f"{before.consumer} of school {before.school} {_became(before, after)}")
    if any(after for _, after in tried):
        raise SystemExit(1)


@faults.command(name="skip")
def pass_over(
    consumer: ConsumerOption,
    urn: UrnOption,
    position: Annotated[int, typer.Option(min=1, help="of the event, as the list has it")],
    reason: Annotated[str, typer.Option(help="why; no pupil's name")],
    by_name: Annotated[str, typer.Option(help="the person who answers for it")],
    by_position: Annotated[str, typer.Option(help="the person's position")],
) -> None:
    """Have a consumer pass over the event it can't go on with, for good; that is on record."""
    for refusal in unsigned(Signatory(by_name, by_position)):
        raise SkipRefused(refusal.detail)
    if not reason.strip():
        raise SkipRefused("Say why the event is passed over.")
    skipped = Skip(
        consumer=consumer,
        school=SchoolId(urn),
        position=position,
        reason=reason.strip(),
        by_name=by_name,
        by_position=by_position,
        skipped_at=system_clock(),
    )
    as_owner(lambda conn: _skipped(conn, skipped))
    say(f"{consumer} passes over position {position} of {urn}: what it shows lacks that event.")


async def _known(conn: Connection) -> tuple[list[Fault], list[Skip]]:
    return await standing_faults(conn), await skips(conn)


async def _retried(
    conn: Connection, consumer: str | None, school: SchoolId | None, seconds: float
) -> list[tuple[Fault, Fault | None]]:
    """End the delays, and wait until each fault has been tried, some seconds at most.

    Returns:
        Each fault as it stood before, and what stands of its consumer and school now.
    """
    before = await standing_faults(conn, consumer, school)
    await try_now(conn, consumer, school, now=system_clock())
    deadline = time.monotonic() + seconds
    while True:
        standing = await standing_faults(conn, consumer, school)
        now = {(fault.consumer, fault.school): fault for fault in standing}
        tried = [(fault, now.get((fault.consumer, fault.school))) for fault in before]
        if time.monotonic() > deadline or not any(_untried(*each) for each in tried):
            return tried
        await asyncio.sleep(LOOK_SECONDS)


async def _skipped(conn: Connection, skipped: Skip) -> None:
    async with conn.transaction():
        await skip(conn, skipped)


def _untried(before: Fault, after: Fault | None) -> bool:
    """Whether a fault still stands as it did: trying it clears it, or counts."""
    return after is not None and (after.first_at, after.attempts) == (
        before.first_at,
        before.attempts,
    )


def _became(before: Fault, after: Fault | None) -> str:
    if after is None:
        return "goes on."
    if _untried(before, after):
        return "hasn't been tried: is its service running?"
    if after.position != before.position:
        return f"went on to position {after.position}, and is held back there: {after.error}"
    return f"is held back at position {after.position} still: {after.error}"


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(*columns)
    for row in rows:
        table.add_row(*row)
    return table


def _fault_row(fault: Fault) -> tuple[str, ...]:
    return (
        fault.consumer,
        f"{fault.school}",
        f"{fault.position}",
        f"{fault.first_at:{INSTANT}}",
        f"{fault.attempts}",
        f"{fault.next_try_at:{INSTANT}}",
        fault.error,
    )


def _skip_row(skipped: Skip) -> tuple[str, ...]:
    return (
        skipped.consumer,
        f"{skipped.school}",
        f"{skipped.position}",
        f"{skipped.skipped_at:{INSTANT}}",
        f"{skipped.by_name}, {skipped.by_position}",
        skipped.reason,
    )

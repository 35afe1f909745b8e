"""`rollbook seed`: fills a running Rollbook with a simulated school, as an MIS would, over HTTP."""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated, Final

import httpx
import typer
from servicekit.settings import read_settings
from servicekit.tokens import mint_local_token

from demonstration.client import Rollbook
from demonstration.errors import DemonstrationError
from demonstration.progress import progress_of
from demonstration.seeding import Plan, open_school, post_registers, work_out
from demonstration.shares import Phase

SCHOOL: Final = 999001  # no school has it: real URNs are lower
SEED: Final = 2024
CLASSES: Final = 7
SCOPE: Final = "schools:write admissions:write register:write register:amend"  # decides leave


def seed(
    school: Annotated[int, typer.Option(help="URN.", min=100_000, max=999_999)] = SCHOOL,
    phase: Annotated[
        Phase, typer.Option(help="Whose published figures it follows.")
    ] = Phase.PRIMARY,
    classes: Annotated[int, typer.Option(help="How many classes.", min=1, max=200)] = CLASSES,
    random_seed: Annotated[
        int, typer.Option("--seed", help="The same number makes the same school.")
    ] = SEED,
    today: Annotated[
        datetime | None,
        typer.Option(help="Post the school weeks before this day.", formats=["%Y-%m-%d"]),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Where Rollbook listens; by default on this machine.")
    ] = None,
) -> None:
    """Post a simulated school with a term of marks. Interrupted, run it again: nothing is doubled.

    No pupil in it exists. The figures follow what the Department for Education published.
    """
    plan = Plan(
        urn=school,
        phase=phase,
        classes=classes,
        seed=random_seed,
        today=today.date() if today else today_at_most(),
    )
    settings = read_settings()
    token = mint_local_token(settings, SCOPE, {"urns": [school]}, minutes=60)
    try:
        asyncio.run(_seed(plan, url or f"http://127.0.0.1:{settings.port}", token))
    except DemonstrationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def today_at_most() -> date:
    """Give the date in UTC, which is never after England's: a day before it is over in both."""
    return datetime.now(UTC).date()


async def _seed(plan: Plan, url: str, token: str) -> None:
    school = work_out(plan)
    async with httpx.AsyncClient(base_url=url) as http:
        rollbook = Rollbook(http, token)
        with progress_of(school.requests) as step:
            await open_school(rollbook, school, step)
            await post_registers(rollbook, school, school.registers, step)
    typer.echo(
        f"School {plan.urn}: {len(school.registers)} registers, "
        f"the last of {school.last_day:%A %d %B %Y}. All simulated; no pupil in it exists."
    )

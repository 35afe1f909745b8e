"""Beside `rollbook run --with demonstration`: a simulated school, and an authority that listens.

An outsider like any other: it waits until Rollbook is ready, then does everything over HTTP. The
first start posts a term of marks; the last week of it comes after the authority has subscribed,
so that the story's alert is delivered.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from servicekit.process import Company

from demonstration.bodies import LA_CODE
from demonstration.client import Rollbook
from demonstration.commands import CLASSES, SCHOOL, SEED, today_at_most
from demonstration.errors import DemonstrationError
from demonstration.loopback import served
from demonstration.memory import Memory, Subscribed, recall, remember
from demonstration.progress import progress_of
from demonstration.sandbox import EVENTS_PATH, Inbox, sandbox_app
from demonstration.seeding import Plan, SchoolToSeed, open_school, post_registers, work_out
from demonstration.shares import Phase
from demonstration.welcome import welcome

SCHOOL_SCOPE: Final = (
    "schools:write admissions:write register:read register:write register:amend "
    "alerts:read events:read"
)
AUTHORITY_SCOPE: Final = "subscriptions:manage"
# Alerts only: the authority would otherwise be told of every admission of the seeding too.
EVENTS_WANTED: Final = tuple(
    f"uk.attendance.threshold-{what}.v1" for what in ("met", "withdrawn", "corrected")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the demonstration is set up with."""

    rollbook: Rollbook  # as the school's MIS
    authority: Rollbook  # as the authority's system
    inbox: Inbox
    endpoint: str  # where the inbox takes events
    data_dir: Path


async def accompany(company: Company) -> None:
    """Run the demonstration until cancelled.

    If it can't be set up that is said, and Rollbook runs on without it.
    """
    await company.ready()
    inbox = Inbox()
    port = urlsplit(company.base_url).port or 0
    async with (
        served(sandbox_app(inbox), preferred_port=port + 1) as sandbox_url,
        httpx.AsyncClient(base_url=company.base_url) as http,
    ):
        token = _school_token(company)
        stage = Stage(
            rollbook=Rollbook(http, token),
            authority=Rollbook(http, _authority_token(company)),
            inbox=inbox,
            endpoint=f"{sandbox_url}{EVENTS_PATH}",
            data_dir=company.settings.data_dir,
        )
        try:
            school = await _set_up(stage)
            company.say(welcome(school, company.base_url, sandbox_url, token))
        except DemonstrationError as error:
            company.say(f"The demonstration could not be set up: {error}")
        await asyncio.Event().wait()


def _school_token(company: Company) -> str:
    return company.mint(
        SCHOOL_SCOPE,
        urns=[SCHOOL],
        client_id="demonstration",
        name="D. Visitor",
        position="Attendance Officer",
    )


def _authority_token(company: Company) -> str:
    return company.mint(AUTHORITY_SCOPE, la=LA_CODE, client_id="sandbox")


async def _set_up(stage: Stage) -> SchoolToSeed:
    """Bring the demonstration to where its story has been told, from wherever it had come."""
    memory = recall(stage.data_dir) or _afresh()
    school = await _worked_out(memory)
    if memory.seeded and not await stage.rollbook.has_pupils(SCHOOL, school.last_day):
        # The memory is of another database: begin with this one.
        memory = _afresh()
        school = await _worked_out(memory)
    remember(stage.data_dir, memory)
    if memory.seeded:
        await _subscribe(stage, memory)
    else:
        await _tell(stage, school, memory)
    return school


def _afresh() -> Memory:
    return Memory(today=today_at_most())


async def _worked_out(memory: Memory) -> SchoolToSeed:
    plan = Plan(urn=SCHOOL, phase=Phase.PRIMARY, classes=CLASSES, seed=SEED, today=memory.today)
    return await asyncio.to_thread(work_out, plan)


async def _tell(stage: Stage, school: SchoolToSeed, memory: Memory) -> None:
    """Post the school, have the authority subscribe, and post the last week for it to hear of."""
    earlier = [register for register in school.registers if register.on < school.last_week_begins]
    last_week = school.registers[len(earlier) :]
    with progress_of(school.requests) as step:
        await open_school(stage.rollbook, school, step)
        position = await post_registers(stage.rollbook, school, earlier, step)
        # What is still being worked out would be sent to the authority as news.
        await stage.rollbook.attendance(school.urn, school.story_pupil.pupil, min_position=position)
        memory = await _subscribe(stage, memory)
        await post_registers(stage.rollbook, school, last_week, step)
    remember(stage.data_dir, replace(memory, seeded=True))


async def _subscribe(stage: Stage, memory: Memory) -> Memory:
    """Make sure that the sandbox has an active subscription, and the secret it is signed with."""
    kept = memory.subscribed
    standing = await stage.authority.subscription(kept.id) if kept else None
    if kept and standing and kept.endpoint != stage.endpoint:
        # Another port than last time: events would be sent where nobody listens.
        await stage.authority.unsubscribe(kept.id)
        standing = None
    if kept is None or standing is None:
        made = await stage.authority.subscribe(
            {"la_code": LA_CODE, "url": stage.endpoint, "types": EVENTS_WANTED}
        )
        kept = Subscribed(id=str(made["id"]), secret=made["secret"], endpoint=stage.endpoint)
        standing = made
        memory = replace(memory, subscribed=kept)
        remember(stage.data_dir, memory)
    stage.inbox.use_secret(kept.secret)
    if standing["status"] != "active":
        await stage.authority.verify_subscription(kept.id)
    return memory

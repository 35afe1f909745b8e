"""Fills a Rollbook with a simulated school, through its public API, oldest day first.

Whatever was stored before is met again and left: an interrupted seeding is simply started once
more, with the same plan.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from attendance.session import Session

from demonstration.arrangements import Arrangement
from demonstration.bodies import admission_body, calendar_body, marks_body, school_body
from demonstration.client import Rollbook, Stored
from demonstration.plan_bodies import activity_body, decision_body, plan_body
from demonstration.pupils import Classroom, Pupil
from demonstration.shares import Phase
from demonstration.simulator import MisRegister, simulate
from demonstration.story import (
    arranged_for_others,
    latest_weeks_for_the_story,
    penalty_notice_story,
    told_in,
)
from demonstration.term import SchoolYear, weeks_before, years_around

Step = Callable[[], None]  # called after each request: a progress bar moves on


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that decides what is seeded: the same plan makes the same school."""

    urn: int
    phase: Phase
    classes: int
    seed: int
    today: date  # nothing is posted for this day or after


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolToSeed:
    """A school worked out from its plan, ready to be posted."""

    urn: int
    phase: Phase
    years: tuple[SchoolYear, ...]
    classrooms: tuple[Classroom, ...]
    arrangements: tuple[Arrangement, ...]
    registers: tuple[MisRegister, ...]  # oldest first
    last_week_begins: date
    story_class: str
    story_pupil: Pupil

    @property
    def last_day(self) -> date:
        """The Friday of the story."""
        return self.registers[-1].on

    @property
    def requests(self) -> int:
        """How many steps the whole takes."""
        pupils = sum(len(classroom.pupils) for classroom in self.classrooms)
        return 1 + len(self.years) + pupils + len(self.arrangements) + len(self.registers)


def work_out(plan: Plan) -> SchoolToSeed:
    """Simulate the school of a plan, with the story told of the first pupil of its first class.

    Takes a noticeable fraction of a second: call it off the event loop.
    """
    years = years_around(plan.today)
    weeks = latest_weeks_for_the_story(weeks_before(plan.today, years))
    school = simulate(plan.phase, classes=plan.classes, years=years, weeks=weeks, seed=plan.seed)
    story_class = school.classrooms[0]
    story_pupil = story_class.pupils[0]
    story = penalty_notice_story(weeks)
    return SchoolToSeed(
        urn=plan.urn,
        phase=plan.phase,
        years=years,
        classrooms=school.classrooms,
        arrangements=tuple(arranged_for_others(school.arrangements(), story_pupil.pupil)),
        registers=tuple(told_in(school.registers(), story_pupil.pupil, story)),
        last_week_begins=weeks[-1][0],
        story_class=story_class.group,
        story_pupil=story_pupil,
    )


async def open_school(rollbook: Rollbook, school: SchoolToSeed, step: Step) -> None:
    """Register the school, publish its calendars, admit its pupils and plan their absences.

    All plans before any register: with some codes an entry is only taken if it leans on one.
    """
    await rollbook.put_school(school.urn, school_body(school.phase))
    step()
    for year in school.years:
        await rollbook.put_calendar(school.urn, year.name, calendar_body(year))
        step()
    admissions = (
        rollbook.admit(school.urn, admission_body(pupil, classroom))
        for classroom in school.classrooms
        for pupil in classroom.pupils
    )
    await _together(admissions, step)
    plans = (make_plan(rollbook, school.urn, each) for each in school.arrangements)
    await _together(plans, step)


async def make_plan(rollbook: Rollbook, urn: int, arrangement: Arrangement) -> Stored:
    """Record what was arranged; leave is asked for, and then decided.

    Leave that stands as another's plan is left as it is: who made it decides it.
    """
    if arrangement.is_outing:
        return await rollbook.plan_activity(urn, activity_body(arrangement))
    pupil = arrangement.pupils[0]
    stored = await rollbook.plan_absence(urn, pupil.pupil, plan_body(arrangement, pupil))
    decision = decision_body(arrangement)
    if stored.plan is None or decision is None:
        return stored
    return await rollbook.decide_leave(urn, pupil.pupil, stored.plan, decision)


async def post_registers(
    rollbook: Rollbook, school: SchoolToSeed, registers: Iterable[MisRegister], step: Step
) -> int:
    """Post class registers, a session's side by side and one session after the other.

    Not all at once: an afternoon that comes before its morning would raise alerts on figures that
    never were, to be withdrawn again.

    Args:
        registers: oldest first.

    Returns:
        The furthest position in the school's log that they reached; 0 if all were there before.
    """
    teachers = {classroom.group: classroom.teacher for classroom in school.classrooms}
    furthest = 0
    for session, taken in groupby(registers, key=lambda each: Session(each.on, each.half)):
        recordings = (
            rollbook.record_marks(school.urn, session, marks_body(each, teachers[each.group]))
            for each in taken
        )
        stored = await _together(recordings, step)
        furthest = max(furthest, *(each.position or 0 for each in stored))
    return furthest


async def _together(sending: Iterable[Coroutine[Any, Any, Stored]], step: Step) -> Sequence[Stored]:
    """Send requests side by side; the client bounds how many at once. A refusal ends them all."""

    async def one(request: Coroutine[Any, Any, Stored]) -> Stored:
        stored = await request
        step()
        return stored

    try:
        async with asyncio.TaskGroup() as tasks:
            sent = [tasks.create_task(one(request)) for request in sending]
    except ExceptionGroup as refusals:
        # One is enough to say, and callers catch errors, not groups.
        raise refusals.exceptions[0] from None
    return [task.result() for task in sent]

"""What the simulated school arranged of its absences: all that its codes need, all of it lawful."""

from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import pytest
from attendance.events import CalendarPublished
from attendance.identifiers import AcademicYear
from attendance.plan_outcomes import decide_leave
from attendance.planned_absences import PlanId
from attendance.planning import plan_absence, plan_activity
from attendance.recording import record_marks
from attendance.school import School, evolve
from attendance.session import Session
from demonstration.arrangements import Arrangement
from demonstration.bodies import calendar_body, marks_body
from demonstration.client import Rollbook
from demonstration.plan_bodies import activity_body, decision_body, plan_body
from demonstration.seeding import Plan, SchoolToSeed, open_school, post_registers, work_out
from demonstration.shares import Phase
from demonstration.simulator import SimulatedSchool, simulate
from demonstration.term import school_year, weeks_before
from domain.given import OFFICER, URN, a_school, admitted
from pydantic import TypeAdapter
from register_api.schemas.plans import ActivitiesIn, DecisionIn, PlanIn, to_command
from register_api.schemas.requests import CalendarIn, MarksIn
from support.house import TERM_TIME, House, house
from support.school import Json, found

YEAR: Final = school_year(2026)
WEEKS: Final = weeks_before(date(2027, 8, 1), [YEAR])
PLANS: Final = UUID(int=7)  # namespace of the plans' identities
AFTERWARDS: Final = datetime(2027, 8, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=Phase)
def simulated(request: pytest.FixtureRequest) -> SimulatedSchool:
    return simulate(request.param, classes=6, years=[YEAR], weeks=WEEKS, seed=7)


@pytest.fixture(scope="module")
def arranged(simulated: SimulatedSchool) -> School:
    """The school as Rollbook knows it once everything arranged was planned; nothing is refused."""
    school = opened(simulated)
    for number, arrangement in enumerate(simulated.arrangements()):
        school = planned(school, arrangement, number)
    return school


def opened(simulated: SimulatedSchool) -> School:
    pupils = [
        admitted(
            pupil.pupil,
            surname=pupil.surname,
            forename=pupil.forename,
            born=pupil.date_of_birth,
            starting=pupil.starting_day,
            groups=(classroom.group,),
        )
        for classroom in simulated.classrooms
        for pupil in classroom.pupils
    ]
    calendar = CalendarIn.model_validate(calendar_body(YEAR)).to_calendar(AcademicYear(YEAR.name))
    published = CalendarPublished(calendar=calendar, recorded_by=OFFICER, recorded_at=AFTERWARDS)
    return evolve(a_school(*pupils), [published])


def planned(school: School, arrangement: Arrangement, number: int) -> School:
    """Bring a school up to what comes of an arrangement as it is sent."""
    if arrangement.is_outing:
        activity = ActivitiesIn.model_validate(activity_body(arrangement)).to_command(OFFICER)
        plans = {pupil: plan_of(number, pupil) for pupil in activity.pupils}
        return evolve(school, plan_activity(school, activity, plans, now=AFTERWARDS))
    (pupil,) = arrangement.pupils
    stated = TypeAdapter[Any](PlanIn).validate_python(plan_body(arrangement, pupil))
    plan = plan_of(number, pupil.pupil)
    command = to_command(stated, pupil.pupil, OFFICER)
    school = evolve(school, [plan_absence(school, command, plan, urn=URN, now=AFTERWARDS)])
    if (said := decision_body(arrangement)) is not None:
        decision = DecisionIn.model_validate(said).to_command(pupil.pupil, plan, OFFICER)
        school = evolve(school, [decide_leave(school, decision, AFTERWARDS)])
    return school


def plan_of(number: int, pupil: str) -> PlanId:
    return PlanId(uuid5(PLANS, f"{number} {pupil}"))


def test_every_register_is_one_that_the_law_takes_with_what_was_arranged(
    simulated: SimulatedSchool, arranged: School
) -> None:
    for register in simulated.registers():
        body = MarksIn.model_validate(marks_body(register, "Ms Okafor"))
        command = body.to_command(Session(register.on, register.half), OFFICER)
        recorded = record_marks(command, arranged, {}, now=AFTERWARDS)
        assert len(recorded.marks) == len(register.rows)


def test_a_pupil_has_one_part_time_timetable_at_a_time(simulated: SimulatedSchool) -> None:
    spans: dict[str, list[Session]] = defaultdict(list)
    for arrangement in simulated.arrangements():
        if arrangement.entry.code == "C2":
            (pupil,) = arrangement.pupils
            spans[pupil.pupil] += [arrangement.sessions[0], arrangement.sessions[-1]]

    assert any(len(ends) > 2 for ends in spans.values())
    assert all(ends == sorted(ends) for ends in spans.values())


def test_an_outing_is_arranged_once_for_all_who_go(simulated: SimulatedSchool) -> None:
    outings = [each for each in simulated.arrangements() if each.is_outing]
    rows = [row for register in simulated.registers() for row in register.rows]
    entered = sum(row.code in {"V", "P", "B"} for row in rows)

    assert sum(len(each.pupils) * len(each.sessions) for each in outings) == entered
    assert max(len(each.pupils) for each in outings) > 5


@pytest.fixture(scope="module")
def school() -> SchoolToSeed:
    """Two classes of a secondary school, where each kind of plan but the rarest is found."""
    plan = Plan(urn=URN, phase=Phase.SECONDARY, classes=2, seed=7, today=TERM_TIME.date())
    return work_out(plan)


def test_nothing_is_arranged_for_the_pupil_of_the_story(school: SchoolToSeed) -> None:
    assert all(school.story_pupil not in each.pupils for each in school.arrangements)


async def test_rollbook_takes_the_whole_school_and_a_second_time_nothing(
    database_url: str, tmp_path: Path, school: SchoolToSeed
) -> None:
    async with house(database_url, tmp_path, services=("register-api",)) as rollbook:
        steps = await seed(rollbook, school)
        plans = [plan for pupil in pupils(school) for plan in await plans_of(rollbook, pupil)]
        furthest = await head(rollbook, school)

        again = await seed(rollbook, school)

        assert steps == again == school.requests
        assert await head(rollbook, school) == furthest
    assert {plan["kind"] for plan in plans} == {
        "leave",
        "part-time-timetable",
        "exclusion",
        "illness",
        "activity",
    }
    assert len(plans) == sum(len(each.pupils) for each in school.arrangements)
    assert {plan["status"] for plan in plans} == {"in-force", "refused"}


async def seed(rollbook: House, school: SchoolToSeed) -> int:
    steps: list[None] = []
    async with rollbook.client() as http:
        mis = Rollbook(http, http.headers["Authorization"].removeprefix("Bearer "))
        await open_school(mis, school, lambda: steps.append(None))
        await post_registers(mis, school, school.registers, lambda: steps.append(None))
    return len(steps)


async def plans_of(rollbook: House, pupil: str) -> list[Json]:
    url = f"/register/v1/schools/{URN}/pupils/{pupil}/absence-plans"
    async with rollbook.client() as http:
        plans: list[Json] = (await found(http.get(url)))["items"]
    return plans


async def head(rollbook: House, school: SchoolToSeed) -> int:
    url = f"/register/v1/schools/{URN}/registers/{school.last_day}/PM"
    async with rollbook.client() as http:
        position: int = (await found(http.get(url)))["position"]
    return position


def pupils(school: SchoolToSeed) -> list[str]:
    return [pupil.pupil for classroom in school.classrooms for pupil in classroom.pupils]

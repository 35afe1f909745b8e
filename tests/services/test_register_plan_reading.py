"""Absence plans over HTTP as they are read: listed, as once known, and proposed to a register."""

from datetime import date

import pytest
from support.planning import (
    HEAD,
    ILLNESS,
    LEAVE,
    MONDAY,
    ONE_OF_EACH,
    SUSPENSION,
    TIMETABLE,
    Plans,
    proposals,
)
from support.school import (
    PUPILS,
    TODAY,
    SmallSchool,
    accepted,
    found,
    mark,
    slugs,
)


async def test_one_plan_is_read_by_its_identity(plans: Plans) -> None:
    plan = await plans.made(TIMETABLE)

    shown = await found(plans.school.client.get(f"{plans.url}/{plan}"))

    assert shown == (await plans.read())[0]
    assert shown["ends"] == {"date": "2026-12-18", "session": "PM"}
    assert shown["pattern"] == [
        {"weekday": "monday", "session": "PM"},
        {"weekday": "wednesday", "session": "PM"},
    ]


async def test_an_exclusion_shows_its_sixth_school_day_by_the_schools_calendar(
    plans: Plans,
) -> None:
    await plans.made(SUSPENSION)

    # The 27th is a training day.
    assert (await plans.read())[0]["sixth_school_day"] == "2026-11-30"


async def test_plans_are_listed_by_day_period_and_kind(plans: Plans) -> None:
    for body in ONE_OF_EACH:
        await plans.made(body)

    async def kinds(**query: str) -> list[str]:
        return [each["kind"] for each in await plans.read(**query)]

    assert await kinds(kind="leave") == ["leave"]
    assert await kinds(on="2026-11-20") == ["exclusion", "illness", "activity"]
    assert await kinds(on="2026-12-04") == ["dual-registration"]
    assert await kinds(**{"from": "2026-12-07"}) == ["part-time-timetable", "dual-registration"]
    assert await kinds(to="2026-11-20") == ["exclusion", "illness", "activity"]
    assert await kinds(**{"from": "2026-11-24", "to": "2026-11-20"}) == ["exclusion"]


@pytest.mark.parametrize("query", [{"form": "2026-11-20"}, {"on": "today"}, {"kind": "holiday"}])
async def test_a_query_that_is_not_understood_is_refused(
    plans: Plans, query: dict[str, str]
) -> None:
    answer = await plans.school.client.get(plans.url, params=query)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")


async def test_plans_are_shown_as_they_were_known_at_an_instant(plans: Plans) -> None:
    clock = plans.school.house.clock
    plan = await plans.made(LEAVE)
    asked = clock.now.isoformat()
    clock.forward(minutes=5)
    await accepted(plans.decide(plan))
    granted = clock.now.isoformat()
    clock.forward(minutes=5)
    revised = await plans.made({**LEAVE, "ends": MONDAY, "replaces": plan})
    clock.forward(minutes=5)

    async def then(instant: str) -> list[tuple[str, str]]:
        return [(each["plan"], each["status"]) for each in await plans.read(as_of=instant)]

    assert await then("2026-11-20T15:59:59Z") == []
    assert await then(asked) == [(plan, "requested")]
    assert await then(granted) == [(plan, "in-force")]
    assert await then(clock.now.isoformat()) == [(revised, "requested")]
    old = await found(plans.school.client.get(f"{plans.url}/{plan}", params={"as_of": granted}))
    assert old["decision"]["by"] == HEAD


async def test_a_plan_proposes_and_enters_nothing(plans: Plans) -> None:
    school = plans.school
    await plans.made(ILLNESS)

    assert await proposals(school, TODAY) == {"p1": "I"}
    assert (await school.register())["missing"] == list(PUPILS)

    await accepted(school.enter([mark("p1", "/")]))
    assert await school.codes() == {"p1": "/"}


async def test_proposals_are_of_a_group_a_session_that_is_held_and_an_instant(
    school: SmallSchool,
) -> None:
    await accepted(school.admit("p4", groups=["6C"]))
    before = school.house.clock.now.isoformat()
    school.house.clock.forward(minutes=1)
    for pupil in ("p1", "p4"):
        await Plans(school, pupil).made({**ILLNESS, "expected_return": "2026-12-07"})

    assert await proposals(school, date(2026, 11, 26)) == {"p1": "I", "p4": "I"}
    assert await proposals(school, date(2026, 11, 26), group="6C") == {"p4": "I"}
    assert await proposals(school, date(2026, 11, 26), as_of=before) == {}
    assert await proposals(school, date(2026, 11, 27)) == {}  # a training day
    assert await proposals(school, date(2026, 11, 28)) == {}  # a Saturday


async def test_an_entry_leans_on_a_plan_once_there_is_one(plans: Plans) -> None:
    school = plans.school
    excluded = [mark("p1", "E")]

    refused = await school.enter(excluded, half="PM")
    await plans.made(SUSPENSION)

    assert (refused.status_code, slugs(refused)) == (422, [("/marks/0/code", "code-not-allowed")])
    assert (await school.enter(excluded, half="AM")).status_code == 422
    assert (await school.enter(excluded, half="PM")).status_code == 201

"""From what a school records to the return an authority is sent: the statute's worked examples.

Everything is real: the school records over HTTP, the rules find, returns are made, and an endpoint
of the authority is sent them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from support.endpoint import endpoint
from support.eventually import eventually
from support.house import House, house, keyed
from support.log import connected
from support.notified import Notified
from support.planning import ILLNESS
from support.school import (
    LA,
    OFFICER,
    Json,
    SmallSchool,
    accepted,
    calendar_body,
    found,
    school_body,
)

AWAY = "OOOOOOOOOO"
ILL = "IIIIIIIIII"
GROUND_I: Json = {
    "ground_arose_on": "2026-10-09",
    "conditions": {"not_ill_nor_prevented": True, "joint_enquiries": True},
}
GROUND_A: Json = {
    "conditions": {"no_order_names_this_school": True, "not_main_school_of_mobile_child": True},
}


@asynccontextmanager
async def school_on(
    database_url: str, place: Path, *, now: datetime, **details: object
) -> AsyncIterator[SmallSchool]:
    """Run everything, on a day, with a school that has no pupil yet."""
    async with house(database_url, place, now=now) as running, running.client() as client:
        school = SmallSchool(running, client)
        await accepted(client.put(school.url, json=school_body(**details)))
        await accepted(client.put(f"{school.url}/calendars/2026-27", json=calendar_body()))
        yield school


def at(on: date) -> datetime:
    """An afternoon on which both registers of the day can be taken."""
    return datetime(on.year, on.month, on.day, 16, 0, tzinfo=UTC)


async def returns_of(school: SmallSchool, kind: str) -> list[Json]:
    """List the returns of a kind, the first made first."""
    await school.house.settle()
    asked = school.client.get("/notifications/v1/returns", params={"kind": kind})
    items: list[Json] = (await found(asked))["items"]
    return sorted(items, key=lambda each: int(each["position"]))


async def test_tv62_a_name_entered_on_a_thursday_is_due_by_the_end_of_tuesday(
    database_url: str, tmp_path: Path
) -> None:
    entered = date(2026, 9, 10)
    async with school_on(database_url, tmp_path, now=at(entered)) as school:
        await accepted(school.admit("p1", starting_day=f"{entered}"))
        (made,) = await returns_of(school, "new-pupil-return")

    assert (made["due_on"], made["status"], made["la_code"]) == ("2026-09-15", "due", LA)


async def test_tv63_a_reception_child_who_starts_with_the_school_year_is_no_return(
    database_url: str, tmp_path: Path
) -> None:
    first = date(2026, 9, 3)
    async with school_on(database_url, tmp_path, now=at(first)) as school:
        child = {"date_of_birth": "2022-01-05", "starting_day": f"{first}"}
        await accepted(school.admit("p1", year_group="R", **child))
        await accepted(school.admit("p2", year_group="3", starting_day=f"{first}"))
        made = await returns_of(school, "new-pupil-return")

    assert [each["pupil"] for each in made] == ["p2"]


async def test_tv64_a_leaver_of_the_most_senior_class_at_the_year_s_end_is_no_return(
    database_url: str, tmp_path: Path
) -> None:
    last = date(2027, 7, 21)
    async with school_on(database_url, tmp_path, now=at(last)) as school:
        for pupil, year_group in (("p1", "6"), ("p2", "5")):
            await accepted(school.admit(pupil, year_group=year_group))
            body = {"deleted_on": f"{last}", "ground_arose_on": f"{last}", **GROUND_A}
            await accepted(school.delete(pupil, "a", **body))
        made = await returns_of(school, "deletion-return")

    assert [(each["pupil"], each["due_on"]) for each in made] == [("p2", f"{last}")]


async def test_tv57_the_fifteenth_day_of_illness_makes_a_return_due_once(
    database_url: str, tmp_path: Path
) -> None:
    async with school_on(database_url, tmp_path, now=at(date(2026, 12, 4))) as school:
        await accepted(school.admit("p1"))
        await school.take_weeks("p1", ILL, ILL, "IIIIIIII", monday=date(2026, 11, 9))
        before = await returns_of(school, "sickness-return")
        await school.take_weeks("p1", "II", monday=date(2026, 11, 30))
        (made,) = await returns_of(school, "sickness-return")
        await school.take_weeks("p1", "--IIII", monday=date(2026, 11, 30))
        still = await returns_of(school, "sickness-return")

    assert [each["id"] for each in before] == []
    assert made["met_on"] == "2026-11-30"
    assert [each["id"] for each in still] == [made["id"]]


async def test_tv60_a_letter_that_says_four_weeks_makes_a_return_due_at_once(
    database_url: str, tmp_path: Path
) -> None:
    second_day = date(2026, 11, 10)
    async with school_on(database_url, tmp_path, now=at(second_day)) as school:
        await accepted(school.admit("p1"))
        await school.take_weeks("p1", "IIII", monday=date(2026, 11, 9))
        assert await returns_of(school, "sickness-return") == []
        letter = {
            **ILLNESS,
            "starts": {"date": "2026-11-09"},
            "expected_return": "2026-12-08",
            "by": OFFICER,
        }
        plans = f"{school.url}/pupils/p1/absence-plans"
        await accepted(school.client.post(plans, json=letter, headers=keyed()))
        (made,) = await returns_of(school, "sickness-return")

    assert made["made_at"] == "2026-11-10T16:00:00Z"


async def test_tv19_a_second_run_of_ten_days_is_a_second_return_and_nothing_between_is(
    database_url: str, tmp_path: Path
) -> None:
    async with school_on(database_url, tmp_path, now=at(date(2026, 11, 26))) as school:
        await accepted(school.admit("p1"))
        await school.take_weeks("p1", AWAY, AWAY, monday=date(2026, 9, 14))
        first = await returns_of(school, "attendance-return")
        await school.take_weeks("p1", AWAY, "/\\", monday=date(2026, 9, 28))
        between = await returns_of(school, "attendance-return")
        await school.take_weeks("p1", "--OOOOOOOO", "OOOOOOOOOO", "OO", monday=date(2026, 10, 5))
        both = await returns_of(school, "attendance-return")

    assert len(first) == len(between) == 1
    assert [each["met_on"] for each in both] == ["2026-09-25", "2026-10-19"]


async def test_tv61_a_deletion_after_twenty_days_is_told_whole_acknowledged_and_in_the_log(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        endpoint() as la,
        school_on(database_url, tmp_path, now=at(date(2026, 10, 12))) as school,
        connected(database_url, role=None) as owner,
    ):
        notices = Notified(school.house, owner)
        await notices.subscribe(la, rules=["deletion-return"], full_bodies=True)
        await accepted(school.admit("p1", address="4 Mill Lane"))
        await school.take_weeks("p1", AWAY, AWAY, AWAY, AWAY, monday=date(2026, 9, 14))
        assert await returns_of(school, "deletion-return") == []
        await accepted(school.delete("p1", "i", deleted_on="2026-10-12", **GROUND_I))
        await school.house.settle()
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
        told = la.received[1].event["data"]
        acknowledged = await _acknowledged(school.house, told["id"])
        (made,) = await returns_of(school, "deletion-return")
        feed = await found(school.client.get(f"{school.url}/events?kind=return-acknowledged"))

    assert [each.event["type"].split(".")[2] for each in la.received] == [
        "threshold-met",
        "return-due",
    ]
    assert (told["contents"]["ground"], told["contents"]["address"]) == ("i", "4 Mill Lane")
    assert (made["status"], made["overdue"]) == ("acknowledged", False)
    assert [each["position"] for each in feed["items"]] == [acknowledged]
    assert feed["items"][0]["data"]["reference"] == "CME-2026-0417"


async def _acknowledged(running: House, id_: str) -> int:
    async with running.client("returns:acknowledge", la=LA) as authority:
        url = f"/notifications/v1/returns/{id_}/acknowledgement"
        body = {"reference": "CME-2026-0417"}
        answer = await accepted(authority.post(url, json=body, headers=keyed()))
    await running.settle()
    position: int = answer.json()["position"]
    return position

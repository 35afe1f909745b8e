"""Deletions from the admission register over HTTP: what they take off the roll, and erase never."""

import asyncio
from datetime import date, timedelta

import pytest
from support.house import keyed
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    amendment,
    drawn,
    found,
    mark,
    slugs,
)

YESTERDAY = TODAY - timedelta(days=1)


async def pupils(school: SmallSchool, on: date, **query: str) -> list[str]:
    roll = await found(school.client.get(f"{school.url}/pupils", params={"on": f"{on}", **query}))
    return [each["pupil"] for each in roll["items"]]


async def test_a_pupil_deleted_is_on_roll_through_that_day_and_not_after(
    school: SmallSchool,
) -> None:
    head = await school.head()

    answer = await accepted(school.delete("p1", "a", destination_school="Oakfield Academy"))

    assert answer.status_code == 201
    assert (answer.json()["position"], answer.json()["pupil"]) == (head + 1, "p1")
    assert await pupils(school, TODAY) == ["p1", "p2", "p3"]
    assert await pupils(school, TODAY + timedelta(days=1)) == ["p2", "p3"]
    roll = await found(school.client.get(f"{school.url}/pupils"))
    assert [each["deleted_on"] for each in roll["items"]] == [f"{TODAY}", None, None]


async def test_all_that_is_said_of_a_deletion_is_kept(school: SmallSchool) -> None:
    said: Json = {
        "ground_arose_on": f"{YESTERDAY}",
        "conditions": {"moved_on": f"{YESTERDAY}"},
        "destination_school": {"name": "Oakfield Academy", "starts_on": "2026-11-23"},
        "new_address": {"address": "9 Mill Lane", "lives_with": "C. Parent"},
        "notes": "Moved house.",
    }

    await accepted(school.delete("p1", "g", **said))

    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "pupil-deleted"})
    )
    assert events["items"][-1]["data"] | {"recorded_at": ""} == {
        "pupil": "p1",
        "ground": "g",
        "deleted_on": f"{TODAY}",
        **said,
        "recorded_by": OFFICER,
        "recorded_at": "",
    }


async def test_a_school_and_an_address_may_be_their_names_alone(school: SmallSchool) -> None:
    await accepted(
        school.delete("p1", "a", destination_school="Oakfield", new_address="9 Mill Lane")
    )

    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "pupil-deleted"})
    )
    kept = events["items"][-1]["data"]
    assert kept["destination_school"] == {"name": "Oakfield"}
    assert kept["new_address"] == {"address": "9 Mill Lane"}


async def test_what_was_entered_stays_and_is_amended_for_the_time_before(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("N//"), on=YESTERDAY))
    await accepted(school.delete("p1", "a", deleted_on=f"{YESTERDAY}"))

    amended = await school.amend([amendment("p1", "N", "I")], on=YESTERDAY)
    late = await school.enter([mark("p1", "/")], on=date(2026, 11, 18))
    after = await school.enter(drawn("///"))

    assert (amended.status_code, late.status_code) == (201, 201)
    assert slugs(after) == [("/marks/0/pupil", "not-on-roll")]
    assert (await school.codes(YESTERDAY))["p1"] == "I"
    assert (await school.register())["missing"] == ["p2", "p3"]


async def test_a_deletion_reaches_behind_no_entry(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("///")))
    head = await school.head()

    answer = await school.delete("p1", "a", deleted_on=f"{YESTERDAY}")

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/entries-after-deletion"
    assert slugs(answer) == [("/deleted_on", "entries-after-deletion")]
    assert await school.head() == head
    assert (await school.delete("p1", "a")).status_code == 201


async def test_a_pupil_is_deleted_once(school: SmallSchool) -> None:
    await accepted(school.delete("p1", "a"))

    again = await school.delete("p1", "k")

    assert (again.status_code, slugs(again)) == (409, [("", "already-deleted")])


async def test_the_same_deletion_again_is_answered_again_and_made_once(
    school: SmallSchool,
) -> None:
    first = await accepted(school.delete("p1", "a", key="the-same"))
    again = await accepted(school.delete("p1", "a", key="the-same"))

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert await school.head() == first.json()["position"]


async def test_a_pupil_deleted_is_admitted_again_from_a_later_day(school: SmallSchool) -> None:
    await accepted(school.delete("p1", "a", deleted_on=f"{YESTERDAY}"))

    same_day = await school.admit("p1", starting_day=f"{YESTERDAY}")
    again = await school.admit("p1", starting_day="2026-11-21", groups=["6C"])

    assert (same_day.status_code, slugs(same_day)) == (
        409,
        [("/starting_day", "already-admitted")],
    )
    assert again.status_code == 201
    assert await pupils(school, YESTERDAY, group="6B") == ["p1", "p2", "p3"]
    assert "p1" not in await pupils(school, TODAY)
    assert await pupils(school, date(2026, 11, 21), group="6C") == ["p1"]
    entry = await found(school.client.get(f"{school.url}/pupils/p1"))
    assert [each["ground"] for each in entry["enrolments"]] == ["a", None]


async def test_the_roll_as_it_was_known_has_whoever_was_deleted_since(
    school: SmallSchool,
) -> None:
    before = school.house.clock().isoformat()
    school.house.clock.forward(days=1)
    await accepted(school.delete("p1", "a"))

    assert "p1" not in await pupils(school, TODAY + timedelta(days=1))
    assert "p1" in await pupils(school, TODAY + timedelta(days=1), as_of=before)


async def test_twenty_days_without_leave_must_stand_in_the_register(school: SmallSchool) -> None:
    away, asked = "OOOOOOOOOO", {"deleted_on": f"{TODAY}"}
    await school.take_weeks("p1", away, away, monday=date(2026, 10, 12))
    await school.take_weeks("p1", away, "OOOOOOOO--", monday=date(2026, 11, 2))

    nineteen = await school.delete("p1", "i", **asked)
    await school.take_weeks("p1", "--------OO", monday=date(2026, 11, 9))
    twenty = await school.delete("p1", "i", **asked)

    assert slugs(nineteen) == [("/ground", "ground-not-met")]
    assert twenty.status_code == 201


async def test_what_isnt_stated_of_a_ground_is_asked_for(school: SmallSchool) -> None:
    answer = await accepted(school.delete("p1", "k"))

    assert [(each["pointer"], each["code"]) for each in answer.json()["advice"]] == [
        ("/conditions/died_on", "condition-not-stated")
    ]


async def test_every_mistake_of_a_deletion_is_told_at_once_and_nothing_is_stored(
    school: SmallSchool,
) -> None:
    head = await school.head()

    answer = await school.delete(
        "p1",
        "m",
        by=None,
        deleted_on="2026-11-21",
        conditions={"died_on": "2026-11-19", "term_ended_on": "2026-12-18"},
    )

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/deletion-refused"
    assert slugs(answer) == [
        ("/by", "signatory-required"),
        ("/deleted_on", "deletion-in-future"),
        ("/conditions/died_on", "condition-not-of-ground"),
        ("/conditions/term_ended_on", "ground-not-arisen"),
        ("/ground", "ground-not-met"),
    ]
    assert await school.head() == head


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"ground": "p"}, "/ground", id="no such ground"),
        pytest.param({"ground": "A"}, "/ground", id="a capital"),
        pytest.param({"conditions": {"died": True}}, "/conditions", id="no such condition"),
        pytest.param({"destination_school": 5}, "/destination_school", id="a number for a school"),
        pytest.param({"destination_school": " "}, "/destination_school", id="a blank for a school"),
        pytest.param(
            {"new_address": {"from_on": "2026-11-21"}}, "/new_address/address", id="no address"
        ),
        pytest.param({"conditions": {"died_on": True}}, "/conditions/died_on", id="no day"),
    ],
)
async def test_a_deletion_of_another_shape_is_refused(
    school: SmallSchool, changes: Json, pointer: str
) -> None:
    answer = await school.client.post(
        f"{school.url}/pupils/p1/deletion",
        json={"ground": "a", "deleted_on": f"{TODAY}", "by": OFFICER, **changes},
        headers=keyed(),
    )

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_a_pupil_nobody_admitted_is_not_deleted(school: SmallSchool) -> None:
    assert (await school.delete("p9", "a")).status_code == 404


@pytest.mark.parametrize("first", ["register", "deletion"])
async def test_of_an_entry_and_a_deletion_before_it_at_one_moment_exactly_one_is_made(
    school: SmallSchool, first: str
) -> None:
    both = {
        "register": school.enter([mark("p1", "/")]),
        "deletion": school.delete("p1", "a", deleted_on=f"{YESTERDAY}"),
    }
    begun = [both.pop(first), *both.values()]

    answers = await asyncio.gather(*begun)

    assert sorted(each.status_code for each in answers) in ([201, 409], [201, 422])

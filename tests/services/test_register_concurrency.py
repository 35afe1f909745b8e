"""Two at once, and two processes: exactly one is first, and nobody decides on what has passed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from eventlog import Appended, Command, StreamMoved
from register_api.commands import ATTEMPTS, Registry, carry_out
from register_api.errors import EntryMoved, SchoolBusy
from register_api.recorder import Recorder
from register_api.schools import Known, Schools
from support.house import House, house
from support.school import (
    PUPILS,
    URN,
    SmallSchool,
    accepted,
    amendment,
    drawn,
    slugs,
)

NOTHING_AFTER_OCTOBER = {
    "half_terms": [{"name": "Autumn 1", "starts": "2026-09-02", "ends": "2026-10-23"}],
    "closures": [],
}

LAST_YEAR = {
    "half_terms": [{"name": "Autumn 1", "starts": "2025-09-02", "ends": "2025-10-23"}],
    "closures": [],
}


@pytest.fixture
async def elsewhere(
    school: SmallSchool, database_url: str, tmp_path: Path
) -> AsyncIterator[SmallSchool]:
    """The same school through another process, which has read it before."""
    async with (
        house(database_url, tmp_path, services=("register-api",)) as second,
        second.client() as client,
    ):
        other = SmallSchool(second, client)
        await other.register()
        yield other


def registry_of(running: House) -> Registry:
    runtime = running.app.state.runtimes["register-api"]
    return Registry(runtime, Schools(), Recorder(runtime.pool))


async def test_of_two_first_entries_at_once_exactly_one_is_made(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    before = await school.head()

    answers = await asyncio.gather(
        *(each.enter(drawn(letters)) for each in (school, elsewhere) for letters in ("/--", "N/-"))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("type") for answer in answers} == {None, "/problems/already-marked"}
    assert await school.head() == before + 1


async def test_of_two_amendments_at_once_exactly_one_is_made(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    await accepted(school.enter(drawn("N--")))
    before = await school.head()

    answers = await asyncio.gather(
        *(
            each.amend([amendment("p1", "N", code)])
            for each, code in ((school, "I"), (elsewhere, "O"), (school, "C"), (elsewhere, "M"))
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("type") for answer in answers} == {None, "/problems/entry-changed"}
    assert await school.head() == before + 1


async def test_parts_of_a_register_taken_at_once_are_all_kept(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    answers = await asyncio.gather(
        school.enter(drawn("/--")), elsewhere.enter(drawn("-N-")), school.enter(drawn("--L"))
    )

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["position"] for answer in answers}) == 3
    assert await elsewhere.codes() == {"p1": "/", "p2": "N", "p3": "L"}


async def test_the_same_command_through_two_processes_is_stored_once(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    before = await school.head()

    answers = await asyncio.gather(
        *(each.enter(drawn("///"), key="once") for each in (school, elsewhere) * 3)
    )

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["type"] for a in answers if a.status_code == 409} <= {
        "/problems/command-in-flight"
    }
    assert {a.json()["position"] for a in answers if a.status_code == 201} == {before + 1}
    assert await school.head() == before + 1


async def test_of_two_admissions_of_a_pupil_at_once_exactly_one_is_made(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    answers = await asyncio.gather(school.admit("p4"), elsewhere.admit("p4"))

    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_pupil_admitted_through_one_process_can_be_marked_through_another(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    await accepted(school.admit("p4"))

    answer = await elsewhere.enter(drawn("/", pupils=["p4"]))

    assert answer.status_code == 201


async def test_a_day_closed_through_one_process_is_closed_for_another(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    url = f"{school.url}/calendars/2026-27"
    await accepted(school.client.put(url, json=NOTHING_AFTER_OCTOBER))

    answer = await elsewhere.enter(drawn("///"))

    assert (answer.status_code, slugs(answer)) == (422, [("", "no-session")])


async def test_a_register_decided_on_an_old_roll_is_decided_again_and_taken(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    await accepted(school.admit("p4"))
    await accepted(school.client.put(f"{school.url}/calendars/2025-26", json=LAST_YEAR))

    answer = await elsewhere.enter(drawn("///"))

    assert answer.status_code == 201
    assert await school.codes() == dict.fromkeys(PUPILS, "/")


async def test_a_school_moved_to_another_authority_is_seen_by_its_new_one_at_once(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    async with elsewhere.house.client(la="887") as authority:
        before = await authority.get(school.register_url())
        await school.open(la_code="887")
        after = await authority.get(school.register_url())

    assert (before.status_code, after.status_code) == (404, 200)


async def test_a_clock_a_little_behind_records_at_the_newest_instant(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    elsewhere.house.clock.forward(seconds=-60)

    await accepted(elsewhere.enter(drawn("/--")))

    register = await school.register()
    assert [each["recorded_at"] for each in register["marks"]] == ["2026-11-20T16:00:00Z"]


async def test_a_clock_far_behind_records_nothing(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    before = await school.head()
    elsewhere.house.clock.forward(seconds=-61)

    answer = await elsewhere.enter(drawn("/--"))

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/clocks-differ"
    assert await school.head() == before


@pytest.mark.parametrize("moved", [StreamMoved, EntryMoved])
async def test_a_school_that_moves_again_and_again_is_given_up_as_busy(
    school: SmallSchool, moved: type[Exception]
) -> None:
    attempts = 0

    async def never(_known: Known, _now: object) -> Appended:
        nonlocal attempts
        attempts += 1
        raise moved

    with pytest.raises(SchoolBusy):
        await carry_out(registry_of(school.house), URN, Command(uuid4(), b""), never)

    assert attempts == ATTEMPTS

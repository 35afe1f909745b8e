"""Two at once, and two processes: exactly one is first, and nobody decides on what has passed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from eventlog import Appended, Command, Connection, StreamMoved
from register_api.commands import FIRST_COMMANDS, Registry, carry_out
from register_api.recorder import Recorder
from register_api.schools import Known, Schools
from servicekit.errors import SchoolBusy
from support.eventually import eventually
from support.house import House, house
from support.log import connected
from support.school import (
    PUPILS,
    URN,
    SmallSchool,
    accepted,
    amendment,
    calendar_body,
    drawn,
    school_body,
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


async def two_wait_for_locks(observer: Connection) -> bool:
    """Whether a writer and a reader both wait for the log that someone holds."""
    waiting: int = await observer.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return waiting == 2


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


async def test_first_commands_that_come_in_each_others_way_are_given_up_as_busy(
    school: SmallSchool,
) -> None:
    attempts = 0

    async def never(_conn: Connection, _known: Known, _now: datetime) -> Appended:
        nonlocal attempts
        attempts += 1
        raise StreamMoved

    with pytest.raises(SchoolBusy):
        await carry_out(registry_of(school.house), URN, Command(uuid4(), b""), never)

    assert attempts == FIRST_COMMANDS


async def test_admissions_at_once_starve_neither_each_other_nor_the_register(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    admitted, entered = await asyncio.gather(
        asyncio.gather(
            *((school, elsewhere)[number % 2].admit(f"n{number}") for number in range(40))
        ),
        school.enter(drawn("///")),
    )

    assert {answer.status_code for answer in admitted} == {201}
    assert entered.status_code == 201


async def test_a_value_put_back_is_a_new_fact(school: SmallSchool) -> None:
    before = await school.head()
    url = f"{school.url}/calendars/2026-27"
    closed = {"date": "2026-11-19", "reason": "INSET"}

    with_closure = await school.client.put(url, json=calendar_body(closures=[closed]))
    put_back = await school.client.put(url, json=calendar_body())
    renamed = await school.client.put(school.url, json=school_body(name="New"))
    old_name = await school.client.put(school.url, json=school_body())

    answers = [with_closure, put_back, renamed, old_name]
    assert [answer.json()["position"] for answer in answers] == [before + n for n in (1, 2, 3, 4)]
    assert (await school.enter(drawn("///"), on=date(2026, 11, 19))).status_code == 201


async def test_a_value_put_back_by_another_process_is_a_new_fact(
    school: SmallSchool, elsewhere: SmallSchool
) -> None:
    renamed = await school.client.put(school.url, json=school_body(name="New"))

    put_back = await elsewhere.client.put(elsewhere.url, json=school_body())

    assert put_back.json()["position"] == renamed.json()["position"] + 1


async def test_what_was_known_at_an_instant_is_the_same_whenever_it_is_asked_for(
    school: SmallSchool, database_url: str
) -> None:
    asked_for = school.house.clock()
    url, query = school.register_url(), {"as_of": asked_for.isoformat()}
    async with connected(database_url) as holder, connected(database_url, None) as observer:
        async with holder.transaction():
            await holder.execute("SELECT eventlog.hold($1)", URN)
            waiting = asyncio.create_task(school.enter(drawn("///")))
            asking = asyncio.create_task(school.client.get(url, params=query))
            await eventually(lambda: two_wait_for_locks(observer))
        first = (await asking).json()
        await waiting
    school.house.clock.forward(seconds=5)
    again = (await school.client.get(url, params=query)).json()

    assert again["marks"] == first["marks"]
    assert again["position"] == first["position"]

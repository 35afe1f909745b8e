"""A command sent again: the same answer and no second event, whatever has happened since."""

from uuid import uuid4

import asyncpg
import pytest
from servicekit.commands import KeyedCommand
from support.house import keyed
from support.school import (
    OFFICER,
    SmallSchool,
    accepted,
    amendment,
    drawn,
    mark,
    pupil_body,
    school_body,
)

REPLAYED = "Idempotency-Replayed"
HOLD = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, $2))"


async def test_marks_sent_again_are_answered_the_same_and_stored_once(school: SmallSchool) -> None:
    first = await school.enter(drawn("/N/"), key="7B-AM")
    again = await school.enter(drawn("/N/"), key="7B-AM")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert await school.head() == first.json()["position"]


async def test_amendments_and_admissions_are_replayed_too(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N/")))
    amended = [await school.amend([amendment("p2", "N", "I")], key="a") for _ in range(2)]
    url, body = f"{school.url}/pupils", pupil_body("p4")
    admitted = [await school.client.post(url, json=body, headers=keyed("b")) for _ in range(2)]

    for first, again in (amended, admitted):
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")


async def test_a_retry_is_answered_the_same_after_the_register_has_moved_on(
    school: SmallSchool,
) -> None:
    first = await school.enter(drawn("/N/"), key="first")
    await accepted(school.amend([amendment("p2", "N", "I")], key="second"))
    await accepted(school.amend([amendment("p2", "I", "O")], key="third"))
    head = await school.head()

    marks_again = await school.enter(drawn("/N/"), key="first")
    amendment_again = await school.amend([amendment("p2", "N", "I")], key="second")

    assert marks_again.json() == first.json()
    assert amendment_again.json() == {"position": first.json()["position"] + 1, "amended": 1}
    assert await school.head() == head
    assert (await school.codes())["p2"] == "O"


async def test_a_retry_is_answered_the_same_after_the_day_was_closed(school: SmallSchool) -> None:
    first = await school.enter(drawn("/N/"), key="first")
    body = {"half_terms": [{"name": "Autumn 1", "starts": "2026-09-02", "ends": "2026-10-23"}]}
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    again = await school.enter(drawn("/N/"), key="first")

    assert (again.json(), again.headers[REPLAYED]) == (first.json(), "true")


async def test_a_retry_in_the_next_recording_year_is_still_one(school: SmallSchool) -> None:
    first = await school.enter(drawn("/N/"), key="first")
    school.house.clock.forward(days=300)

    again = await school.enter(drawn("/N/"), key="first")

    assert (again.json(), again.headers[REPLAYED]) == (first.json(), "true")


async def test_a_key_used_for_another_body_is_refused(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--"), key="once"))

    another = await school.enter(drawn("-/-"), key="once")

    assert another.status_code == 422
    assert another.json()["type"] == "/problems/idempotency-key-reused"
    assert await school.codes() == {"p1": "/"}


async def test_a_key_used_for_another_body_is_refused_even_when_that_body_is_wrong(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/--"), key="once"))

    another = await school.enter([mark("p9", "%")], key="once")

    assert another.json()["type"] == "/problems/idempotency-key-reused"


async def test_a_key_used_for_another_session_is_refused(school: SmallSchool) -> None:
    marks = [mark("p1", "N")]
    await accepted(school.enter(marks, key="once"))

    another = await school.enter(marks, half="PM", key="once")

    assert another.json()["type"] == "/problems/idempotency-key-reused"


async def test_a_refused_command_leaves_its_key_free(school: SmallSchool) -> None:
    refused = await school.enter([mark("p1", "%")], key="once")
    mended = await school.enter([mark("p1", "/")], key="once")

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert REPLAYED not in mended.headers


async def test_the_same_key_of_two_clients_is_two_keys(school: SmallSchool) -> None:
    url = f"{school.register_url()}/marks"
    bodies = [{"marks": drawn(letters), "by": OFFICER} for letters in ("/--", "-/-")]

    for client_id, body in zip(("mis", "office"), bodies, strict=True):
        async with school.house.client(urns="*", client_id=client_id) as client:
            answer = await client.post(url, json=body, headers=keyed("1"))
            assert (answer.status_code, REPLAYED in answer.headers) == (201, False)

    assert await school.codes() == {"p1": "/", "p2": "/"}


async def test_the_same_key_at_two_schools_is_two_keys(school: SmallSchool) -> None:
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open("p1")

    first = await school.enter(drawn("/--"), key="1")
    second = await other.enter(drawn("/", pupils=["p1"]), key="1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert REPLAYED not in second.headers


async def test_a_command_whose_first_run_has_not_ended_is_told_to_wait(
    school: SmallSchool, database_url: str
) -> None:
    key = str(uuid4())
    command = KeyedCommand(key, b"").of("local", school.urn)
    running = await asyncpg.connect(database_url)
    try:
        async with running.transaction():
            await running.execute(HOLD, command.id, school.urn)
            meanwhile = await school.enter(drawn("/--"), key=key)
    finally:
        await running.close()
    afterwards = await school.enter(drawn("/--"), key=key)

    assert meanwhile.status_code == 409
    assert meanwhile.json()["type"] == "/problems/command-in-flight"
    assert meanwhile.headers["Retry-After"] == "1"
    assert afterwards.status_code == 201


@pytest.mark.parametrize("name", ["Elmbridge Primary", "Elmbridge Junior"])
async def test_putting_needs_no_key_and_can_be_done_again(school: SmallSchool, name: str) -> None:
    first = await accepted(school.client.put(school.url, json=school_body(name=name)))
    again = await accepted(school.client.put(school.url, json=school_body(name=name)))

    assert first.json() == again.json()

"""Importing a file over HTTP: what is stored, what a job shows, what a second file may do."""

import json
from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus

import httpx
import pytest
from support.house import EVERY_SCOPE
from support.imported import (
    JSON,
    SIGNED,
    csv_of,
    imported,
    job_of,
    problems_of,
    rows_left,
    send,
    sent,
    work_off,
)
from support.school import LA, OFFICER, SmallSchool, found, mark

THURSDAY = date(2026, 11, 19)
TWO_DAYS = csv_of(
    "2026-11-20,AM,p1,/,,,6B",
    "2026-11-19,PM,p2,\\,,,6B",
    "2026-11-20,AM,p2,L,10,,6B",
    "2026-11-19,PM,p1,I,,,6B",
    "2026-11-20,AM,p3,B,,at the museum,6B",
    header="date,session,pupil,code,minutes_late,detail,group",
)


async def test_an_unsorted_file_becomes_the_registers_it_is_about(school: SmallSchool) -> None:
    job = await imported(school, TWO_DAYS)

    assert await school.codes() == {"p1": "/", "p2": "L", "p3": "B"}
    assert await school.codes(THURSDAY, "PM") == {"p1": "I", "p2": "\\"}
    shown = {name: job[name] for name in job if name not in ("id", "created_at")}
    assert shown == {
        "status": "finished",
        "form": "csv",
        "by": OFFICER,
        "rows": 5,
        "rows_done": 5,
        "registers_stored": 2,
        "registers_refused": 0,
        "marks_recorded": 5,
        "marks_unchanged": 0,
        "problems": 0,
        "started_at": "2026-11-20T16:00:00Z",
        "finished_at": "2026-11-20T16:00:00Z",
    }


async def test_a_register_of_a_file_is_one_event_like_any_other(school: SmallSchool) -> None:
    await imported(school, TWO_DAYS)

    page = await found(school.client.get(f"{school.url}/events", params={"kind": "marks-recorded"}))
    sessions = [(each["data"]["date"], each["data"]["group"]) for each in page["items"]]
    assert sessions == [("2026-11-19", "6B"), ("2026-11-20", "6B")]
    [late] = [each for each in page["items"][1]["data"]["marks"] if each["pupil"] == "p2"]
    assert late == {"pupil": "p2", "code": "L", "minutes_late": 10}
    assert {json.dumps(each["data"]["recorded_by"]) for each in page["items"]} == {
        json.dumps(OFFICER)
    }


async def test_an_arrival_is_stored_as_minutes(school: SmallSchool) -> None:
    await imported(
        school, csv_of("2026-11-20,AM,p1,L,09:05", header="date,session,pupil,code,arrived_at")
    )

    page = await found(school.client.get(f"{school.url}/events", params={"kind": "marks-recorded"}))
    assert page["items"][0]["data"]["marks"] == [{"pupil": "p1", "code": "L", "minutes_late": 10}]


async def test_an_upload_is_answered_with_its_job_before_anything_is_recorded(
    school: SmallSchool,
) -> None:
    answer = await send(school, TWO_DAYS)

    assert answer.status_code == HTTPStatus.ACCEPTED
    assert answer.headers["Location"] == f"{school.url}/imports/{answer.json()['id']}"
    assert (answer.json()["status"], answer.json()["rows"]) == ("queued", 5)
    assert await school.codes() == {}


async def test_wonde_records_are_taken_as_a_list_and_as_the_data_of_an_object(
    school: SmallSchool,
) -> None:
    plain = {"date": "2026-11-20", "session": "AM", "minutes_late": None, "restored_at": None}
    embedded = {
        "id": "A29",
        "student": {"data": {"id": "A1329183376", "mis_id": "p2"}},
        "date": {"date": "2026-11-20 00:00:00.000000", "timezone_type": 3},
        "session": "AM",
        "attendance_code": {"data": {"code": "B", "description": "Off site"}},
        "comment": "at the museum",
    }
    one = [{**plain, "student": "p1", "attendance_code": "/"}]
    other = {"data": [embedded], "meta": {"pagination": {"more": False}}}

    first = await imported(school, json.dumps(one), form=JSON)
    second = await imported(school, json.dumps(other), form="application/json; charset=utf-8")

    assert (first["form"], first["problems"], second["problems"]) == ("wonde", 0, 0)
    assert await school.codes() == {"p1": "/", "p2": "B"}


async def test_the_same_file_under_the_same_key_is_the_same_job(school: SmallSchool) -> None:
    first = await send(school, TWO_DAYS, key="k")
    await work_off(school)
    again = await send(school, TWO_DAYS, key="k")

    assert again.status_code == HTTPStatus.ACCEPTED
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["status"] == "finished"
    assert "Idempotency-Replayed" not in first.headers


@pytest.mark.parametrize(
    ("content", "signed"),
    [(csv_of("2026-11-20,AM,p1,/"), SIGNED), (TWO_DAYS, {**SIGNED, "By-Name": "B. Other"})],
    ids=["another file", "another person"],
)
async def test_a_key_is_not_used_twice_for_different_things(
    school: SmallSchool, content: str, signed: dict[str, str]
) -> None:
    await send(school, TWO_DAYS, key="k")
    again = await send(school, content, key="k", signed=signed)

    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert again.json()["type"] == "/problems/idempotency-key-reused"


async def test_the_key_of_an_import_is_its_own(school: SmallSchool) -> None:
    file = csv_of("2026-11-20,AM,p2,/")
    first = [await school.enter([mark("p1", "/")], key="k"), await send(school, file, key="k")]
    second = [await send(school, file, key="j"), await school.enter([mark("p3", "/")], key="j")]
    await work_off(school)

    assert [answer.is_success for answer in first + second] == [True] * 4
    assert await school.codes() == {"p1": "/", "p2": "/", "p3": "/"}


async def test_the_same_file_under_a_new_key_changes_nothing(school: SmallSchool) -> None:
    await imported(school, TWO_DAYS)
    head = await school.head()
    again = await imported(school, TWO_DAYS)

    assert await school.head() == head
    assert (again["marks_recorded"], again["marks_unchanged"]) == (0, 5)
    assert (again["registers_stored"], again["problems"]) == (2, 0)


async def test_what_is_entered_otherwise_is_refused_and_what_is_new_beside_it_too(
    school: SmallSchool,
) -> None:
    await school.enter([mark("p1", "/")])
    job = await imported(
        school, csv_of("2026-11-20,AM,p1,I", "2026-11-20,AM,p2,/", "2026-11-20,PM,p2,\\")
    )

    assert await problems_of(school, job) == [(2, "pupil", "already-marked")]
    assert await school.codes() == {"p1": "/"}
    assert await school.codes(half="PM") == {"p2": "\\"}
    assert (job["registers_stored"], job["registers_refused"]) == (1, 1)


async def test_a_pupil_in_two_groups_of_one_session_is_entered_once(school: SmallSchool) -> None:
    header = "date,session,pupil,code,group"
    rows = ["2026-11-20,AM,p1,/,6A", "2026-11-20,AM,p1,/,6B", "2026-11-20,AM,p2,/,6B"]
    job = await imported(school, csv_of(*rows, header=header))

    assert (job["marks_recorded"], job["marks_unchanged"], job["problems"]) == (2, 1, 0)
    assert await school.codes() == {"p1": "/", "p2": "/"}


async def test_staged_rows_are_gone_once_a_job_has_ended(school: SmallSchool) -> None:
    await sent(school, TWO_DAYS)
    staged = await rows_left(school)
    await work_off(school)

    assert (staged, await rows_left(school)) == (5, 0)


async def test_a_cancelled_import_records_nothing_more(school: SmallSchool) -> None:
    job = await sent(school, TWO_DAYS)
    url = f"{school.url}/imports/{job}/cancellation"
    answers = [await school.client.post(url) for _ in range(2)]
    await work_off(school)

    assert [answer.json()["status"] for answer in answers] == ["cancelled", "cancelled"]
    assert await school.codes() == {}
    assert await rows_left(school) == 0


async def test_an_import_is_cancelled_while_its_file_comes_in(school: SmallSchool) -> None:
    async def cancelled_half_way() -> AsyncIterator[bytes]:
        yield TWO_DAYS.encode()
        page = await found(school.client.get(f"{school.url}/imports"))
        [coming] = page["items"]
        answer = await school.client.post(f"{school.url}/imports/{coming['id']}/cancellation")
        assert (coming["status"], answer.json()["status"]) == ("receiving", "cancelled")

    refused = await send(school, cancelled_half_way(), key="k")
    again = await send(school, TWO_DAYS, key="k")
    await work_off(school)

    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["type"] == "/problems/import-ended"
    assert again.json()["type"] == "/problems/idempotency-key-reused"
    assert (await school.codes(), await rows_left(school)) == ({}, 0)


async def test_an_import_that_has_ended_is_not_cancelled(school: SmallSchool) -> None:
    job = await imported(school, TWO_DAYS)
    refused = await school.client.post(f"{school.url}/imports/{job['id']}/cancellation")

    assert refused.status_code == HTTPStatus.CONFLICT
    assert refused.json()["type"] == "/problems/import-ended"


async def test_imports_are_listed_newest_first_and_in_pages(school: SmallSchool) -> None:
    jobs = [await sent(school, csv_of(f"2026-11-20,AM,p{n},/")) for n in (1, 2, 3)]

    first = await found(school.client.get(f"{school.url}/imports", params={"limit": 2}))
    query = {"limit": 2, "cursor": first["next"]}
    second = await found(school.client.get(f"{school.url}/imports", params=query))

    assert [each["id"] for each in first["items"] + second["items"]] == jobs[::-1]
    assert second["next"] is None


async def test_problems_come_in_pages_by_line(school: SmallSchool) -> None:
    job = await imported(school, csv_of(*(f"2026-11-20,AM,p1,{code}" for code in "%&?")))
    url = f"{school.url}/imports/{job['id']}/problems"

    read, query = [], {"limit": 2}
    while True:
        page = await found(school.client.get(url, params=query))
        read += [each["line"] for each in page["items"]]
        if page["next"] is None:
            break
        query = {"limit": 2, "cursor": page["next"]}
    assert read == sorted(read)
    assert len(read) == job["problems"] == 5


async def test_a_job_is_kept_for_thirty_days_and_no_longer(school: SmallSchool) -> None:
    job = await imported(school, csv_of("2026-11-20,AM,p1,%"))
    school.house.clock.forward(days=30)
    await work_off(school)
    kept = await school.client.get(f"{school.url}/imports/{job['id']}")
    school.house.clock.forward(seconds=1)
    await work_off(school)
    gone = await school.client.get(f"{school.url}/imports/{job['id']}")

    assert (kept.status_code, gone.status_code) == (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


async def test_imports_of_several_schools_are_worked_off_side_by_side(
    school: SmallSchool,
) -> None:
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open("p1")
    jobs = [await sent(each, csv_of("2026-11-20,AM,p1,/")) for each in (school, other)]
    await work_off(school)

    statuses = [
        (await job_of(each, job))["status"] for each, job in zip((school, other), jobs, strict=True)
    ]
    assert statuses == ["finished", "finished"]
    assert await other.codes() == {"p1": "/"}


async def test_an_import_is_nobody_elses_to_see(school: SmallSchool) -> None:
    job = await sent(school, TWO_DAYS)
    strangers: list[dict[str, object]] = [{"urns": [999002]}, {"la": "999"}]
    answers: list[httpx.Response] = []
    for claims in strangers:
        async with school.house.client(EVERY_SCOPE, **claims) as client:
            stranger = SmallSchool(school.house, client)
            answers += [
                await send(stranger, TWO_DAYS),
                await client.get(f"{school.url}/imports"),
                await client.get(f"{school.url}/imports/{job}"),
                await client.get(f"{school.url}/imports/{job}/problems"),
                await client.post(f"{school.url}/imports/{job}/cancellation"),
            ]
    async with school.house.client(EVERY_SCOPE, la=LA) as authority:
        own = await authority.get(f"{school.url}/imports/{job}")

    assert {answer.status_code for answer in answers} == {HTTPStatus.NOT_FOUND}
    assert own.status_code == HTTPStatus.OK

"""What one import, one upload and one school may take: rows, problems, time, places, bytes."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import pytest
from register_api.importing import receiving, storing, working
from register_api.importing.job import PROBLEMS_KEPT
from register_api.importing.staging import ROWS_A_TURN, ROWS_AT_ONCE
from servicekit.paging import encode_cursor
from support.eventually import eventually
from support.imported import (
    csv_of,
    imported,
    job_of,
    parts,
    problems_of,
    rows_left,
    send,
    sent,
    work_off,
)
from support.log import connected
from support.school import Json, SmallSchool, found, slugs

WITH_DETAIL: Final = "date,session,pupil,code,detail"


async def test_a_file_with_too_many_problems_is_refused_whole(school: SmallSchool) -> None:
    refused = await send(school, csv_of("2026-11-20,AM,p1,/", *["x"] * (PROBLEMS_KEPT + 1)))
    taken = await send(school, csv_of("2026-11-20,AM,p1,/", *["x"] * PROBLEMS_KEPT))
    page = await found(school.client.get(f"{school.url}/imports"))

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert slugs(refused) == [("", "too-many-problems")]
    assert "line or record 10003" in refused.json()["errors"][0]["detail"]
    assert taken.status_code == HTTPStatus.ACCEPTED
    assert [each["problems"] for each in page["items"]] == [PROBLEMS_KEPT]


async def test_problems_that_the_law_finds_are_counted_on_where_they_are_not_kept(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "PROBLEMS_KEPT", 3)
    bad = [f"2026-11-{day},AM,{pupil},%" for day in (18, 19, 20) for pupil in ("p1", "p2")]
    job = await imported(school, csv_of("x", *bad))

    assert job["problems"] == len(bad) + 1
    assert [line for line, _, _ in await problems_of(school, job)] == [2, 3, 4]
    assert (job["status"], job["registers_refused"]) == ("finished", 3)


async def test_a_register_too_large_for_an_event_is_refused_and_the_next_is_not(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "BODY_LIMIT_BYTES", 1000)
    large = [f"2026-11-19,AM,{pupil},B,{'é' * 400}" for pupil in ("p1", "p2")]
    job = await imported(school, csv_of(*large, "2026-11-20,AM,p1,B,short", header=WITH_DETAIL))

    assert await problems_of(school, job) == [(2, "", "too-large")]
    assert (job["registers_stored"], job["registers_refused"]) == (1, 1)
    assert await rows_left(school) == 0


async def test_a_school_has_three_imports_at_work_and_no_more(school: SmallSchool) -> None:
    other = SmallSchool(school.house, school.client, urn=999002)
    await other.open("p1")
    file = csv_of("2026-11-20,AM,p1,/")
    for key in "abc":
        await send(school, file, key=key)
    refused = await send(school, file, key="d")
    again = await send(school, file, key="a")
    elsewhere = await send(other, file)
    await work_off(school)
    later = await send(school, file, key="d")

    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert refused.json()["type"] == "/problems/too-many-imports"
    assert int(refused.headers["Retry-After"]) > 0
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [elsewhere.status_code, later.status_code] == [HTTPStatus.ACCEPTED] * 2


async def test_uploads_that_begin_at_once_find_no_fourth_place(school: SmallSchool) -> None:
    async with connected(f"{school.house.settings.database_url}", role=None) as gatekeeper:
        await gatekeeper.execute(GATE)
        await gatekeeper.execute("SELECT pg_advisory_lock(51)")
        uploads = asyncio.gather(*(send(school, csv_of("2026-11-20,AM,p1,/")) for _ in range(6)))
        await eventually(lambda: gatekeeper.fetchval(ALL_WAIT, school.house.settings.pool_size))
        await gatekeeper.execute("SELECT pg_advisory_unlock(51)")
        answers = await uploads

    statuses = sorted(int(answer.status_code) for answer in answers)
    assert statuses == [HTTPStatus.ACCEPTED] * 3 + [HTTPStatus.TOO_MANY_REQUESTS] * 3


# Whoever has counted the jobs there are waits before adding one.
GATE: Final = """
CREATE FUNCTION public.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(51);
    RETURN NEW;
END
$$;
CREATE TRIGGER gate BEFORE INSERT ON register.import_job
FOR EACH ROW EXECUTE FUNCTION public.pass_gate()
"""
ALL_WAIT: Final = """
SELECT count(*) = $1::int FROM pg_locks
 WHERE NOT granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_a_school_whose_imports_wait_keeps_none_of_the_others_waiting(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "SCHOOLS_A_LOOK", 1)
    others = [SmallSchool(school.house, school.client, urn=urn) for urn in (999002, 999003)]
    for other in others:
        await other.open("p1")
    waiting = await sent(school, csv_of("2026-11-20,AM,p1,/"))
    jobs = [await sent(other, csv_of("2026-11-20,AM,p1,/")) for other in others]
    # As if another worker had it: this one must pass on.
    async with (
        connected(f"{school.house.settings.database_url}", role=None) as conn,
        conn.transaction(),
    ):
        await conn.execute("SELECT FROM register.import_job WHERE school_id = 999001 FOR UPDATE")
        await work_off(school)

    statuses = [
        (await job_of(other, job))["status"] for other, job in zip(others, jobs, strict=True)
    ]
    assert statuses == ["finished"] * 2
    assert (await job_of(school, waiting))["status"] == "queued"


async def test_an_upload_has_an_hour_however_busily_it_comes(
    school: SmallSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LONGEST_SECONDS", 0)
    rows = (f"2026-11-20,AM,p{number},/\n".encode() for number in range(1000))
    refused = await send(school, parts([b"date,session,pupil,code\n", *rows]))

    assert refused.status_code == HTTPStatus.REQUEST_TIMEOUT
    assert refused.json()["type"] == "/problems/upload-stopped"


async def test_others_have_their_turn_while_a_part_of_many_rows_is_read(
    school: SmallSchool,
) -> None:
    rows, turns, meanwhile, ended = ROWS_AT_ONCE - 1, 0, 0, False
    loop = asyncio.get_running_loop()

    def take_turn() -> None:
        nonlocal turns
        turns += 1
        if not ended:
            loop.call_soon(take_turn)

    async def one_part() -> AsyncIterator[bytes]:
        nonlocal meanwhile
        yield b"date,session,pupil,code\n"
        before = turns
        yield b"x\n" * rows  # not so many that they are staged: then others have theirs anyhow
        meanwhile = turns - before

    loop.call_soon(take_turn)
    answer = await send(school, one_part())
    ended = True

    assert answer.status_code == HTTPStatus.ACCEPTED
    assert meanwhile >= rows // ROWS_A_TURN


@pytest.mark.parametrize("part", ["\0", "\ud800"])
async def test_a_made_up_cursor_is_refused(school: SmallSchool, part: str) -> None:
    job = await imported(school, csv_of("2026-11-20,AM,p1,%"))

    async def page_after(*key: object) -> tuple[int, Json]:
        url = f"{school.url}/imports/{job['id']}/problems"
        answer = await school.client.get(url, params={"cursor": encode_cursor(key)})
        return answer.status_code, answer.json()

    assert (await page_after(2, part, "x"))[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (await page_after(2, "x", part))[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert await page_after(2**62, "x", "x") == (HTTPStatus.OK, {"items": [], "next": None})

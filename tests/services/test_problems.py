"""What isn't a success is a problem (RFC 9457), whatever went wrong and wherever."""

import asyncio

import asyncpg
import httpx
import pytest
from support.eventually import eventually
from support.house import keyed
from support.school import TODAY, SmallSchool, accepted, drawn, mark, pupil_body

MEMBERS = {"type", "title", "status", "detail", "instance"}
WAITING = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""


def is_problem(answer: httpx.Response, status: int, slug: str) -> bool:
    """Check the form of a problem, and what it says of itself."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) - {"errors"} == MEMBERS
    assert all(isinstance(problem[each], str) and problem[each] for each in MEMBERS - {"status"})
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{slug}"
    assert problem["instance"].startswith("urn:uuid:")
    for item in problem.get("errors", []):
        assert set(item) == {"pointer", "code", "detail"}
    return True


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/", 404, "not-found"),
        ("GET", "/register/v1/schools", 404, "not-found"),
        ("GET", "/register/v1/codes/", 404, "not-found"),
        ("GET", "/register/v2/codes", 404, "not-found"),
        ("GET", "/register/v1/schools/999009/pupils", 404, "not-found"),
        ("DELETE", "/register/v1/codes", 405, "method-not-allowed"),
        ("DELETE", "/register/v1/schools/999001", 405, "method-not-allowed"),
        ("BREW", "/register/v1/codes", 405, "method-not-allowed"),
        ("POST", "/ready", 405, "method-not-allowed"),
        ("GET", "/register/v1/codes?on=today", 422, "invalid-request"),
    ],
)
async def test_a_request_that_leads_nowhere_is_answered_with_a_problem(
    school: SmallSchool, method: str, path: str, status: int, slug: str
) -> None:
    answer = await school.client.request(method, path)

    assert is_problem(answer, status, slug)
    assert (status == 405) is ("Allow" in answer.headers)


async def test_a_path_names_every_method_that_it_takes(school: SmallSchool) -> None:
    answer = await school.client.delete(f"{school.url}/pupils")

    assert answer.headers["Allow"] == "GET, POST"


async def test_a_refused_caller_is_answered_with_a_problem(school: SmallSchool) -> None:
    async with school.house.anonymous() as anonymous:
        assert is_problem(await anonymous.get("/register/v1/codes"), 401, "unauthenticated")
    async with school.house.client("register:write", urns="*") as writer:
        assert is_problem(await writer.get("/register/v1/codes"), 403, "scope-missing")


async def test_one_reason_names_the_problem_and_several_have_a_name_together(
    school: SmallSchool,
) -> None:
    once = await school.enter([mark("p1", "%")])
    twice = await school.enter([mark("p1", "%"), mark("p2", "?")])
    mixed = await school.enter([mark("p1", "%"), mark("p9", "/")])

    assert is_problem(once, 422, "unknown-code")
    assert once.json()["detail"] == "1 item is wrong; nothing was stored."
    assert is_problem(twice, 422, "unknown-code")
    assert twice.json()["detail"] == "2 items are wrong; nothing was stored."
    assert is_problem(mixed, 422, "register-refused")


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/registers/2026-02-30/AM", "no-such-date"),
        (f"/registers/{TODAY}/AM?as_of=2026-02-30T09:00:00Z", "no-such-instant"),
        (f"/registers/{TODAY}/AM?as_of=2026-02-03T25:00:00Z", "no-such-instant"),
    ],
)
async def test_a_day_that_never_comes_is_called_that(
    school: SmallSchool, path: str, slug: str
) -> None:
    answer = await school.client.get(f"{school.url}{path}")

    assert is_problem(answer, 422, "invalid-request")
    assert [item["code"] for item in answer.json()["errors"]] == [slug]
    assert answer.json()["errors"][0]["detail"].startswith("There is no such ")


async def test_an_instance_is_the_id_the_answer_carries(school: SmallSchool) -> None:
    first, second = await school.enter([]), await school.enter([])

    assert first.json()["instance"] == f"urn:uuid:{first.headers['X-Request-Id']}"
    assert first.json()["instance"] != second.json()["instance"]


async def test_what_fails_here_is_a_problem_that_says_nothing_of_the_error(
    school: SmallSchool,
) -> None:
    school.house.app.state.runtimes["register-api"].pool.terminate()

    answer = await school.client.get(school.register_url())

    assert is_problem(answer, 500, "internal-error")
    for word in ("asyncpg", "Interface", "pool", "Traceback", "closed"):
        assert word not in answer.text


async def test_a_database_that_goes_away_is_a_problem_that_passes(
    school: SmallSchool, database_url: str
) -> None:
    key, other = keyed(), await asyncpg.connect(database_url)
    url, body = f"{school.url}/pupils", pupil_body("p4")
    try:
        async with other.transaction():
            await other.execute("SELECT position FROM eventlog.school_log FOR UPDATE")
            held_up = asyncio.create_task(school.client.post(url, json=body, headers=key))
            await eventually(lambda: _ended(other))
            answer = await held_up
    finally:
        await other.close()
    again = await accepted(school.client.post(url, json=body, headers=key))

    assert is_problem(answer, 503, "database-away")
    assert answer.headers["Retry-After"] == "1"
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again.headers


async def test_marks_that_may_or_may_not_be_stored_are_found_out_by_sending_them_again(
    school: SmallSchool, database_url: str
) -> None:
    await school.register()  # so that this process knows the whole roll
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT position FROM eventlog.school_log FOR UPDATE")
            held_up = asyncio.create_task(school.enter(drawn("/N/"), key="once"))
            await eventually(lambda: _ended(other))
            answer = await held_up
    finally:
        await other.close()
    again = await accepted(school.enter(drawn("/N/"), key="once"))

    assert is_problem(answer, 503, "not-known-stored")
    assert answer.headers["Retry-After"] == "1"
    assert again.status_code == 201
    assert await school.codes() == {"p1": "/", "p2": "N", "p3": "/"}


async def test_a_route_that_takes_no_slash_at_its_end_redirects_nobody(
    school: SmallSchool,
) -> None:
    answer = await school.client.get(f"{school.url}/registers/{TODAY}/AM/")

    assert is_problem(answer, 404, "not-found")


async def _ended(conn: asyncpg.Connection) -> bool:
    """End the sessions that wait for a lock; say whether there was one."""
    waiting = await conn.fetch(WAITING)
    for row in waiting:
        await conn.fetchval("SELECT pg_terminate_backend($1)", row["pid"])
    return bool(waiting)

"""No pupil leaves by the back door: not in a log, a measurement, a problem or a made-up URL.

Marked strings go in everywhere; what comes out elsewhere than in an answer that is meant to hold
them is searched.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

import asyncpg
import httpx
import pytest
import structlog
from servicekit.logs import configure_logs, log
from structlog.testing import capture_logs
from support.house import keyed
from support.school import TODAY, Json, SmallSchool, accepted, amendment, mark, pupil_body
from support.served import served

PUPIL: Final = "zq-7741"
SURNAME: Final = "Quillfeather"
FORENAME: Final = "Zephyrine"
REASON: Final = "broken xylophone"
CODE: Final = "Xq7"
GROUP: Final = "9-Marigold"
SIGNATORY: Final = {"name": "Ottoline Brack", "position": "Bursar of Wix"}
JSON: Final = {"Content-Type": "application/json"}
MARKED: Final = (PUPIL, SURNAME, FORENAME, REASON, CODE, GROUP, *SIGNATORY.values())

LEAKY_TRIGGER: Final = """
CREATE FUNCTION register.leak() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'cannot enter %', NEW USING DETAIL = NEW.pupil; END $$
"""
ON_MARK: Final = """
CREATE TRIGGER leak BEFORE INSERT ON register.mark FOR EACH ROW EXECUTE FUNCTION register.leak()
"""


@dataclass(frozen=True, slots=True)
class Written:
    """All that the process writes, in its logs and beside them."""

    logs: StringIO
    beside: pytest.CaptureFixture[str]

    def text(self) -> str:
        return self.logs.getvalue() + "".join(self.beside.readouterr())


@pytest.fixture(params=["json", "console"])
def written(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> Iterator[Written]:
    """Logs set up as a real process has them; put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    configure_logs(request.param, stream)
    yield Written(stream, capsys)
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def found_in(text: str) -> list[str]:
    return [each for each in MARKED if each.lower() in text.lower()]


def marked_pupil() -> Json:
    return pupil_body(
        PUPIL,
        legal_surname=SURNAME,
        legal_forename=FORENAME,
        groups=[GROUP],
        parents=[{"name": SURNAME, "lives_with": True}],
        by=SIGNATORY,
    )


async def every_success(school: SmallSchool) -> None:
    """Take the marked pupil through every route of the register."""
    client, url = school.client, school.url
    await accepted(client.post(f"{url}/pupils", json=marked_pupil(), headers=keyed()))
    await accepted(school.enter([mark(PUPIL, "B", detail=REASON)], group=GROUP, by=SIGNATORY))
    await accepted(school.amend([amendment(PUPIL, "B", "I", reason=REASON)], by=SIGNATORY))
    changes = {"known_as": FORENAME, "address": REASON, "by": SIGNATORY}
    await accepted(client.patch(f"{url}/pupils/{PUPIL}", json=changes, headers={"If-Match": "*"}))
    await accepted(school.delete(PUPIL, "a", notes=REASON, new_address=GROUP, by=SIGNATORY))
    for path in (
        f"/pupils/{PUPIL}",
        f"/pupils?group={GROUP}&limit=1",
        f"/registers/{TODAY}/AM?group={GROUP}",
        f"/pupils/{PUPIL}/entries/{TODAY}/AM",
        "/events",
    ):
        await accepted(client.get(f"{url}{path}"))
    await accepted(client.get(f"{url}/events", headers={"Accept": "application/jsonl"}))


async def refused_admissions(school: SmallSchool) -> list[httpx.Response]:
    """Be refused by the admission register with the marked strings."""
    other = f"never-{PUPIL}"
    return [
        await school.admit(PUPIL, legal_surname=f"{SURNAME}\n", upn=SURNAME, by=SIGNATORY),
        await school.admit(other, characteristics=[CODE], by=SIGNATORY),
        await school.client.patch(
            f"{school.url}/pupils/{other}",
            json={"known_as": SURNAME, "by": SIGNATORY},
            headers={"If-Match": "*"},
        ),
        await school.delete(PUPIL, CODE, notes=f"{REASON}\0", conditions={REASON: True}),
        await school.delete(other, "o", notes=REASON, by=SIGNATORY),
    ]


async def every_refusal(school: SmallSchool) -> list[httpx.Response]:
    """Be refused with the marked strings in every place where something can be sent."""
    client, url, by = school.client, school.url, {"by": SIGNATORY}
    register = f"{url}/registers/{TODAY}/AM"
    wrong: list[Json] = [
        {"marks": [mark(PUPIL, CODE)], **by},
        {"marks": [mark("never-" + PUPIL, "/")], **by},
        {"marks": [{PUPIL: "/"}], **by},
        {"marks": [{"pupil": PUPIL, "code": {FORENAME: REASON}}], **by},
        {"marks": {PUPIL: CODE}, SURNAME: FORENAME, **by},
        {"marks": [mark(f"{FORENAME} {SURNAME}", "/")], **by},
        {"marks": [mark(PUPIL, "L", minutes_late=REASON)], **by},
        {"marks": [mark(PUPIL, "/")], "by": SURNAME},
        {"amendments": [amendment(PUPIL, CODE, CODE, reason=f"{REASON}\0")], **by},
    ]
    answers = [
        await client.post(f"{register}/{what}", json=body, headers=keyed())
        for body in wrong
        for what in ("marks", "amendments")
    ]
    answers += [
        *await refused_admissions(school),
        await client.post(
            f"{register}/marks", content=f'{{"{SURNAME}'.encode(), headers=keyed() | JSON
        ),
        await client.post(
            f"{register}/marks",
            content=f'{{"{SURNAME}é"}}'.encode("latin-1"),
            headers=keyed() | JSON,
        ),
        await client.get(f"/register/v1/schools/{SURNAME}/pupils"),
        await client.get(f"/register/v1/{SURNAME}/{PUPIL}"),
        await client.get(f"{url}/pupils/{PUPIL}%20{SURNAME}/entries/{TODAY}/AM"),
        await client.get(f"{url}/pupils/{PUPIL}/entries/{SURNAME}/{FORENAME}"),
        await client.get(f"{url}/pupils/never-{PUPIL}/entries/{TODAY}/AM"),
        await client.get(f"{url}/pupils?cursor={SURNAME}&group={GROUP}%00"),
        await client.get(f"{url}/events?kind={SURNAME}"),
        await client.get(f"{register}?as_of={SURNAME}"),
        await client.request(SURNAME, f"{url}/pupils"),
        await client.get(f"{url}/pupils", headers={"Authorization": f"Bearer {SURNAME}"}),
        await client.post(
            f"{register}/marks", json={}, headers={"Idempotency-Key": f"{SURNAME} {PUPIL}"}
        ),
    ]
    return answers


async def test_no_marked_string_is_in_a_log_or_a_measurement(
    school: SmallSchool, written: Written
) -> None:
    await every_success(school)
    await every_refusal(school)
    measured = (await school.client.get("/metrics")).text
    text = written.text()

    assert text.count("request_id") > 30, "nothing was logged, so nothing was tested"
    assert found_in(text) == []
    assert found_in(measured) == []


async def test_no_problem_repeats_what_was_sent(school: SmallSchool) -> None:
    answers = await every_refusal(school)

    assert {answer.status_code for answer in answers} == {401, 404, 405, 422}
    leaks = {answer.request.url.path: found_in(answer.text) for answer in answers}
    assert {path: found for path, found in leaks.items() if found} == {}


async def test_the_next_page_is_found_without_a_pupil_s_name_in_its_url(
    school: SmallSchool,
) -> None:
    await every_success(school)
    page = await accepted(school.client.get(f"{school.url}/pupils?limit=1"))

    assert page.json()["items"][0]["legal_surname"] == SURNAME
    assert set(page.json()["next"]) < set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )
    assert found_in(page.links["next"]["url"]) == []


async def test_an_error_that_holds_a_pupil_s_row_is_logged_without_its_text(
    school: SmallSchool, database_url: str, written: Written
) -> None:
    admin = await asyncpg.connect(database_url)
    try:
        await admin.execute(LEAKY_TRIGGER)
        await admin.execute(ON_MARK)
    finally:
        await admin.close()
    await accepted(school.client.post(f"{school.url}/pupils", json=marked_pupil(), headers=keyed()))

    async with served(school.house.app) as base_url, httpx.AsyncClient() as outside:
        answer = await outside.post(
            f"{base_url}{school.register_url()}/marks",
            json={"marks": [mark(PUPIL, "B", detail=REASON)], "by": SIGNATORY},
            headers={**school.client.headers, **keyed()},
        )
    text = written.text()

    assert answer.status_code == 500
    assert found_in(answer.text) == []
    assert "Exception in ASGI application" in text
    assert "RaiseError at " in text
    assert found_in(text) == []


async def test_a_task_that_nobody_waited_for_is_logged_without_its_error_s_text(
    written: Written,
) -> None:
    loop = asyncio.get_running_loop()
    lost: asyncio.Future[None] = loop.create_future()
    lost.set_exception(ValueError(f"{SURNAME} {FORENAME}"))
    lost.exception()  # asked for, so that only our report of it is written

    loop.call_exception_handler(
        {
            "message": "Future exception was never retrieved",
            "future": lost,
            "exception": lost.exception(),
        }
    )
    text = written.text()

    assert "never retrieved" in text
    assert found_in(text) == []


def test_a_library_s_traceback_is_logged_by_the_type_of_its_error(
    written: Written,
) -> None:
    traceback = f'Traceback (most recent call last):\n  File "x.py"\nValueError: {SURNAME}'
    logging.getLogger("uvicorn.error").error(traceback)
    text = written.text()

    assert "ValueError" in text
    assert found_in(text) == []


def test_our_own_lines_name_an_error_by_type_and_place(written: Written) -> None:
    try:
        raise LookupError(SURNAME)
    except LookupError:
        log.exception("something failed")
    text = written.text()

    assert "LookupError at " in text
    assert "test_our_own_lines" in text
    assert found_in(text) == []


async def test_a_request_is_one_line_with_its_school_position_time_and_outcome(
    school: SmallSchool,
) -> None:
    with capture_logs() as lines:
        answer = await school.enter([mark("p1", "N")])
    [line] = lines

    assert line["event"] == "request"
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["route"] == "/register/v1/schools/{urn}/registers/{date}/{session}/marks"
    assert (line["method"], line["school"], line["outcome"]) == ("POST", "999001", 201)
    assert line["position"] == answer.json()["position"]
    assert line["ms"] > 0

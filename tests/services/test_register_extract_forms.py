"""In which form an extract is given, what a page may do, and how paper is checked by the log."""

import io
import re
from http import HTTPStatus
from pathlib import Path

import httpx
import pypdf
import pytest
from support.over_years import MONDAY, drop, school_over_years
from support.school import SmallSchool, accepted, amendment, drawn, slugs

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
STATED_AS_OF = re.compile(r"As known at (\S+), position (\d+)")


async def export(school: SmallSchool, accept: str = "*/*", **query: str) -> httpx.Response:
    return await accepted(
        school.client.get(
            f"{school.url}/exports/register",
            params={"month": "2026-11", **query},
            headers={"Accept": accept},
        )
    )


def words(answer: httpx.Response) -> str:
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("application/pdf", "application/pdf"),
        ("text/csv, text/html;q=0.1", "text/csv; charset=utf-8"),
    ],
)
async def test_the_form_is_what_the_client_accepts(
    school: SmallSchool, accept: str, media_type: str
) -> None:
    assert (await export(school, accept)).headers["Content-Type"] == media_type


async def test_the_query_says_the_form_louder_than_accept(school: SmallSchool) -> None:
    answer = await export(school, "text/html", format="csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


async def test_a_form_there_isnt_is_not_acceptable(school: SmallSchool) -> None:
    answer = await school.client.get(
        f"{school.url}/exports/register?month=2026-11", headers={"Accept": "application/msword"}
    )

    assert answer.status_code == HTTPStatus.NOT_ACCEPTABLE
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_page_can_do_nothing_and_names_nobody_outside_itself(school: SmallSchool) -> None:
    await accepted(
        school.admit("p4", legal_surname="<script>alert(1)</script>", legal_forename="#{x} $y$")
    )

    answer = await export(school)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;, #{x} $y$" in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    disposition = 'inline; filename="register-999001-2026-11.html"'
    assert answer.headers["Content-Disposition"] == disposition
    assert '<html lang="en-GB">' in answer.text


async def test_a_name_that_looks_like_markup_is_printed_as_it_is(school: SmallSchool) -> None:
    await accepted(school.admit("p4", legal_surname="#panic() *O'Brien*", legal_forename="$x$ _y_"))

    assert "#panic() *O'Brien*, $x$ _y_" in words(await export(school, format="pdf"))


async def test_a_page_asked_for_again_as_of_its_instant_has_its_digest_in_every_form(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/N-")))
    printed = await export(school)
    stated = STATED_AS_OF.search(printed.text)
    assert stated is not None
    digest = printed.headers["X-Extract-Digest"]
    assert digest in printed.text
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p2", "N", "I")]))

    again = [await export(school, format=form, as_of=stated[1]) for form in ("html", "pdf", "csv")]

    assert {each.headers["X-Extract-Digest"] for each in again} == {digest}
    assert {each.headers["X-As-Of"] for each in again} == {stated[1]}
    assert {each.headers["X-Log-Position"] for each in again} == {stated[2]} == {"6"}
    assert digest in words(again[1])
    assert (await export(school)).headers["X-Extract-Digest"] != digest


async def test_a_month_of_a_year_without_a_calendar_is_refused(school: SmallSchool) -> None:
    answer = await school.client.get(f"{school.url}/exports/register?month=2026-07")

    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.json()["type"] == "/problems/no-calendar"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/query/month"),
        ("month=2026-13", "/query/month"),
        ("month=november", "/query/month"),
        ("month=2026-11&format=docx", "/query/format"),
        ("month=2026-11&as_of=yesterday", "/query/as_of"),
        ("month=2026-11&gruop=6B", "/query"),
    ],
)
async def test_a_query_that_cant_be_is_refused(
    school: SmallSchool, query: str, pointer: str
) -> None:
    answer = await school.client.get(f"{school.url}/exports/register?{query}")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [each[0] for each in slugs(answer)] == [pointer]


async def test_an_export_needs_leave_to_read_and_a_school_of_ones_own(school: SmallSchool) -> None:
    async with school.house.client("events:read") as client:
        unscoped = await client.get(f"{school.url}/exports/register?month=2026-11")
    async with school.house.client(urns=[999002]) as client:
        stranger = await client.get(f"{school.url}/exports/register?month=2026-11")

    assert unscoped.status_code == HTTPStatus.FORBIDDEN
    assert stranger.status_code == HTTPStatus.NOT_FOUND


async def test_what_was_dropped_after_its_time_is_said_to_be_gone_and_isnt_shown_as_blanks(
    database_url: str, tmp_path: Path
) -> None:
    async with school_over_years(database_url, tmp_path) as school:
        before = await export(school)
        await drop(database_url)
        after = await school.client.get(f"{school.url}/exports/register?month=2026-11")

    assert f"Mon {MONDAY.day} Nov 2026 AM" in before.text, "it was amended"
    assert after.status_code == HTTPStatus.GONE
    assert after.json()["type"] == "/problems/entries-dropped"

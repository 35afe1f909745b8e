"""A registration certificate: what a head signs, for whom, and what stands on it."""

import csv
import io
import re
from datetime import date
from http import HTTPStatus

import httpx
import pypdf
import pytest
from support.school import SmallSchool, accepted, amendment, drawn, slugs

PERIOD = {"from": "2026-11-02", "to": "2026-11-20"}
PARENT = {"name": "Zoë Nguyễn-Żółkiewska", "address": "4 High Street", "lives_with": True}


async def certificate(school: SmallSchool, pupil: str = "p1", **query: str) -> httpx.Response:
    return await accepted(
        school.client.get(f"{school.url}/pupils/{pupil}/certificate", params={**PERIOD, **query})
    )


def words(answer: httpx.Response) -> str:
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def plain(page: str) -> str:
    """Read a page as text, a bar between cells."""
    return " ".join(re.sub("<[^>]*>", "", re.sub(r"\s*</t[dh]>\s*", "|", page)).split())


async def test_the_certificate_states_the_pupil_the_absences_and_the_totals(
    school: SmallSchool,
) -> None:
    await school.take_weeks(
        "p1", "////GG////", "..////////", "//////L/O/", monday=date(2026, 11, 2)
    )

    page = plain((await certificate(school)).text)

    assert "Surname-p1" in page
    assert "5 May 2016" in page
    assert "throughout this period" in page
    assert "from 8 Jun 2026" in page
    assert "Wed 4 Nov 2026|all day|G|Holiday without leave|unauthorised|" in page
    assert "Mon 9 Nov 2026|all day|I|Illness|authorised|" in page
    assert "Fri 20 Nov 2026|AM|O|Absent in other or unknown circumstances|unauthorised|" in page
    assert "30|25|2|3|1|0|0|" in page, "possible to no entry"
    assert "I certify that the particulars above, of Bo Surname-p1 from 2 Nov 2026 to 20" in page
    for line in ("Signature", "Name", "Position", "Date"):
        assert line in page


async def test_the_calendar_has_a_line_a_week_and_shows_what_is_missing(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/--")))

    page = (await certificate(school, to="2026-11-27")).text

    last = re.search(r"23 Nov 2026</th>(.*?)</tr>", page, re.S)
    assert last is not None
    assert last[1].count("to come") == 8
    assert last[1].count('class="closed">#') == 2, "the 27th was an INSET day"
    week = re.search(r"16 Nov 2026</th>(.*?)</tr>", page, re.S)
    assert week is not None
    assert week[1].count("no entry") == 9
    assert "|29|" in plain(page), "sessions without an entry are told, and never possible"


async def test_every_amendment_is_on_it_with_its_five_items_in_every_form(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("N//")))
    school.house.clock.forward(days=3)
    await accepted(school.amend([amendment("p1", "N", "I")]))
    item = ("Fri 20 Nov 2026 AM", "N", "I", "medical note", "23 Nov 2026", "A. Smith")

    page = plain((await certificate(school)).text)
    read = words(await certificate(school, format="pdf"))
    text = (await certificate(school, format="csv")).content.decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))

    assert "|".join((*item, "Attendance Officer")) in page
    assert " ".join((*item, "Attendance Officer")) in read
    assert [(each["original"], each["code"]) for each in lines] == [("", "N"), ("N", "I")]
    assert {each["pupil"] for each in lines} == {"p1"}, "nobody else's entries"


async def test_parents_stand_on_it_for_those_who_may_read_them(school: SmallSchool) -> None:
    await accepted(school.admit("p4", parents=[PARENT, {"name": "A. Green", "lives_with": False}]))

    async def asked(scope: str) -> str:
        async with school.house.client(scope) as client:
            url = f"{school.url}/pupils/p4/certificate"
            return (await accepted(client.get(url, params=PERIOD))).text

    with_them = plain(await asked("register:read audit:read"))
    assert "Zoë Nguyễn-Żółkiewska, 4 High Street (the pupil normally lives with them)" in with_them
    assert "A. Green" in with_them
    assert "Green" not in await asked("register:read")


async def test_letters_of_every_language_come_out_right_on_paper(school: SmallSchool) -> None:
    await accepted(
        school.admit(
            "p4",
            legal_surname="Đặng-Łęcki Ó Murchú",
            legal_forename="Þóra Şükran",
            parents=[PARENT],
        )
    )
    answer = await certificate(school, "p4", format="pdf")

    assert "Þóra Şükran Đặng-Łęcki Ó Murchú" in words(answer)
    assert "Zoë Nguyễn-Żółkiewska" in words(answer)


async def test_time_before_and_after_the_roll_is_not_due(school: SmallSchool) -> None:
    await accepted(school.admit("p4", starting_day="2026-11-18"))

    page = (await certificate(school, "p4")).text

    assert "from 18 Nov 2026" in page
    week = re.search(r"16 Nov 2026</th>(.*?)</tr>", page, re.S)
    assert week is not None
    assert week[1].count("not due") == 4
    assert "9 Nov 2026</th>" not in page, "a week with nothing due has no line"


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("2021-12-31", "at no time in this period"),
        ("2010-09-05", "throughout this period"),
        ("2021-08-31", "throughout this period"),
    ],
)
async def test_it_says_when_the_pupil_was_of_compulsory_school_age(
    school: SmallSchool, born: str, said: str
) -> None:
    await accepted(school.admit("p4", date_of_birth=born))

    assert f"<dd>{said}</dd>" in (await certificate(school, "p4")).text


async def test_compulsory_school_age_may_begin_within_the_period(school: SmallSchool) -> None:
    await accepted(school.admit("p4", date_of_birth="2021-12-01"))
    school.house.clock.forward(days=60)

    page = (await certificate(school, "p4", to="2027-01-15")).text

    assert "from 31 Dec 2026 to 15 Jan 2027 in this period" in page


async def test_as_of_knows_nothing_of_what_came_later(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("N//")))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p1", "N", "I")]))

    before = await certificate(school, as_of="2026-11-20T16:30:00Z")
    now = await certificate(school)

    assert "No entry here was amended." in before.text
    assert before.headers["X-Extract-Digest"] != now.headers["X-Extract-Digest"]


async def test_the_same_certificate_is_the_same_pdf_and_names_nobody_beside_it(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("N//")))
    as_of = "2026-11-20T16:00:00Z"

    first = await certificate(school, format="pdf", as_of=as_of)
    second = await certificate(school, format="pdf", as_of=as_of)

    assert first.content == second.content
    disposition = 'inline; filename="certificate-999001-2026-11-02-to-2026-11-20.pdf"'
    assert first.headers["Content-Disposition"] == disposition
    stated = pypdf.PdfReader(io.BytesIO(first.content))
    assert stated.metadata is not None
    assert stated.metadata.title == "Registration certificate, 2 Nov 2026 to 20 Nov 2026"
    assert stated.metadata.creation_date_raw == "D:20261120160000Z"
    assert "Surname" not in str(stated.metadata) + str(first.headers)


@pytest.mark.parametrize(
    ("period", "wrong"),
    [
        ({"to": "2026-11-01"}, ("/query/to", "ends-before-start")),
        ({"from": "2025-11-19"}, ("/query/to", "period-too-long")),
        ({"to": "20-11-2026"}, ("/query/to", "date-format")),
    ],
)
async def test_a_period_that_cant_be_is_refused(
    school: SmallSchool, period: dict[str, str], wrong: tuple[str, str]
) -> None:
    answer = await school.client.get(
        f"{school.url}/pupils/p1/certificate", params={**PERIOD, **period}
    )

    assert (answer.status_code, slugs(answer)) == (HTTPStatus.UNPROCESSABLE_ENTITY, [wrong])


async def test_a_certificate_reaching_into_a_year_without_a_calendar_is_refused(
    school: SmallSchool,
) -> None:
    answer = await school.client.get(
        f"{school.url}/pupils/p1/certificate", params={**PERIOD, "from": "2026-07-01"}
    )

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "2025-26" in answer.json()["detail"]


async def test_there_is_none_for_a_pupil_there_isnt(school: SmallSchool) -> None:
    answer = await school.client.get(f"{school.url}/pupils/p9/certificate", params=PERIOD)

    assert answer.status_code == HTTPStatus.NOT_FOUND

"""The register of a month as a page, as a PDF and as a file, and how paper is checked."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date

import httpx
import pypdf
import pytest
from support.school import OFFICER, TODAY, SmallSchool, accepted, amendment, drawn, mark

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MONDAY = date(2026, 11, 16)
STATED_AS_OF = re.compile(r"As known at (\S+), position (\d+)")


async def export(school: SmallSchool, accept: str = "*/*", **query: str) -> httpx.Response:
    return await accepted(
        school.client.get(
            f"{school.url}/exports/register",
            params={"month": "2026-11", **query},
            headers={"Accept": accept},
        )
    )


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def words(answer: httpx.Response) -> str:
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def cells(page: str, pupil: str) -> list[str]:
    """Read a pupil's row of a page: what is seen in each cell, and `~` where nothing is due."""
    row = re.search(rf"<tr><th scope=\"row\">[^<]*<span[^>]*>{pupil}</span>(.*?)</tr>", page, re.S)
    assert row is not None, f"{pupil} has no row"
    found = re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.S)
    return [re.sub("<span class=unseen>not due</span>", "~", each) for each in found]


def seen(cell: str) -> str:
    return re.sub(r"<span.*?</span>", "", cell)


async def test_the_page_has_a_column_a_session_and_a_line_a_pupil(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N-")))
    await accepted(school.enter(drawn("/OL", "PM"), half="PM"))

    page = (await export(school)).text

    # 2 to 30 November: twenty days of two sessions, and the 27th closed.
    assert page.count(">AM</th>") == page.count(">PM</th>") == 20
    friday = 2 * 14
    assert [seen(each) for each in cells(page, "p1")][friday : friday + 2] == ["/", "\\"]
    assert [seen(each) for each in cells(page, "p2")][friday : friday + 2] == ["N", "O"]
    assert cells(page, "p3")[friday] == "<span class=unseen>no entry</span>", "missing, never N"
    assert cells(page, "p3")[friday + 2] == "<span class=unseen>to come</span>"
    assert cells(page, "p1")[38] == "#", "one column for a day of no school"
    assert cells(page, "p2")[-6:] == ["2", "0", "0", "2", "0", "0"]
    assert cells(page, "p3")[-6:] == ["1", "1", "0", "0", "1", "0"]
    assert "<li><b>N</b> Reason not yet established</li>" in page
    assert "<b>G</b>" not in page, "only the codes that are used"


async def test_every_amendment_is_on_the_page_with_its_five_items(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N-")))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p2", "N", "O", reason="nobody rang")]))
    school.house.clock.forward(days=3)
    await accepted(school.amend([amendment("p2", "O", "I", reason="medical note")]))

    page, read = (await export(school)).text, words(await export(school, format="pdf"))

    assert cells(page, "p2")[28] == "I*"
    for line in (
        ("Fri 20 Nov 2026 AM", "N", "O", "nobody rang", "20 Nov 2026"),
        ("Fri 20 Nov 2026 AM", "O", "I", "medical note", "23 Nov 2026"),
    ):
        session, original, amended, reason, on = line
        signed = (OFFICER["name"], OFFICER["position"])
        shown = (session, "Surname-p2, Bo", original, amended, reason, on, *signed)
        written = re.sub(r"\s*</t[dh]>\s*<t[dh]>", "|", page)
        assert "|".join(shown) in written
        assert " ".join(shown) in read


async def test_an_entry_made_after_its_day_says_when_and_by_whom(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--"), on=MONDAY))

    page = (await export(school)).text

    assert cells(page, "p1")[20] == "/+"
    assert "Entered after the session’s day" in page
    assert "Mon 16 Nov 2026 AM</th><td>Surname-p1, Bo</td><td>/</td><td>20 Nov 2026</td>" in page


async def test_a_groups_register_has_its_pupils_on_the_days_they_were_in_it(
    school: SmallSchool,
) -> None:
    await accepted(school.admit("p4", groups=["6C"]))
    await accepted(school.admit("p5", groups=["6B"], starting_day="2026-11-18"))
    await accepted(school.enter(drawn("/", pupils=["p4"])))

    page = (await export(school, group="6B")).text

    assert "group 6B" in page
    assert "Surname-p4" not in page
    assert cells(page, "p5")[:24] == ["~"] * 24
    assert cells(page, "p5")[24] == "<span class=unseen>no entry</span>"
    assert [row["pupil"] for row in rows(await export(school, group="6C", format="csv"))] == ["p4"]


async def test_a_boarder_is_due_in_no_session(school: SmallSchool) -> None:
    await accepted(school.admit("p4", boarder=True))

    assert "~" in cells((await export(school)).text, "p4")[0]


async def test_the_file_has_a_line_an_entry_originals_and_amendments(school: SmallSchool) -> None:
    marks = [mark("p1", "U", minutes_late=50), mark("p2", "N"), mark("p3", "B", detail="pantomime")]
    await accepted(school.enter(marks))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p2", "N", "I")]))

    answer = await export(school, format="csv")
    lines = rows(answer)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.count(b"\r\n") == 5
    assert [(each["pupil"], each["code"], each["in_force"]) for each in lines] == [
        ("p1", "U", "true"),
        ("p2", "N", "false"),
        ("p2", "I", "true"),
        ("p3", "B", "true"),
    ]
    assert lines[0] | {"minutes_late": "50", "class": "unauthorised"} == lines[0]
    assert lines[3] | {"detail": "pantomime", "surname": "Surname-p3"} == lines[3]
    assert lines[2] == {
        "date": "2026-11-20",
        "session": "AM",
        "pupil": "p2",
        "surname": "Surname-p2",
        "forename": "Bo",
        "code": "I",
        "meaning": "Illness",
        "class": "authorised",
        "in_force": "true",
        "original": "N",
        "amended": "I",
        "reason": "medical note",
        "amended_on": "2026-11-20",
        "by_name": "A. Smith",
        "by_position": "Attendance Officer",
        "late_entry": "false",
        "minutes_late": "",
        "detail": "",
        "recorded_at": "2026-11-20T17:00:00Z",
        "log_position": "7",
    }


@pytest.mark.parametrize("formula", ["=cmd()", "+1", "-1", "@sum", '=HYPERLINK("x";"y")'])
async def test_no_cell_of_the_file_is_a_formula(school: SmallSchool, formula: str) -> None:
    await accepted(school.enter(drawn("/N-")))
    await accepted(school.amend([amendment("p2", "N", "I", reason=formula)]))

    lines = rows(await export(school, format="csv"))

    assert lines[-1]["reason"] == f"'{formula}"


async def test_as_of_shows_the_month_as_it_was_known(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N-")))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p2", "N", "I")]))
    await accepted(school.admit("p4"))

    before = (await export(school, as_of="2026-11-20T16:30:00Z")).text

    assert cells(before, "p2")[28] == "N"
    assert "Surname-p4" not in before
    assert "No entry here was amended." in before


async def test_an_instant_yet_to_come_is_now(school: SmallSchool) -> None:
    answer = await export(school, as_of="2030-01-01T00:00:00Z")

    assert answer.headers["X-As-Of"] == "2026-11-20T16:00:00Z"


async def test_an_export_has_what_was_stored_before_it_though_this_clock_is_behind(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/N-")))
    school.house.clock.forward(seconds=-5)

    answer = await export(school)

    assert cells(answer.text, "p2")[28] == "N"
    assert answer.headers["X-As-Of"] == "2026-11-20T16:00:00Z"


async def test_the_page_says_who_asked_for_it(school: SmallSchool) -> None:
    person = {"urns": [999001], "name": "H. Wood", "position": "Head Teacher"}
    system = {"urns": [999001], "client_id": "mis-1"}

    async def asked(claims: Mapping[str, object]) -> str:
        async with school.house.client("register:read", **claims) as client:
            answer = await client.get(f"{school.url}/exports/register?month=2026-11")
        return answer.text

    assert "Exported 2026-11-20T16:00:00Z by H. Wood, Head Teacher." in await asked(person)
    assert "by the system mis-1." in await asked(system)


async def test_a_day_closed_after_its_register_was_taken_keeps_its_entries_and_counts_nowhere(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/O-")))
    body = {
        "half_terms": [{"name": "Autumn", "starts": "2026-11-02", "ends": "2026-12-18"}],
        "closures": [{"date": f"{TODAY}", "reason": "flood"}],
    }
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    page = (await export(school)).text

    assert cells(page, "p2")[28] == "O"
    assert cells(page, "p3")[28] == "#"
    assert cells(page, "p2")[-6:] == ["0"] * 6

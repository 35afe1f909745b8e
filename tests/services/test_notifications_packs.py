"""A return ready to be handed over: as JSON, and as a page that is printed."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from attendance.admission_entry import EmergencyContact, Parent
from attendance.admission_events import Destination, NewAddress
from support.endpoint import endpoint
from support.notified import LA, Notified, notified
from support.returned import corrected, entered, found, left, record, returns, told

KINDS = ("attendance-return", "deletion-return", "new-pupil-return", "sickness-return")


class Loading(HTMLParser):
    """Collects what a page would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "form", "object", "base"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or name in {"src"}]


async def pack(notices: Notified, accept: str, **claims: object) -> httpx.Response:
    """Ask for the pack of the newest return there is."""
    id_ = (await returns(notices))[-1]["id"]
    async with notices.house.client("returns:read", **claims) as client:
        return await client.get(f"/notifications/v1/returns/{id_}/pack", headers={"Accept": accept})


async def test_a_pack_is_json_unless_a_page_is_wanted_more(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), found("new-pupil-return"))
        answers = [await pack(notices, accept) for accept in ("*/*", "text/html", "image/png")]

    types = [answer.headers["content-type"].partition(";")[0] for answer in answers]
    assert types == ["application/json", "text/html", "application/problem+json"]
    assert answers[2].status_code == 406
    assert {answer.headers.get("cache-control") for answer in answers[:2]} == {"no-store"}


async def test_a_json_pack_says_what_the_law_asks_for_and_which_law(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), left(), found("deletion-return"))
        said = (await pack(notices, "application/json", la=LA)).json()

    made = said["statutory_return"]
    assert said["title"] == "Deletion return"
    assert "reg 13" in said["source"]
    assert made["contents"]["ground"] == "g"
    assert made["contents"]["parents"] == [{"name": "Marked-Parent", "lives_with": True}]
    assert None not in made["contents"].values()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_runs_nothing_and_loads_nothing(
    database_url: str, tmp_path: Path, kind: str
) -> None:
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), left(), found(kind))
        page = await pack(notices, "text/html")

    loading = Loading()
    loading.feed(page.text)
    assert loading.found == []
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["content-disposition"] == f'inline; filename="{kind}.html"'
    assert "Marked-Surname" in page.text
    assert "Marked-Address" in page.text


async def test_a_name_on_a_page_is_never_markup(database_url: str, tmp_path: Path) -> None:
    async with notified(database_url, tmp_path) as notices:
        odd = replace(entered(), legal_surname="<script>alert(1)</script>", address='"&<b>')
        await notices.happen(odd, found("new-pupil-return"))
        page = (await pack(notices, "text/html")).text

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&#34;&amp;&lt;b&gt;" in page


async def test_a_deletion_s_page_says_the_ground_and_where_the_pupil_goes(
    database_url: str, tmp_path: Path
) -> None:
    gone = replace(
        left(),
        destination_school=Destination(name="Oakfield Academy"),
        new_address=NewAddress(address="9 Harbour Row", lives_with="N. Adeyemi"),
    )
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), gone, found("deletion-return"))
        page = (await pack(notices, "text/html")).text

    assert "Regulation 9(1)(g)" in page
    assert "Oakfield Academy" in page
    assert "9 Harbour Row, with N. Adeyemi" in page
    assert "20 November 2026" in page
    assert "Marked-Notes" not in page


async def test_a_deletion_s_page_says_what_is_missing_of_parents_lived_with(
    database_url: str, tmp_path: Path
) -> None:
    unreached = entered()
    by_contact = replace(
        entered("p2"),
        emergency_contacts=(EmergencyContact(name="Marked-Parent", telephones=("1",)),),
    )
    nobody = replace(entered("p3"), parents=())
    async with notified(database_url, tmp_path) as notices:
        pages = []
        for event in (unreached, by_contact, nobody):
            pupil = event.pupil
            await notices.happen(event, left(pupil), found("deletion-return", pupil))
            pages.append((await pack(notices, "text/html")).text)

    assert "Missing: an emergency telephone number of Marked-Parent" in pages[0]
    assert "Missing:" not in pages[1]
    assert "Missing: the parents" in pages[2]


async def test_a_page_says_that_it_isnt_to_be_sent_any_more(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), found("new-pupil-return"))
        old = (await returns(notices))[0]["id"]
        await notices.happen(corrected(found("new-pupil-return"), provisional=True))
        async with notices.house.client() as client:
            url = f"/notifications/v1/returns/{old}/pack"
            page = (await client.get(url, headers={"Accept": "text/html"})).text
        newest = (await pack(notices, "text/html")).text

    assert "Corrected on 20 November 2026" in page
    assert "Provisional:" in newest
    assert "in place of version 1" in newest


async def test_a_page_has_lines_to_fill_in_until_the_submission_is_recorded(
    database_url: str, tmp_path: Path
) -> None:
    by = {"name": "A. Smith", "position": "Attendance Officer"}
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), found("sickness-return"))
        before = (await pack(notices, "text/html")).text
        id_ = (await returns(notices))[0]["id"]
        body = {"submitted_on": "2026-11-19", "how": "post", "by": by}
        await record(notices, f"{id_}/submission", body)
        after = (await pack(notices, "text/html")).text

    assert "reference</span>" in before
    assert "Recorded as submitted on 19 November 2026" in after
    assert "reference</span>" not in after


async def test_the_page_of_what_the_authority_has_says_so_and_has_no_lines(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la, types=["uk.attendance.return-due.v1"])
        await notices.happen(entered(), found("sickness-return"))
        await told(notices, la, 1)
        sent = (await pack(notices, "text/html")).text
        id_ = (await returns(notices))[0]["id"]
        await record(notices, f"{id_}/acknowledgement", {}, la=LA)
        acknowledged = (await pack(notices, "text/html")).text

    assert "Sent on 20 November 2026" in sent
    assert "The authority acknowledged it on 20 November 2026" in acknowledged
    assert "reference</span>" not in sent + acknowledged


async def test_a_deletion_s_page_says_whose_telephone_number_is_missing(
    database_url: str, tmp_path: Path
) -> None:
    parents = (
        Parent(name="N. Adeyemi", telephone="07700 900123", lives_with=True),
        Parent(name="P. Adeyemi", lives_with=True),
    )
    async with notified(database_url, tmp_path) as notices:
        pupil = replace(entered(), parents=parents, emergency_contacts=())
        await notices.happen(pupil, left(), found("deletion-return"))
        page = (await pack(notices, "text/html")).text

    assert "Missing: an emergency telephone number of P. Adeyemi" in page
    assert "number of N. Adeyemi" not in page

"""The admission register over HTTP: admissions, their refusals, and the roll in pages."""

import pytest
from support.house import keyed
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    found,
    pupil_body,
    slugs,
)


async def roll(school: SmallSchool, **query: str) -> Json:
    return await found(school.client.get(f"{school.url}/pupils", params=query))


async def pupils(school: SmallSchool, **query: str) -> list[str]:
    return [each["pupil"] for each in (await roll(school, **query))["items"]]


async def test_an_admitted_pupil_is_on_the_roll_from_the_starting_day(school: SmallSchool) -> None:
    before = await school.head()

    admitted = await accepted(school.admit("p4", starting_day="2026-11-23"))

    assert admitted.status_code == 201
    assert (admitted.json()["position"], admitted.json()["pupil"]) == (before + 1, "p4")
    assert await pupils(school) == ["p1", "p2", "p3"]
    assert await pupils(school, on="2026-11-23") == ["p1", "p2", "p3", "p4"]


async def test_all_that_the_admission_register_holds_is_kept(school: SmallSchool) -> None:
    particulars = {
        "upn": "A123456789012",
        "address": "1 Elm Street, Elmbridge",
        "parents": [
            {"name": "C. Parent", "address": None, "telephone": "01234 567890", "lives_with": True}
        ],
        "characteristics": ["ehcp"],
        "boarder": True,
        "middle_names": "Ada",
        "known_as": "Bobbie",
        "ethnicity": "WBRI",
        "home_la_code": "887",
        "emergency_contacts": [
            {"name": "D. Aunt", "relationship": "aunt", "telephones": ["01234 567891"]}
        ],
        "last_school": {"name": "Elm Grove", "address": "2 Elm Street"},
        "expected_leaving_on": "2027-07-21",
    }
    answer = await accepted(school.admit("p4", **particulars))

    events = await found(school.client.get(f"{school.url}/events", params={"kind": ADMITTED}))

    kept = events["items"][-1]["data"]
    without_nulls = [{"name": "C. Parent", "telephone": "01234 567890", "lives_with": True}]
    assert {name: kept[name] for name in particulars} == particulars | {"parents": without_nulls}
    assert kept["recorded_by"] == OFFICER
    assert answer.json()["advice"] == []


ADMITTED = "pupil-admitted"


async def test_a_pupil_is_admitted_once(school: SmallSchool) -> None:
    before = await school.head()

    again = await school.admit("p1")

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/already-admitted"
    assert slugs(again) == [("/pupil", "already-admitted")]
    assert await school.head() == before


async def test_every_mistake_of_an_admission_is_told_at_once(school: SmallSchool) -> None:
    answer = await school.admit("p1", date_of_birth="2026-12-01", starting_day="2026-09-03")

    assert answer.status_code == 422
    assert slugs(answer) == [
        ("/pupil", "already-admitted"),
        ("/date_of_birth", "date-of-birth-in-future"),
        ("/starting_day", "starting-day-not-plausible"),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"pupil": "p/4"}, "/pupil", id="an identifier with a slash"),
        pytest.param({"pupil": "p" * 65}, "/pupil", id="an identifier too long"),
        pytest.param({"pupil": "p4\n"}, "/pupil", id="an identifier with a line break"),
        pytest.param({"legal_surname": " "}, "/legal_surname", id="a blank surname"),
        pytest.param({"legal_surname": "A\u0000"}, "/legal_surname", id="a name with NUL"),
        pytest.param({"sex": "X"}, "/sex", id="a sex the register doesn't state"),
        pytest.param({"upn": "A12345678901٢"}, "/upn", id="a UPN of other digits"),
        pytest.param({"date_of_birth": "05/05/2016"}, "/date_of_birth", id="a British date"),
        pytest.param({"date_of_birth": 1462406400}, "/date_of_birth", id="a date as a number"),
        pytest.param({"date_of_birth": "2016-02-30"}, "/date_of_birth", id="no such day"),
        pytest.param({"boarder": "no"}, "/boarder", id="a word for a flag"),
        pytest.param({"groups": "6B"}, "/groups", id="one group for a list of them"),
        pytest.param({"characteristics": [5]}, "/characteristics/0", id="neither word nor period"),
        pytest.param(
            {"characteristics": ["fsm", {"characteristic": "ehcp"}]},
            "/characteristics/1/starts_on",
            id="a period without its first day",
        ),
    ],
)
async def test_an_admission_of_another_shape_is_refused(
    school: SmallSchool, changes: Json, pointer: str
) -> None:
    body = {"pupil": "p4"} | changes
    answer = await school.admit(body.pop("pupil"), **body)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_more_than_one_emergency_contact_is_asked_for_and_none_is_refused(
    school: SmallSchool,
) -> None:
    parent = {"name": "C. Parent", "telephone": "01234 567890", "lives_with": True}

    answer = await accepted(school.admit("p4", parents=[parent]))

    assert [(each["pointer"], each["code"]) for each in answer.json()["advice"]] == [
        ("/emergency_contacts", "one-emergency-contact"),
        ("/address", "no-address"),
    ]


async def test_a_number_that_another_pupil_has_is_told_whenever_it_is_asked(
    school: SmallSchool,
) -> None:
    upn = "A123456789012"
    body = pupil_body("p4", upn=upn)
    post = school.client.post
    first = await accepted(post(f"{school.url}/pupils", json=body, headers=keyed("p4")))

    second = await accepted(school.admit("p5", upn=upn))
    again = await accepted(post(f"{school.url}/pupils", json=body, headers=keyed("p4")))

    told = [(each["pointer"], each["code"]) for each in second.json()["advice"]]
    assert ("/upn", "upn-of-another-pupil") in told
    assert again.json() == first.json()
    assert "/upn" not in [each["pointer"] for each in first.json()["advice"]]


async def test_a_characteristic_has_days_of_its_own_or_none(school: SmallSchool) -> None:
    dated = {"characteristic": "fsm", "starts_on": "2026-09-07", "ends_on": "2026-10-23"}

    await accepted(school.admit("p4", characteristics=["ehcp", dated]))

    entry = await found(school.client.get(f"{school.url}/pupils/p4"))
    assert entry["particulars"]["characteristics"] == [
        {"characteristic": "ehcp", "starts_on": "2026-06-08", "ends_on": None},
        dated,
    ]


async def test_a_mistyped_characteristic_is_refused_and_not_repeated(school: SmallSchool) -> None:
    dated = {"characteristic": "sen_suport", "starts_on": "2026-09-07"}

    answer = await school.admit("p4", characteristics=["echp", dated])

    assert answer.status_code == 422
    assert slugs(answer) == [
        ("/characteristics/0", "characteristic-unknown"),
        ("/characteristics/1/characteristic", "characteristic-unknown"),
    ]
    assert "echp" not in answer.text


async def test_an_admission_needs_somebody_who_answers_for_it(school: SmallSchool) -> None:
    answer = await school.admit("p4", by=None)

    assert (answer.status_code, slugs(answer)) == (422, [("/by", "signatory-required")])


@pytest.mark.parametrize("pupil", [".", ".."])
async def test_an_identifier_of_dots_alone_is_refused(school: SmallSchool, pupil: str) -> None:
    answer = await school.admit(pupil)

    assert (answer.status_code, slugs(answer)) == (422, [("/pupil", "identifier-not-allowed")])


async def test_the_roll_is_read_by_group_and_in_order_of_names(school: SmallSchool) -> None:
    await accepted(school.admit("a9", legal_surname="Zola", groups=["6C", "choir"]))
    await accepted(school.admit("z1", legal_surname="Abbot", groups=["6C"]))

    assert await pupils(school, group="6C") == ["z1", "a9"]
    assert await pupils(school) == ["z1", "p1", "p2", "p3", "a9"]
    assert await pupils(school, group="6D") == []


async def test_the_pages_of_the_roll_hold_every_pupil_once(school: SmallSchool) -> None:
    for number in range(4):
        await accepted(school.admit(f"same-{number}", legal_surname="Surname-p2"))
    seen: list[str] = []
    url: str | None = f"{school.url}/pupils?limit=2"

    while url is not None:
        page = await accepted(school.client.get(url))
        seen += [each["pupil"] for each in page.json()["items"]]
        assert (page.json()["next"] is None) is ("Link" not in page.headers)
        url = page.links.get("next", {}).get("url")

    assert seen == ["p1", "p2", "same-0", "same-1", "same-2", "same-3", "p3"]


async def test_a_cursor_names_no_pupil(school: SmallSchool) -> None:
    cursor = (await roll(school, limit="1"))["next"]

    later = await school.admit("p0", legal_surname="Aardvark")

    assert later.status_code == 201
    assert len(cursor) < 10
    assert await pupils(school, cursor=cursor) == ["p2", "p3"]


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("é", id="no base64"),
        pytest.param("e30", id="an object"),
        pytest.param("WzBd9", id="trailing characters"),
        pytest.param("Wzk5XQ", id="[99], a place nobody has"),
        pytest.param("Wy0xXQ", id="[-1]"),
        pytest.param("W3RydWVd", id="[true]"),
        pytest.param("WzFlNDAwXQ", id="[1e400]"),
        pytest.param("WyJwMSJd", id='["p1"]'),
        pytest.param("WzAsMF0", id="[0,0]"),
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(school: SmallSchool, cursor: str) -> None:
    answer = await school.client.get(f"{school.url}/pupils", params={"cursor": cursor})

    assert (answer.status_code, slugs(answer)) == (422, [("/query/cursor", "cursor-invalid")])


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many"])
async def test_a_page_has_between_one_and_a_thousand_items(school: SmallSchool, limit: str) -> None:
    answer = await school.client.get(f"{school.url}/pupils", params={"limit": limit})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/query/limit"]


async def test_the_roll_of_a_day_as_a_number_is_refused(school: SmallSchool) -> None:
    answer = await school.client.get(f"{school.url}/pupils", params={"on": "1763596800"})

    assert slugs(answer) == [("/query/on", "date-format")]
    assert await pupils(school, on=f"{TODAY}") == ["p1", "p2", "p3"]


async def test_the_roll_is_read_by_year_group(school: SmallSchool) -> None:
    await accepted(school.admit("p4", year_group="R"))

    assert await pupils(school, year_group="R") == ["p4"]
    assert await pupils(school, year_group="6") == ["p1", "p2", "p3"]
    assert await pupils(school, year_group="6", group="6C") == []


async def test_the_roll_is_read_as_it_was_known_at_an_instant(school: SmallSchool) -> None:
    before = school.house.clock().isoformat()
    school.house.clock.forward(minutes=1)
    await accepted(school.admit("p4"))
    after = school.house.clock().isoformat()

    assert await pupils(school, as_of=before, on="2026-09-07") == ["p1", "p2", "p3"]
    assert await pupils(school, as_of=after, on="2026-09-07") == ["p1", "p2", "p3", "p4"]
    assert await pupils(school, as_of="2026-06-08T00:00:00Z") == []

"""A school's details and calendars over HTTP, and the table of codes."""

from datetime import date

import pytest
from support.house import keyed
from support.school import (
    LA,
    OFFICER,
    TODAY,
    URN,
    Json,
    SmallSchool,
    accepted,
    calendar_body,
    drawn,
    found,
    school_body,
    slugs,
)

HALF_TERM = {"name": "Autumn 1", "starts": "2026-09-02", "ends": "2026-10-23"}
ANOTHER = "/register/v1/schools/999002"


def closing_at(am: str) -> Json:
    times = {"AM": {"starts": "08:55", "closes": am}, "PM": {"starts": "13:00", "closes": "13:30"}}
    return school_body(sessions=times)


async def test_details_that_changed_are_a_new_event_and_the_same_again_are_none(
    school: SmallSchool,
) -> None:
    before = await school.head()

    changed = await accepted(school.client.put(school.url, json=school_body(trust="Elm Trust")))
    again = await accepted(school.client.put(school.url, json=school_body(trust="Elm Trust")))

    assert changed.json() == again.json() == {"position": before + 1}
    assert await school.head() == before + 1


async def test_a_calendar_published_twice_is_recorded_once(school: SmallSchool) -> None:
    before = await school.head()

    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=calendar_body()))

    assert await school.head() == before


async def test_a_new_edition_of_the_calendar_closes_a_day_that_was_open(
    school: SmallSchool,
) -> None:
    closed = [{"date": f"{TODAY}", "reason": "Polling station", "session": "PM"}]
    url = f"{school.url}/calendars/2026-27"
    await accepted(school.client.put(url, json=calendar_body(closures=closed)))

    morning = await school.enter(drawn("///"))
    afternoon = await school.enter(drawn("///", "PM"), half="PM")

    assert morning.status_code == 201
    assert slugs(afternoon) == [("", "no-session")]


async def test_who_changed_the_school_is_kept_with_the_change(school: SmallSchool) -> None:
    by = {"name": "Dr H. Head", "position": "Head teacher"}
    await accepted(school.client.put(school.url, json=school_body(name="Elm Hill", by=by)))

    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "school-details-changed"})
    )

    assert [each["data"]["recorded_by"] for each in events["items"]] == [by]


@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        pytest.param(
            closing_at("09:26"),
            [("/sessions/AM/closes", "register-open-too-long")],
            id="open for 31 minutes",
        ),
        pytest.param(
            closing_at("08:55"),
            [("/sessions/AM/closes", "register-open-too-long")],
            id="closed as it starts",
        ),
        pytest.param(
            school_body(
                sessions={
                    "AM": {"starts": "13:00", "closes": "13:10"},
                    "PM": {"starts": "13:05", "closes": "13:36"},
                }
            ),
            [
                ("/sessions/PM/closes", "register-open-too-long"),
                ("/sessions/PM/starts", "sessions-overlap"),
            ],
            id="two things at once",
        ),
    ],
)
@pytest.mark.parametrize("urn", [URN, 999002], ids=["a school there is", "a school to be"])
async def test_details_the_law_does_not_allow_are_refused(
    school: SmallSchool, urn: int, body: Json, refusals: list[tuple[str, str]]
) -> None:
    answer = await school.client.put(f"/register/v1/schools/{urn}", json=body)

    assert answer.status_code == 422
    assert slugs(answer) == refusals


@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        pytest.param({"half_terms": []}, [("/half_terms", "no-half-terms")], id="none"),
        pytest.param(
            {"half_terms": [{**HALF_TERM, "ends": "2026-09-01"}]},
            [("/half_terms/0/ends", "ends-before-start")],
            id="ends before it starts",
        ),
        pytest.param(
            {"half_terms": [HALF_TERM, {**HALF_TERM, "name": "Autumn 2", "ends": "2026-12-18"}]},
            [("/half_terms/1/starts", "half-terms-overlap")],
            id="overlap",
        ),
        pytest.param(
            {"half_terms": [{**HALF_TERM, "ends": "2027-09-01"}]},
            [("/half_terms/0/ends", "outside-academic-year")],
            id="outside the year",
        ),
        pytest.param(
            {
                "half_terms": [HALF_TERM],
                "closures": [
                    {"date": "2026-10-26", "reason": "INSET"},
                    {"date": "2026-09-02", "reason": "INSET"},
                    {"date": "2026-09-02", "reason": "INSET", "session": "PM"},
                ],
            },
            [
                ("/closures/0/date", "closure-outside-half-terms"),
                ("/closures/2/date", "closure-repeated"),
            ],
            id="two closures at once",
        ),
    ],
)
async def test_a_calendar_that_contradicts_itself_is_refused(
    school: SmallSchool, body: Json, refusals: list[tuple[str, str]]
) -> None:
    before = await school.head()

    answer = await school.client.put(f"{school.url}/calendars/2026-27", json=body)

    assert answer.status_code == 422
    assert slugs(answer) == refusals
    assert await school.head() == before


async def test_a_calendar_is_not_published_under_a_year_that_is_none(school: SmallSchool) -> None:
    url = f"{school.url}/calendars"

    assert (await school.client.put(f"{url}/2026-28", json=calendar_body())).status_code == 422
    assert (await school.client.put(f"{url}/2026", json=calendar_body())).status_code == 422


async def test_nothing_can_be_done_with_a_school_that_is_not_registered(
    school: SmallSchool,
) -> None:
    client, mark = school.client, {"marks": drawn("///"), "by": OFFICER}
    answers = [
        await client.put(f"{ANOTHER}/calendars/2026-27", json=calendar_body()),
        await client.post(f"{ANOTHER}/registers/{TODAY}/AM/marks", json=mark, headers=keyed()),
        await client.get(f"{ANOTHER}/registers/{TODAY}/AM"),
        await client.get(f"{ANOTHER}/pupils"),
        await client.get(f"{ANOTHER}/events"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


@pytest.mark.parametrize("urn", ["99999", "1000000", "-99901", "school", "999001.0"])
async def test_a_school_has_a_urn_of_six_digits(school: SmallSchool, urn: str) -> None:
    answer = await school.client.put(f"/register/v1/schools/{urn}", json=school_body())

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/path/urn"]


async def test_the_codes_are_listed_with_their_three_views(school: SmallSchool) -> None:
    codes = (await found(school.client.get("/register/v1/codes")))["items"]

    assert len(codes) == 38  # those of today, and four of earlier days
    by_code = {each["code"]: each for each in codes}
    assert by_code["/"]["sessions"] == ["AM"]
    assert by_code["B"]["detail_required"] == "the nature of the activity"
    views = {(each["legal"], each["statistical"], each["physical"]) for each in codes}
    assert len(views) > 5
    assert by_code["U"]["statistical"] == by_code["O"]["statistical"]
    assert by_code["U"]["physical"] != by_code["O"]["physical"]


NEW_IN_2024 = {"K", "Q", "C1", "C2", "J1", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}


async def test_the_codes_of_a_day_are_those_of_the_regulations_of_the_day(
    school: SmallSchool,
) -> None:
    async def listed(on: date) -> set[str]:
        codes = await found(school.client.get("/register/v1/codes", params={"on": f"{on}"}))
        return {each["code"] for each in codes["items"]}

    before, after = await listed(date(2024, 8, 18)), await listed(date(2024, 8, 19))

    assert len(after) == 34
    assert before - after == {"H", "J", "Y", "F"}
    assert after - before == NEW_IN_2024


async def test_an_authority_code_of_other_digits_than_ours_is_refused(school: SmallSchool) -> None:
    answer = await school.client.put(school.url, json=school_body(la_code="٨٨٦"))

    assert (LA, answer.status_code) == ("886", 422)


async def test_a_school_and_its_calendars_are_read_as_they_were_put(school: SmallSchool) -> None:
    details = await found(school.client.get(school.url))
    calendars = await found(school.client.get(f"{school.url}/calendars"))
    calendar = await found(school.client.get(f"{school.url}/calendars/2026-27"))

    assert (details["name"], details["la_code"]) == ("Elmbridge Primary", "886")
    assert details["sessions"]["AM"] == {"starts": "08:55:00", "closes": "09:25:00"}
    assert calendars["items"] == [calendar]
    assert calendar["half_terms"] == calendar_body()["half_terms"]
    assert [each["date"] for each in calendar["closures"]] == [
        each["date"] for each in calendar_body()["closures"]
    ]


async def test_details_and_calendars_are_read_as_once_known(school: SmallSchool) -> None:
    first = await school.head()
    await accepted(school.client.put(school.url, json=school_body(name="Elmbridge Academy")))

    assert (await found(school.client.get(school.url)))["name"] == "Elmbridge Academy"
    then = await found(school.client.get(school.url, params={"as_of_position": first}))
    assert then["name"] == "Elmbridge Primary"
    before = await school.client.get(school.url, params={"as_of_position": 0})
    assert before.status_code == 404


async def test_a_calendar_nobody_published_isnt_found(school: SmallSchool) -> None:
    assert (await school.client.get(f"{school.url}/calendars/2030-31")).status_code == 404

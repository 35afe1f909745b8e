"""Reading the register as it stands and as it was known, and the log behind it."""

from datetime import UTC, date, datetime

import pytest
from support.school import (
    TODAY,
    URN,
    Json,
    SmallSchool,
    accepted,
    amendment,
    calendar_body,
    drawn,
    found,
    slugs,
)


async def events(school: SmallSchool, **query: str) -> Json:
    return await found(school.client.get(f"{school.url}/events", params=query))


async def test_as_of_shows_the_register_as_it_was_known_before_and_after_each_amendment(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/N-")))
    for earlier, later in (("N", "O"), ("O", "I")):
        school.house.clock.forward(hours=1)
        await accepted(school.amend([amendment("p2", earlier, later)]))

    async def known(at: str) -> tuple[dict[str, str], list[bool]]:
        register = await school.register(as_of=at)
        assert register["as_of"] == at
        return await school.codes(as_of=at), [each["amended"] for each in register["marks"]]

    assert await known("2026-11-20T15:59:59.999999Z") == ({}, [])
    assert await known("2026-11-20T16:00:00Z") == ({"p1": "/", "p2": "N"}, [False, False])
    assert await known("2026-11-20T16:59:59Z") == ({"p1": "/", "p2": "N"}, [False, False])
    assert await known("2026-11-20T17:00:00Z") == ({"p1": "/", "p2": "O"}, [False, True])
    assert await known("2026-11-20T18:00:00Z") == ({"p1": "/", "p2": "I"}, [False, True])
    assert await known("2030-01-01T00:00:00Z") == ({"p1": "/", "p2": "I"}, [False, True])


async def test_as_of_knows_the_roll_and_the_calendar_of_its_time(school: SmallSchool) -> None:
    school.house.clock.forward(hours=1)
    await accepted(school.admit("p4"))
    closed = [{"date": f"{TODAY}", "reason": "Polling station"}]
    body = calendar_body(closures=closed)
    school.house.clock.forward(hours=1)
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    async def missing(at: str) -> object:
        return (await school.register(as_of=at))["missing"]

    assert await missing("2026-11-20T15:59:59Z") == []
    assert await missing("2026-11-20T16:00:00Z") == ["p1", "p2", "p3"]
    assert await missing("2026-11-20T17:00:00Z") == ["p1", "p2", "p3", "p4"]
    assert await missing("2026-11-20T18:00:00Z") == [], "on a closed day nobody is missing"


async def test_an_instant_with_an_offset_is_read_as_the_instant_it_is(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--")))

    before = await school.codes(as_of="2026-11-20T16:59:59+01:00")
    after = await school.register(as_of="2026-11-20T17:00:00+01:00")

    assert before == {}
    assert (after["as_of"], len(after["marks"])) == ("2026-11-20T16:00:00Z", 1)


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-20",
        "2026-11-20T16:00:00",
        "1795190400",
        "yesterday",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-13-01T00:00:00Z",
    ],
)
async def test_as_of_is_an_instant_and_nothing_else(school: SmallSchool, instant: str) -> None:
    answer = await school.client.get(school.register_url(), params={"as_of": instant})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/query/as_of"]


async def test_the_first_and_the_last_instant_there_are_can_be_asked_for(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("///")))

    assert len(await school.codes(as_of="9999-12-31T23:59:59.999999Z")) == 3
    assert await school.codes(as_of="0001-01-01T00:00:00Z") == {}


async def test_the_register_of_a_group_holds_that_group(school: SmallSchool) -> None:
    await accepted(school.admit("p4", groups=["6C"]))
    await accepted(school.enter(drawn("/--")))

    group = await school.register(group="6C")
    other = await school.register(group="6B")

    assert (group["marks"], group["missing"]) == ([], ["p4"])
    assert [each["pupil"] for each in other["marks"]] == ["p1"]
    assert other["missing"] == ["p2", "p3"]


async def test_no_register_need_be_taken_of_a_boarder(school: SmallSchool) -> None:
    await accepted(school.admit("p4", boarder=True))

    assert (await school.register())["missing"] == ["p1", "p2", "p3"]


async def test_a_register_lists_pupils_by_surname_and_then_by_forename(school: SmallSchool) -> None:
    await accepted(school.admit("z", legal_surname="Abbot", legal_forename="Zoe"))
    await accepted(school.admit("a", legal_surname="Abbot", legal_forename="Ann"))
    await accepted(school.enter(drawn("/////", pupils=["p3", "z", "p1", "a", "p2"])))

    assert list(await school.codes()) == ["a", "z", "p1", "p2", "p3"]


@pytest.mark.parametrize("session", ["am", "EVENING", "0"])
async def test_a_day_has_a_morning_and_an_afternoon(school: SmallSchool, session: str) -> None:
    answer = await school.client.get(school.register_url(half=session))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/path/session")


@pytest.mark.parametrize("on", ["20-11-2026", "2026-11-31", "1763596800", "2026-11-20T00:00:00"])
async def test_a_day_is_written_year_month_day(school: SmallSchool, on: str) -> None:
    answer = await school.client.get(f"{school.url}/registers/{on}/AM")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/path/date")


async def test_the_log_is_read_as_cloudevents_in_its_own_order(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/N-")))

    page = await events(school)

    assert [each["position"] for each in page["items"]] == list(range(1, 7))
    assert [each["type"].split(".")[2] for each in page["items"]] == [
        "school-registered",
        "calendar-published",
        *["pupil-admitted"] * 3,
        "marks-recorded",
    ]
    last = page["items"][-1]
    assert last["specversion"] == "1.0"
    assert last["type"] == "uk.attendance.marks-recorded.v1"
    assert last["subject"] == "schools/999001"
    assert last["time"] == "2026-11-20T16:00:00Z"
    assert last["data"]["marks"] == [{"pupil": "p1", "code": "/"}, {"pupil": "p2", "code": "N"}]
    assert page["next"] is None


async def test_an_event_has_the_same_id_whenever_it_is_read(school: SmallSchool) -> None:
    first = await events(school)
    await accepted(school.enter(drawn("///")))
    second = await events(school, limit="5")

    assert [each["id"] for each in first["items"]] == [each["id"] for each in second["items"]]
    assert len({each["id"] for each in first["items"]}) == 5


async def test_the_pages_of_the_log_hold_every_event_once(school: SmallSchool) -> None:
    seen: list[int] = []
    url: str | None = f"{school.url}/events?limit=2&kind=pupil-admitted&kind=school-registered"

    while url is not None:
        page = await accepted(school.client.get(url))
        seen += [each["position"] for each in page.json()["items"]]
        url = page.links.get("next", {}).get("url")

    assert seen == [1, 3, 4, 5]


async def test_the_log_is_read_on_from_a_position(school: SmallSchool) -> None:
    page = await events(school, after="4")

    assert [each["position"] for each in page["items"]] == [5]
    assert (await events(school, after="5"))["items"] == []


async def test_a_kind_of_event_there_is_not_is_refused(school: SmallSchool) -> None:
    answer = await school.client.get(f"{school.url}/events", params={"kind": "marks-deleted"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/query/kind")


@pytest.mark.parametrize("cursor", ["WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDBd", "W3RydWVd", "WyIxIl0"])
async def test_a_cursor_into_the_log_that_is_none_of_ours_is_refused(
    school: SmallSchool, cursor: str
) -> None:
    answer = await school.client.get(f"{school.url}/events", params={"cursor": cursor})

    assert (answer.status_code, slugs(answer)) == (422, [("/query/cursor", "cursor-invalid")])


async def test_a_week_drawn_is_a_week_recorded(school: SmallSchool) -> None:
    monday = date(2026, 11, 16)
    await school.take_weeks("p1", "//GG......", monday=monday)

    assert await school.codes(monday) == {"p1": "/"}
    assert await school.codes(monday, "PM") == {"p1": "\\"}
    assert await school.codes(date(2026, 11, 17), "PM") == {"p1": "G"}
    assert await school.codes(TODAY, "PM") == {"p1": "I"}
    assert school.house.clock.now == datetime(2026, 11, 20, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        f"schools/{URN}/registers/{TODAY}/AM?gruop=6C",
        f"schools/{URN}/registers/{TODAY}/AM?group=6B&AS_OF=2026-11-20T00:00:00Z",
        f"schools/{URN}/pupils?gruop=6C",
        f"schools/{URN}/pupils/p1/entries/{TODAY}/AM?asof=2026-11-20T00:00:00Z",
        f"schools/{URN}/events?kinds=marks-recorded",
        "codes?date=2026-11-20",
    ],
)
async def test_a_parameter_there_is_not_is_refused_and_never_passed_over(
    school: SmallSchool, path: str
) -> None:
    answer = await school.client.get(f"/register/v1/{path}")

    assert (answer.status_code, slugs(answer)) == (422, [("/query", "extra-forbidden")])
    assert "gruop" not in answer.text


async def test_a_page_of_the_log_ends_where_it_would_grow_too_large(school: SmallSchool) -> None:
    parent = {"name": "C. Parent", "address": "a" * 2000, "lives_with": True}
    for number in range(60):
        await accepted(school.admit(f"q{number}", parents=[parent] * 20))
    pages: list[list[int]] = []
    url: str | None = f"{school.url}/events?limit=1000"

    while url is not None:
        page = await accepted(school.client.get(url))
        pages.append([each["position"] for each in page.json()["items"]])
        url = page.links.get("next", {}).get("url")

    assert len(pages) == 2
    assert [*pages[0], *pages[1]] == list(range(1, 66))

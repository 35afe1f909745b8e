"""A pupil's year over HTTP: the entries in force, the sessions that lack one, and as once known."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
from support.planning import TIMETABLE, Plans
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    amendment,
    calendar_body,
    drawn,
    found,
    mark,
    slugs,
)

MONDAY = date(2026, 11, 16)


async def entries(school: SmallSchool, pupil: str = "p1", **query: str) -> Json:
    return await found(school.client.get(f"{school.url}/pupils/{pupil}/entries", params=query))


def week(first: date = MONDAY, last: date = TODAY) -> dict[str, str]:
    return {"from": f"{first}", "to": f"{last}"}


async def test_a_week_has_its_entries_in_order_with_three_views_of_each_code(
    school: SmallSchool,
) -> None:
    await school.take_weeks("p1", "/VUQ------", monday=MONDAY)

    shown = (await entries(school, **week()))["entries"]

    assert [(each["date"], each["session"], each["code"]) for each in shown] == [
        ("2026-11-16", "AM", "/"),
        ("2026-11-16", "PM", "V"),
        ("2026-11-17", "AM", "U"),
        ("2026-11-17", "PM", "Q"),
    ]
    assert [(each["legal"], each["statistical"], each["physical"]) for each in shown] == [
        ("table-1", "attending", "at-school"),
        ("table-2", "attending", "elsewhere"),
        ("table-3", "unauthorised", "absent-late"),
        ("table-3", "not-possible", "unable"),
    ]


async def test_a_missing_mark_is_listed_and_is_no_absence(school: SmallSchool) -> None:
    await school.take_weeks("p1", "//////////", monday=MONDAY)
    await school.take_weeks("p2", "////-/-///", monday=MONDAY)

    shown = await entries(school, "p2", **week())

    assert shown["missing"] == [
        {"date": "2026-11-18", "session": "AM"},
        {"date": "2026-11-19", "session": "AM"},
    ]
    assert "N" not in {each["code"] for each in shown["entries"]}


async def test_nothing_is_missing_of_a_session_that_has_not_begun(school: SmallSchool) -> None:
    school.house.clock.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    shown = await entries(school, **week(TODAY, date(2026, 11, 24)))

    assert shown["missing"] == [{"date": "2026-11-20", "session": "AM"}]


async def test_nothing_is_missing_of_a_day_that_is_closed_or_off_the_roll(
    school: SmallSchool,
) -> None:
    school.house.clock.forward(days=14)
    await accepted(school.admit("new", starting_day="2026-11-26"))

    shown = await entries(school, "new", **week(date(2026, 11, 25), date(2026, 11, 30)))

    assert [each["date"] for each in shown["missing"]] == ["2026-11-26"] * 2 + ["2026-11-30"] * 2


async def test_nothing_is_missing_of_a_boarder_or_a_year_group_not_due(school: SmallSchool) -> None:
    await accepted(school.admit("boarder", boarder=True))
    await accepted(school.admit("infant", year_group="R"))
    closed = [{"date": f"{TODAY}", "reason": "staggered start", "year_groups": ["R"]}]
    body = calendar_body(closures=closed)
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    assert (await entries(school, "boarder", **week()))["missing"] == []
    assert {"date": f"{TODAY}", "session": "AM"} not in (await entries(school, "infant", **week()))[
        "missing"
    ]
    assert "infant" not in (await school.register())["missing"]


async def test_an_entry_of_a_day_closed_since_is_still_shown(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--")))
    body = calendar_body(closures=[{"date": f"{TODAY}", "reason": "burst pipe"}])
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    assert [each["code"] for each in (await entries(school, **week()))["entries"]] == ["/"]


async def test_unless_told_otherwise_it_is_the_academic_year_to_date(school: SmallSchool) -> None:
    shown = await entries(school)

    assert (shown["from"], shown["to"]) == ("2026-08-01", "2026-11-20")


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        pytest.param(("2026-01-01", "2027-01-01"), [], id="366 days"),
        pytest.param(("2026-01-01", "2027-01-02"), ["period-too-long"], id="longer"),
        pytest.param(("2026-11-21", "2026-11-20"), ["ends-before-start"], id="backwards"),
    ],
)
async def test_a_request_is_for_a_year_at_the_most(
    school: SmallSchool, days: tuple[str, str], wrong: list[str]
) -> None:
    first, last = days

    answer = await school.client.get(
        f"{school.url}/pupils/p1/entries", params={"from": first, "to": last}
    )

    assert answer.status_code == (HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
    errors = answer.json().get("errors", [])
    assert [(each["pointer"], each["code"]) for each in errors] == [
        ("/query/to", slug) for slug in wrong
    ]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"from": "0001-01-01", "to": "0001-01-02"}, id="the first days there are"),
        pytest.param({"from": "9999-12-31"}, id="the last day there is"),
        pytest.param({"to": "1899-12-31"}, id="before any register"),
    ],
)
async def test_a_day_of_no_century_of_ours_is_refused_at_once(
    school: SmallSchool, query: dict[str, str]
) -> None:
    answer = await school.client.get(f"{school.url}/pupils/p1/entries", params=query)

    [parameter] = query.keys() & {"from", "to"} if len(query) == 1 else [None]
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert parameter is None or slugs(answer) == [(f"/query/{parameter}", "date-out-of-range")]


async def test_the_roll_and_missing_registers_are_known_as_of_any_instant(
    school: SmallSchool,
) -> None:
    for as_of in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        for path in ("pupils", "registers/missing", "pupils/p1/entries"):
            answer = await school.client.get(f"{school.url}/{path}", params={"as_of": as_of})
            assert answer.status_code in (HTTPStatus.OK, HTTPStatus.NOT_FOUND), (path, as_of)


async def test_a_school_asked_for_as_of_many_positions_is_the_same_whatever_was_asked_before(
    school: SmallSchool,
) -> None:
    positions = [await school.head()]
    for number in range(4):
        await accepted(school.admit(f"q{number}"))
        positions.append(await school.head())

    async def roll(position: int) -> int:
        shown = await found(
            school.client.get(f"{school.url}/pupils", params={"as_of_position": position})
        )
        return len(shown["items"])

    assert [await roll(each) for each in positions] == [3, 4, 5, 6, 7]
    assert [await roll(each) for each in reversed(positions)] == [7, 6, 5, 4, 3]


async def test_a_pupil_nobody_admitted_has_no_entries(school: SmallSchool) -> None:
    answer = await school.client.get(f"{school.url}/pupils/nobody/entries")

    assert answer.status_code == HTTPStatus.NOT_FOUND


async def test_as_of_an_instant_it_is_what_was_known_then(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("N--")))
    known = school.house.clock.now
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p1", "N", "I")]))
    await accepted(school.enter(drawn("/--", "PM"), half="PM"))

    then = await entries(school, as_of=known.isoformat(), **week(TODAY))
    now = await entries(school, **week(TODAY))

    assert [(each["code"], each["amended"]) for each in then["entries"]] == [("N", False)]
    assert [(each["code"], each["amended"]) for each in now["entries"]] == [
        ("I", True),
        ("\\", False),
    ]


async def test_two_events_of_one_instant_are_told_apart_by_position(school: SmallSchool) -> None:
    original = (await accepted(school.enter(drawn("N--")))).json()["position"]
    await accepted(school.amend([amendment("p1", "N", "I")]))

    async def code_at(position: int) -> list[str]:
        shown = await entries(school, as_of_position=f"{position}", **week(TODAY))
        return [each["code"] for each in shown["entries"]]

    assert await code_at(original - 1) == []
    assert await code_at(original) == ["N"]
    assert await code_at(original + 1) == ["I"]
    assert await school.codes(as_of_position=f"{original}") == {"p1": "N"}


async def test_a_history_as_of_a_position_ends_there(school: SmallSchool) -> None:
    original = (await accepted(school.enter([mark("p1", " n")]))).json()["position"]
    await accepted(school.amend([amendment("p1", "N", "I")]))
    url = f"{school.url}/pupils/p1/entries/{TODAY}/AM"

    then = await found(school.client.get(url, params={"as_of_position": original}))
    now = await found(school.client.get(url))

    assert (then["current"], len(then["entries"])) == ("N", 1)
    assert (now["current"], len(now["entries"])) == ("I", 2)
    assert (now["entries"][0]["raw_code"], now["entries"][0]["late_entry"]) == (" n", False)


async def test_a_position_that_is_not_reached_or_beside_an_instant_is_refused(
    school: SmallSchool,
) -> None:
    beyond = await school.head() + 1
    url = f"{school.url}/pupils/p1/entries"

    ahead = await school.client.get(url, params={"as_of_position": beyond})
    both = await school.client.get(
        url, params={"as_of_position": 1, "as_of": "2026-11-20T12:00:00Z"}
    )

    assert slugs(ahead) == [("/query/as_of_position", "position-not-reached")]
    assert slugs(both) == [("/query/as_of_position", "as-of-twice")]


async def test_a_register_proposes_what_was_agreed_and_enters_nothing(school: SmallSchool) -> None:
    agreed = {
        **TIMETABLE,
        "starts": {"date": f"{TODAY}"},
        "pattern": [{"weekday": "friday", "session": "AM"}],
    }
    plan = await Plans(school).made(agreed)

    before = await school.register()
    await accepted(school.enter(drawn("/--"), by=OFFICER))
    after = await school.register()

    assert before["proposed"] == [
        {"pupil": "p1", "code": "C2", "plan": plan, "kind": "part-time-timetable"}
    ]
    assert before["marks"] == []
    assert after["proposed"] == []
    assert after["expected"] is True


async def test_a_closed_session_expects_nobody(school: SmallSchool) -> None:
    shown = await school.register(TODAY + timedelta(days=1))

    assert (shown["expected"], shown["missing"], shown["proposed"]) == (False, [], [])

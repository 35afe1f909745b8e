"""Which registers weren't taken, over HTTP: by group and session, as an office asks at ten."""

from datetime import UTC, datetime
from http import HTTPStatus

from support.school import OFFICER, TODAY, Json, SmallSchool, accepted, drawn, found, mark


async def missing(school: SmallSchool, **query: str) -> list[Json]:
    shown = await found(school.client.get(f"{school.url}/registers/missing", params=query))
    items: list[Json] = shown["items"]
    return items


async def test_a_register_not_taken_lists_everybody_and_puts_nobody_down_as_absent(
    school: SmallSchool,
) -> None:
    assert await missing(school) == [
        {
            "session": half,
            "group": "6B",
            "taken": False,
            "expected": 3,
            "missing": ["p1", "p2", "p3"],
        }
        for half in ("AM", "PM")
    ]
    assert await school.codes() == {}


async def test_tv68_a_register_not_taken_is_thirty_missing_marks_and_none_of_them_is_entered(
    school: SmallSchool,
) -> None:
    pupils = [f"c-{number:02d}" for number in range(30)]
    for pupil in pupils:
        await accepted(school.admit(pupil, groups=["7B"]))

    listed = [each for each in await missing(school) if each["group"] == "7B"]

    assert [(each["session"], each["expected"], each["missing"]) for each in listed] == [
        ("AM", 30, pupils),
        ("PM", 30, pupils),
    ]
    assert await school.codes(half="PM") == {}
    year = await found(school.client.get(f"{school.url}/pupils/c-07/entries"))
    assert year["entries"] == []


async def test_a_register_taken_in_part_lists_who_is_left(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("//-")))
    await accepted(school.enter(drawn("///", "PM"), half="PM"))

    assert await missing(school) == [
        {"session": "AM", "group": "6B", "taken": True, "expected": 3, "missing": ["p3"]}
    ]


async def test_only_sessions_that_have_begun_are_missing(school: SmallSchool) -> None:
    school.house.clock.now = datetime(2026, 11, 20, 8, 54, tzinfo=UTC)
    assert await missing(school) == []

    school.house.clock.now = datetime(2026, 11, 20, 8, 55, tzinfo=UTC)
    assert [each["session"] for each in await missing(school)] == ["AM"]


async def test_a_z_of_a_day_that_is_on_roll_by_now_hides_no_missing_mark(
    school: SmallSchool,
) -> None:
    await accepted(school.admit("p4", starting_day="2026-11-23"))
    await accepted(school.enter([*drawn("///"), mark("p4", "Z")]))
    assert "AM" not in [each["session"] for each in await missing(school)]

    pupil = f"{school.url}/pupils/p4"
    tag = (await accepted(school.client.get(pupil))).headers["ETag"]
    earlier = {"starting_day": f"{TODAY}", "by": OFFICER}
    await accepted(school.client.patch(pupil, json=earlier, headers={"If-Match": tag}))

    assert next(each["missing"] for each in await missing(school)) == ["p4"]
    assert (await school.register())["missing"] == ["p4"]
    assert (await school.codes())["p4"] == "Z"
    year = await found(school.client.get(f"{pupil}/entries"))
    assert {"date": f"{TODAY}", "session": "AM"} in year["missing"]


async def test_each_group_is_a_register_and_so_are_those_of_none(school: SmallSchool) -> None:
    await accepted(school.admit("q1", groups=["6C", "Choir"]))
    await accepted(school.admit("q2", groups=[]))
    await accepted(school.enter(drawn("///")))

    found_missing = [each for each in await missing(school) if each["session"] == "AM"]

    assert [(each["group"], each["missing"]) for each in found_missing] == [
        ("6C", ["q1"]),
        ("Choir", ["q1"]),
        (None, ["q2"]),
    ]


async def test_no_register_is_missing_of_a_day_without_school(school: SmallSchool) -> None:
    assert await missing(school, on="2026-11-14") == []
    assert await missing(school, on="2026-09-02") == []


async def test_what_was_missing_at_an_instant_is_what_was_missing_then(
    school: SmallSchool,
) -> None:
    await accepted(school.enter([mark("p1", "/"), mark("p2", "/")]))
    known = school.house.clock.now
    school.house.clock.forward(hours=1)
    await accepted(school.enter([mark("p3", "/")]))

    async def of_the_morning(**query: str) -> list[list[str]]:
        items = await missing(school, on=f"{TODAY}", **query)
        return [each["missing"] for each in items if each["session"] == "AM"]

    assert await of_the_morning(as_of=known.isoformat()) == [["p3"]]
    assert await of_the_morning() == []


async def test_a_session_is_not_missing_as_of_an_instant_before_it(school: SmallSchool) -> None:
    school.house.clock.forward(days=3)

    then = await missing(school, on="2026-11-23", as_of="2026-11-23T10:00:00Z")

    assert [each["session"] for each in then] == ["AM"]


async def test_a_boarder_is_never_missing(school: SmallSchool) -> None:
    await accepted(school.admit("boarder", boarder=True, groups=["House"]))

    assert "House" not in {each["group"] for each in await missing(school)}


async def test_another_school_s_missing_registers_are_nobody_s(school: SmallSchool) -> None:
    async with school.house.client("register:read", urns=["999999"]) as stranger:
        answer = await stranger.get(f"{school.url}/registers/missing")

    assert answer.status_code == HTTPStatus.NOT_FOUND

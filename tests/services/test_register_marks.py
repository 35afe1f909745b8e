"""Original entries over HTTP: what is taken, and every refusal there is, all of it or none."""

from datetime import UTC, date, datetime

import pytest
from support.house import keyed
from support.planning import TIMETABLE, Plans
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    drawn,
    found,
    mark,
    slugs,
)

SATURDAY = date(2026, 11, 21)
TRAINING_DAY = date(2026, 9, 2)
BEFORE_ANY_CALENDAR = date(2026, 6, 12)
MONDAY = date(2026, 11, 23)


async def test_a_register_taken_is_the_register_read(school: SmallSchool) -> None:
    before = await school.head()

    answer = await school.enter(drawn("/N-"), group="6B")

    assert answer.status_code == 201
    assert answer.json() == {"position": before + 1, "recorded": 2}
    register = await school.register()
    assert register["missing"] == ["p3"]
    assert register["position"] == before + 1
    entered = {"amended": False, "late_entry": False, "recorded_at": "2026-11-20T16:00:00Z"}
    shown = [(each["pupil"], each["code"], each["statistical"]) for each in register["marks"]]
    assert shown == [("p1", "/", "attending"), ("p2", "N", "unauthorised")]
    assert all(entered.items() <= each.items() for each in register["marks"])


async def test_a_register_saved_in_parts_is_whole_in_the_end(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--")))
    await accepted(school.enter(drawn("-L/")))

    assert await school.codes() == {"p1": "/", "p2": "L", "p3": "/"}


async def test_the_sessions_of_a_day_are_registers_of_their_own(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("/--")))
    await accepted(school.enter(drawn("/--", "PM"), half="PM"))

    assert await school.codes() == {"p1": "/"}
    assert await school.codes(half="PM") == {"p1": "\\"}


async def test_a_mark_as_another_system_writes_it_is_read_and_kept(school: SmallSchool) -> None:
    await accepted(school.enter([mark("p1", " n "), mark("p2", "\N{FULLWIDTH SOLIDUS}")]))

    assert await school.codes() == {"p1": "N", "p2": "/"}
    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "marks-recorded"})
    )
    kept = events["items"][0]["data"]["marks"]
    assert [each["raw_code"] for each in kept] == [" n ", "\N{FULLWIDTH SOLIDUS}"]


async def test_minutes_and_nature_are_kept_where_they_belong(school: SmallSchool) -> None:
    marks = [
        mark("p1", "L", minutes_late=12),
        mark("p2", "B", detail="fencing lessons"),
        mark("p3", "Y7", detail="flooded road"),
    ]

    await accepted(school.enter(marks))

    entries = await found(school.client.get(f"{school.url}/pupils/p1/entries/{TODAY}/AM"))
    assert entries["entries"][0]["minutes_late"] == 12
    entries = await found(school.client.get(f"{school.url}/pupils/p2/entries/{TODAY}/AM"))
    assert entries["entries"][0]["detail"] == "fencing lessons"


async def test_an_entry_after_its_day_is_taken_and_says_so(school: SmallSchool) -> None:
    yesterday = date(2026, 11, 19)

    await accepted(school.enter(drawn("/--"), on=yesterday))

    assert [each["late_entry"] for each in (await school.register(yesterday))["marks"]] == [True]


async def test_the_day_of_an_entry_ends_at_midnight_in_london(school: SmallSchool) -> None:
    in_summer_time = date(2027, 6, 14)
    school.house.clock.now = datetime(2027, 6, 14, 22, 59, tzinfo=UTC)
    await accepted(school.enter(drawn("/--"), on=in_summer_time))
    school.house.clock.forward(minutes=1)
    await accepted(school.enter(drawn("-/-"), on=in_summer_time))

    register = await school.register(in_summer_time)

    late = {each["pupil"]: each["late_entry"] for each in register["marks"]}
    assert late == {"p1": False, "p2": True}


async def test_the_person_whose_token_it_is_signs_where_nobody_is_named(
    school: SmallSchool,
) -> None:
    person = {"name": "T. Utor", "position": "Tutor"}
    async with school.house.client(urns=[school.urn], **person) as tutor:
        url = f"{school.register_url()}/marks"
        await accepted(tutor.post(url, json={"marks": drawn("/--")}, headers=keyed()))
        body = {"marks": drawn("-/-"), "by": OFFICER}
        await accepted(tutor.post(url, json=body, headers=keyed()))

    by = [
        (await found(school.client.get(f"{school.url}/pupils/{pupil}/entries/{TODAY}/AM")))[
            "entries"
        ][0]["by"]
        for pupil in ("p1", "p2")
    ]
    assert by == [person, OFFICER]


async def test_a_mark_nobody_answers_for_is_refused(school: SmallSchool) -> None:
    answer = await school.enter(drawn("/--"), by=None)

    assert (answer.status_code, slugs(answer)) == (422, [("/by", "signatory-required")])
    assert answer.json()["type"] == "/problems/signatory-required"


async def test_that_nobody_answers_for_it_is_told_beside_what_else_is_wrong(
    school: SmallSchool,
) -> None:
    answer = await school.enter([mark("p1", "%"), mark("p9", "/")], by=None)

    assert answer.json()["type"] == "/problems/register-refused"
    assert slugs(answer) == [
        ("/by", "signatory-required"),
        ("/marks/0/code", "unknown-code"),
        ("/marks/1/pupil", "not-on-roll"),
    ]


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        pytest.param(mark("p1", "%"), ("/marks/0/code", "unknown-code"), id="no code"),
        pytest.param(mark("p1", "-"), ("/marks/0/code", "unknown-code"), id="no mark yet"),
        pytest.param(mark("p1", "H"), ("/marks/0/code", "code-not-allowed"), id="abolished"),
        pytest.param(
            mark("p1", "NOT A CODE"), ("/marks/0/code", "unknown-code"), id="long and no code"
        ),
        pytest.param(mark("p1", ""), ("/marks/0/code", "unknown-code"), id="an empty code"),
        pytest.param(mark("p1", "\0"), ("/marks/0/code", "unknown-code"), id="NUL"),
        pytest.param(mark("p1", "\\"), ("/marks/0/code", "wrong-session"), id="PM in the AM"),
        pytest.param(mark("p9", "/"), ("/marks/0/pupil", "not-on-roll"), id="never admitted"),
        pytest.param(mark("p1", "X"), ("/marks/0/code", "code-not-allowed"), id="X at ten"),
        pytest.param(mark("p1", "Z"), ("/marks/0/code", "code-not-allowed"), id="Z on roll"),
        pytest.param(mark("p1", "#"), ("/marks/0/code", "code-not-allowed"), id="# on a day held"),
        pytest.param(mark("p1", "B"), ("/marks/0/detail", "detail-required"), id="B, nothing said"),
        pytest.param(
            mark("p1", "B", detail=" "), ("/marks/0/detail", "detail-required"), id="B, a blank"
        ),
        pytest.param(
            mark("p1", "L", minutes_late=45), ("/marks/0/code", "code-not-allowed"), id="L at 9:40"
        ),
        pytest.param(
            mark("p1", "Y7"), ("/marks/0/detail", "detail-required"), id="Y7, nothing said"
        ),
        pytest.param(
            mark("p1", "/", minutes_late=5),
            ("/marks/0/minutes_late", "minutes-late-not-allowed"),
            id="minutes of a pupil in time",
        ),
    ],
)
async def test_a_mark_that_can_never_be_is_refused(
    school: SmallSchool, sent: Json, refusal: tuple[str, str]
) -> None:
    before = await school.head()

    answer = await school.enter([sent])

    assert answer.status_code == 422
    assert answer.json()["type"] == f"/problems/{refusal[1]}"
    assert slugs(answer) == [refusal]
    assert await school.head() == before


async def test_a_morning_mark_has_no_place_in_the_afternoon(school: SmallSchool) -> None:
    answer = await school.enter([mark("p1", "/")], half="PM")

    assert slugs(answer) == [("/marks/0/code", "wrong-session")]


async def test_codes_for_an_age_follow_the_pupil_s_age(school: SmallSchool) -> None:
    await accepted(school.admit("little", date_of_birth="2022-09-14"))
    mornings = [{"weekday": "friday", "session": "AM"}]
    await Plans(school).made({**TIMETABLE, "starts": {"date": f"{TODAY}"}, "pattern": mornings})

    part_time = await school.enter([mark("little", "C2"), mark("p1", "C2")])
    not_required = await school.enter([mark("little", "X"), mark("p1", "C2")])

    assert slugs(part_time) == [("/marks/0/code", "code-not-allowed")]
    assert not_required.status_code == 201


@pytest.mark.parametrize("on", [SATURDAY, TRAINING_DAY, BEFORE_ANY_CALENDAR])
async def test_no_register_is_taken_on_a_day_the_school_does_not_meet(
    school: SmallSchool, on: date
) -> None:
    school.house.clock.forward(days=7)

    answer = await school.enter(drawn("///"), on=on)

    assert (answer.status_code, slugs(answer)) == (422, [("", "no-session")])


async def test_a_register_is_taken_from_the_minute_the_session_starts(school: SmallSchool) -> None:
    school.house.clock.now = datetime(2026, 11, 23, 8, 54, 59, tzinfo=UTC)
    too_early = await school.enter(drawn("///"), on=MONDAY)
    school.house.clock.forward(seconds=1)
    in_time = await school.enter(drawn("///"), on=MONDAY)

    assert (too_early.status_code, slugs(too_early)) == (422, [("", "session-not-started")])
    assert in_time.status_code == 201


async def test_a_pupil_is_on_the_register_from_the_starting_day_on(school: SmallSchool) -> None:
    await accepted(school.admit("p4", starting_day=f"{TODAY}"))

    too_soon = await school.enter([mark("p4", "/")], on=date(2026, 11, 19))
    that_day = await school.enter([mark("p4", "/")])

    assert slugs(too_soon) == [("/marks/0/pupil", "not-on-roll")]
    assert that_day.status_code == 201


async def test_a_pupil_who_has_an_entry_gets_no_second_one(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("//-")))
    before = await school.head()

    answer = await school.enter(drawn("-/N"))

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/already-marked"
    assert slugs(answer) == [("/marks/0/pupil", "already-marked")]
    assert await school.head() == before
    assert await school.codes() == {"p1": "/", "p2": "/"}


async def test_a_register_without_marks_is_refused(school: SmallSchool) -> None:
    answer = await school.enter([])

    assert (answer.status_code, slugs(answer)) == (422, [("/marks", "no-marks")])


async def test_every_mistake_is_told_at_once_and_nothing_is_stored(school: SmallSchool) -> None:
    before = await school.head()

    answer = await school.enter(
        [
            mark("p1", "%"),
            mark("p2", "/"),
            mark("p9", "B"),
            mark("p2", "/", minutes_late=3),
            mark("p3", "\\"),
        ],
        on=SATURDAY,
    )

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/register-refused"
    assert answer.json()["detail"] == "7 items are wrong; nothing was stored."
    assert slugs(answer) == [
        ("", "no-session"),
        ("/marks/0/code", "unknown-code"),
        ("/marks/2/pupil", "not-on-roll"),
        ("/marks/2/detail", "detail-required"),
        ("/marks/3/pupil", "duplicate-pupil"),
        ("/marks/3/minutes_late", "minutes-late-not-allowed"),
        ("/marks/4/code", "wrong-session"),
    ]
    assert await school.head() == before
    assert (await school.register(SATURDAY))["marks"] == []


async def test_a_conflict_beside_a_plain_mistake_is_told_and_is_no_conflict(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("/--")))

    answer = await school.enter([mark("p1", "N"), mark("p2", "%")])

    assert answer.status_code == 422
    assert slugs(answer) == [
        ("/marks/0/pupil", "already-marked"),
        ("/marks/1/code", "unknown-code"),
    ]
    assert await school.codes() == {"p1": "/"}

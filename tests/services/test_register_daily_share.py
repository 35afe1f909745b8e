"""The daily share with the Department over HTTP: its items, its sessions, and what goes again."""

from datetime import date
from http import HTTPStatus

from support.school import TODAY, Json, SmallSchool, accepted, amendment, drawn, found, mark

THURSDAY = date(2026, 11, 19)
MONDAY = date(2026, 11, 23)
NEXT_THURSDAY = date(2026, 11, 26)


async def share(school: SmallSchool, **query: str) -> dict[str, Json]:
    answer = await found(school.client.get(f"{school.url}/exports/daily-share", params=query))
    return {each["pupil"]: each for each in answer["pupils"]}


async def test_a_pupil_is_shared_with_the_items_that_are_collected(school: SmallSchool) -> None:
    periods = [
        {"characteristic": "looked-after", "starts_on": "2026-09-01", "ends_on": "2026-11-19"},
        {"characteristic": "previously-looked-after", "starts_on": "2026-11-20"},
    ]
    await accepted(
        school.admit(
            "p4",
            upn="A123456789012",
            ethnicity="WBRI",
            characteristics=["ehcp", "fsm", "child-in-need", *periods],
            expected_leaving_on="2027-07-31",
        )
    )

    assert (await share(school))["p4"] == {
        "pupil": "p4",
        "legal_forename": "Bo",
        "legal_surname": "Surname-p4",
        "date_of_birth": "2016-05-05",
        "upn": "A123456789012",
        "sex": "F",
        "ethnicity": "WBRI",
        "looked_after": False,
        "previously_looked_after": True,
        "sen_support": False,
        "ehcp": True,
        "fsm": True,
        "child_in_need": True,
        "child_protection_plan": False,
        "year_group": "6",
        "starting_day": "2026-06-08",
        "expected_leaving_on": "2027-07-31",
        "deleted_on": None,
        "sessions": [{"session": "AM", "code": None}, {"session": "PM", "code": None}],
        "changed_since": [],
    }


async def test_the_days_sessions_have_their_codes_and_no_remark(school: SmallSchool) -> None:
    await accepted(school.enter([mark("p1", "B", detail="pantomime"), mark("p2", "N")]))
    await accepted(school.amend([amendment("p2", "N", "I")]))

    shared = await share(school)

    assert shared["p1"]["sessions"][0] == {"session": "AM", "code": "B"}
    assert shared["p2"]["sessions"][0] == {"session": "AM", "code": "I"}
    assert shared["p2"]["changed_since"] == [], "the day itself is shared for the first time"
    assert "pantomime" not in f"{shared}"


async def test_sessions_of_the_last_seven_days_that_changed_go_again(school: SmallSchool) -> None:
    clock = school.house.clock
    await accepted(school.enter(drawn("NN-")))
    clock.forward(days=3)
    await accepted(school.enter(drawn("NN-"), on=MONDAY))
    clock.forward(days=7)
    for on in (TODAY, MONDAY):
        await accepted(school.amend([amendment("p1", "N", "I")], on=on))
    await accepted(school.enter(drawn("--/"), on=NEXT_THURSDAY))

    shared = await share(school)

    assert [(each["date"], each["code"]) for each in shared["p1"]["changed_since"]] == [
        (f"{MONDAY}", "I")
    ], "Friday is ten days ago"
    assert shared["p2"]["changed_since"] == [], "entered on its day and left as it was"
    assert [(each["date"], each["code"]) for each in shared["p3"]["changed_since"]] == [
        (f"{NEXT_THURSDAY}", "/")
    ], "entered late: the share of its day lacked it"


async def test_reception_and_the_sixth_form_are_shared_and_the_nursery_isnt(
    school: SmallSchool,
) -> None:
    await accepted(school.admit("p4", date_of_birth="2022-05-05", year_group="R"))
    await accepted(school.admit("p5", date_of_birth="2022-05-05", year_group="N2"))
    await accepted(school.admit("p6", date_of_birth="2009-05-05", year_group="12"))

    assert list(await share(school)) == ["p1", "p2", "p3", "p4", "p6"]


async def test_a_day_and_an_instant_can_be_asked_for(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("N--"), on=THURSDAY))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p1", "N", "I")], on=THURSDAY))

    async def morning(**query: str) -> object:
        return (await share(school, on=f"{THURSDAY}", **query))["p1"]["sessions"][0]["code"]

    assert await morning() == "I"
    assert await morning(as_of="2026-11-20T16:00:00Z") == "N"


async def test_a_day_of_no_school_shares_no_session(school: SmallSchool) -> None:
    assert (await share(school, on="2026-11-21"))["p1"]["sessions"] == []


async def test_the_share_is_for_who_may_read_the_admission_register(school: SmallSchool) -> None:
    url = f"{school.url}/exports/daily-share"
    async with school.house.client("register:read") as client:
        plain = await client.get(url)
    async with school.house.client("register:read audit:read") as client:
        auditor = await client.get(url)

    assert plain.status_code == HTTPStatus.FORBIDDEN
    assert auditor.status_code == HTTPStatus.OK
    assert auditor.json()["on"] == f"{TODAY}"
    assert auditor.headers["Cache-Control"] == "no-store"

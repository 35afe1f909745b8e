"""Absence plans over HTTP: made, decided, replaced and ended, or refused."""

from uuid import UUID

import pytest
from support.house import keyed
from support.planning import (
    ACTIVITY,
    CODES,
    FRIDAY,
    HEAD,
    ILLNESS,
    LEAVE,
    NO_SUCH,
    ONE_OF_EACH,
    REGISTRATION,
    VISIT,
    Plans,
    proposals,
)
from support.school import (
    OFFICER,
    PUPILS,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    pupil_body,
    slugs,
)


@pytest.mark.parametrize(
    ("body", "code"),
    list(zip(ONE_OF_EACH, CODES, strict=True)),
    ids=[x["kind"] for x in ONE_OF_EACH],
)
async def test_a_plan_of_each_kind_is_read_back_as_it_was_stated(
    plans: Plans, body: Json, code: str
) -> None:
    before = await plans.school.head()

    made = await accepted(plans.post(body))

    assert (made.status_code, made.json()["position"]) == (201, before + 1)
    [shown] = await plans.read()
    assert shown["plan"] == made.json()["plan"]
    assert shown["code"] == code
    assert shown["by"] == OFFICER
    days = {"starts", "ends", "pattern"}
    assert {name: shown[name] for name in body.keys() - days} == {
        name: body[name] for name in body.keys() - days
    }
    assert shown["starts"] == {"session": "AM", **body["starts"]}
    assert shown["status"] == ("requested" if body is LEAVE else "in-force")


async def test_leave_is_granted_by_the_person_who_decides_it(plans: Plans) -> None:
    plan = await plans.made(LEAVE)

    decided = await plans.decide(plan)

    assert decided.status_code == 201
    [shown] = await plans.read()
    assert (shown["status"], shown["code"]) == ("in-force", "C")
    decision = shown["decision"]
    assert (decision["outcome"], decision["reason"], decision["by"], decision["decided_on"]) == (
        "granted",
        "close family",
        HEAD,
        f"{TODAY}",
    )


async def test_leave_is_decided_once(plans: Plans) -> None:
    plan = await plans.made(LEAVE)
    await accepted(plans.decide(plan, outcome="refused"))

    again = await plans.decide(plan)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-decided")
    assert (await plans.read())[0]["status"] == "refused"


async def test_everything_wrong_with_a_plan_is_told_at_once_and_nothing_is_stored(
    plans: Plans,
) -> None:
    before = await plans.school.head()
    wrong = {
        **LEAVE,
        "requested_on": "2026-11-24",
        "requested_by": {"name": "Bo", "relationship": "pupil"},
        "replaces": NO_SUCH,
        "by": None,
    }

    answer = await plans.post(wrong)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/plan-refused")
    assert slugs(answer) == [
        ("/by", "signatory-required"),
        ("/requested_on", "date-in-future"),
        ("/requested_on", "not-in-advance"),
        ("/requested_by/relationship", "pupil-may-not-ask"),
        ("/replaces", "replaces-no-plan"),
    ]
    assert await plans.school.head() == before


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, [("/kind", "missing")]),
        ({"kind": "holiday"}, [("/kind", "enum")]),
        (
            {"kind": "exclusion", "starts": {"date": "2026-11-2"}, "reason": ""},
            [
                ("/starts/date", "date-format"),
                ("/exclusion", "missing"),
                ("/reason", "string-too-short"),
            ],
        ),
        ({**ILLNESS, "ends": FRIDAY}, [("", "extra-forbidden")]),
        (
            {**REGISTRATION, "pattern": [{"weekday": "sunday", "session": "AM"}]},
            [("/pattern/0/weekday", "enum")],
        ),
        ({**VISIT, "code": "/"}, [("/code", "literal-error")]),
    ],
    ids=["no kind", "another kind", "an exclusion", "another kind's field", "a Sunday", "no visit"],
)
async def test_a_malformed_plan_is_pointed_to_where_it_is_wrong(
    plans: Plans, body: Json, wrong: list[tuple[str, str]]
) -> None:
    answer = await plans.post(body)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
    assert sorted(slugs(answer)) == sorted(wrong)


@pytest.mark.parametrize("body", ["[]", '"leave"', "null", "7"])
async def test_a_plan_is_an_object(plans: Plans, body: str) -> None:
    answer = await plans.school.client.post(
        plans.url, content=body, headers=keyed() | {"Content-Type": "application/json"}
    )

    assert answer.status_code == 422
    assert [pointer for pointer, _ in slugs(answer)] == [""]


async def test_two_plans_of_one_kind_may_not_cross_but_one_may_replace_the_other(
    plans: Plans,
) -> None:
    first = await plans.made(ILLNESS)
    longer = {**ILLNESS, "expected_return": "2026-11-30"}

    crossing = await plans.post(longer)
    revised = await accepted(plans.post({**longer, "replaces": first}))

    assert (crossing.status_code, slugs(crossing)) == (409, [("/starts", "plan-overlaps")])
    assert [each["plan"] for each in await plans.read()] == [revised.json()["plan"]]


async def test_a_plan_ended_early_covers_its_sessions_up_to_then(plans: Plans) -> None:
    plan = await plans.made(ILLNESS)

    await accepted(plans.end(plan, {"date": "2026-11-20", "session": "AM"}))

    [shown] = await plans.read()
    assert (shown["status"], shown["ends"]) == ("ended", {"date": "2026-11-20", "session": "AM"})
    assert shown["ending"]["reason"] == "back"
    assert await proposals(plans.school, TODAY, "AM") == {"p1": "I"}
    assert await proposals(plans.school, TODAY, "PM") == {}


async def test_a_plan_is_withdrawn_once(plans: Plans) -> None:
    plan = await plans.made(VISIT)

    await accepted(plans.end(plan, None))
    again = await plans.end(plan, None)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/plan-not-open")
    assert (await plans.read())[0]["status"] == "withdrawn"


async def test_an_end_outside_the_plan_is_refused(plans: Plans) -> None:
    plan = await plans.made(ILLNESS)

    answer = await plans.end(plan, FRIDAY, reason=" ")

    assert (answer.status_code, slugs(answer)) == (
        422,
        [("/reason", "reason-required"), ("/ends", "end-outside-plan")],
    )


async def test_what_is_not_there_is_not_found(plans: Plans) -> None:
    nobody = Plans(plans.school, "nobody")
    get = plans.school.client.get
    answers = [
        await nobody.post(VISIT),
        await get(nobody.url),
        await get(f"{plans.url}/{NO_SUCH}"),
        await plans.decide(NO_SUCH),
        await plans.end(NO_SUCH, None),
    ]

    assert [(each.status_code, each.json()["type"]) for each in answers] == [
        (404, "/problems/not-found")
    ] * len(answers)


async def test_the_same_key_answers_the_same_also_after_the_plan_was_replaced(
    plans: Plans,
) -> None:
    first = await accepted(plans.post(LEAVE, key="leave-1"))
    plan = first.json()["plan"]
    decision = {"outcome": "refused", "reason": "not exceptional"}
    decided = await accepted(plans.post(decision, f"/{plan}/decision", key="decision-1"))
    await plans.made({**ILLNESS})

    again = await plans.post(LEAVE, key="leave-1")
    decided_again = await plans.post(decision, f"/{plan}/decision", key="decision-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert (decided_again.status_code, decided_again.json()) == (201, decided.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await plans.read()) == 2


async def test_an_ending_answers_the_same_after_another_plan_took_the_place(plans: Plans) -> None:
    plan = await plans.made(ILLNESS)
    ending = {"ends": {"date": "2026-11-20"}, "reason": "back"}
    ended = await accepted(plans.post(ending, f"/{plan}/ending", key="ending-1"))
    await plans.made({**ILLNESS, "replaces": plan})

    again = await plans.post(ending, f"/{plan}/ending", key="ending-1")
    other = await plans.post({**ending, "reason": "well"}, f"/{plan}/ending", key="ending-1")

    assert (again.status_code, again.json()) == (201, ended.json())
    assert other.json()["type"] == "/problems/idempotency-key-reused"


async def test_a_class_visit_is_planned_for_every_pupil_in_one_request(
    school: SmallSchool,
) -> None:
    before = await school.head()
    body = {**ACTIVITY, "pupils": list(PUPILS), "by": OFFICER}

    made = await accepted(
        school.client.post(f"{school.url}/activities", json=body, headers=keyed("visit"))
    )
    again = await school.client.post(f"{school.url}/activities", json=body, headers=keyed("visit"))

    assert made.json()["position"] == before + 3
    assert [each["pupil"] for each in made.json()["plans"]] == list(PUPILS)
    assert len({UUID(each["plan"]) for each in made.json()["plans"]}) == 3
    assert (again.status_code, again.json()) == (201, made.json())
    assert await proposals(school, TODAY) == dict.fromkeys(PUPILS, "V")


async def test_a_class_visit_is_planned_for_all_of_them_or_none(school: SmallSchool) -> None:
    body = {**ACTIVITY, "pupils": ["p1", "p9", "p1"], "by": OFFICER}

    answer = await school.client.post(f"{school.url}/activities", json=body, headers=keyed())

    assert (answer.status_code, slugs(answer)) == (
        422,
        [("/pupils/1", "not-on-roll"), ("/pupils/2", "duplicate-pupil")],
    )
    assert await proposals(school, TODAY) == {}


async def test_a_pupil_over_compulsory_school_age_asks_for_leave_themselves(
    school: SmallSchool,
) -> None:
    body = pupil_body("sixth", date_of_birth="2009-05-05", year_group="13")
    await accepted(school.client.post(f"{school.url}/pupils", json=body, headers=keyed()))
    own = {**LEAVE, "requested_by": {"name": "Bo", "relationship": "pupil"}}

    assert (await Plans(school, "sixth").post(own)).status_code == 201

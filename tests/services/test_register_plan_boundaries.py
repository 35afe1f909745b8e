"""Absence plans over HTTP: who may make and read them, and what of them goes nowhere else."""

import pytest
from support.house import EVERY_SCOPE, keyed
from support.planning import (
    ACTIVITY,
    HEAD,
    ILLNESS,
    LEAVE,
    NO_SUCH,
    READER,
    SUSPENSION,
    TIMETABLE,
    VISIT,
    Plans,
)
from support.school import (
    accepted,
    found,
)


async def test_why_is_told_to_whoever_may_amend_the_register_and_what_to_whoever_reads_it(
    plans: Plans,
) -> None:
    leave = await plans.made(LEAVE)
    await accepted(plans.decide(leave))
    await accepted(plans.end(await plans.made(ILLNESS), {"date": "2026-11-20", "session": "AM"}))
    for body in (TIMETABLE, SUSPENSION):
        await plans.made(body)

    async with plans.school.house.client(READER) as reader:
        shown = (await found(reader.get(plans.url)))["items"]

    assert [each["code"] for each in shown] == ["C", "I", "C2", "E"]
    assert [each.get("reason") for each in shown] == [None] * 4
    assert (shown[0]["evidence_shown"], shown[0]["decision"]["reason"]) == (None, None)
    assert (shown[1]["medical_evidence_seen"], shown[1]["ending"]["reason"]) == (None, None)


@pytest.mark.parametrize(
    ("lacking", "path"),
    [
        ("register:write", ""),
        ("register:amend", f"/{NO_SUCH}/decision"),
        ("register:write", f"/{NO_SUCH}/ending"),
    ],
)
async def test_each_command_needs_its_scope(plans: Plans, lacking: str, path: str) -> None:
    scope = EVERY_SCOPE.replace(lacking, "")
    bodies = {"": VISIT, "decision": {"outcome": "granted", "reason": "x"}, "ending": {}}
    body = bodies[path.rpartition("/")[2]]

    async with plans.school.house.client(scope) as client:
        answer = await client.post(f"{plans.url}{path}", json=body, headers=keyed())

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope-missing")


async def test_another_schools_token_sees_no_plans_and_makes_none(plans: Plans) -> None:
    plan = await plans.made(ILLNESS)
    activities = f"{plans.school.url}/activities"

    async with plans.school.house.client(urns=["999999"]) as stranger:
        answers = [
            await stranger.get(plans.url),
            await stranger.get(f"{plans.url}/{plan}"),
            await stranger.post(plans.url, json={**VISIT, "by": HEAD}, headers=keyed()),
            await stranger.post(
                activities, json={**ACTIVITY, "pupils": ["p1"], "by": HEAD}, headers=keyed()
            ),
            await stranger.post(
                f"{plans.url}/{plan}/ending", json={"reason": "x", "by": HEAD}, headers=keyed()
            ),
            await stranger.post(
                f"{plans.url}/{plan}/decision",
                json={"outcome": "granted", "reason": "x", "by": HEAD},
                headers=keyed(),
            ),
        ]

    assert {each.status_code for each in answers} == {404}
    assert {each.json()["detail"] for each in answers} == {"There is no such school."}


async def test_a_person_signs_with_their_token(plans: Plans) -> None:
    async with plans.school.house.client(
        EVERY_SCOPE, urns="*", name="C. Jones", position="Class teacher"
    ) as teacher:
        await accepted(teacher.post(plans.url, json=VISIT, headers=keyed()))

    assert (await plans.read())[0]["by"] == {"name": "C. Jones", "position": "Class teacher"}


async def test_why_a_child_is_away_is_in_no_log_no_measurement_and_no_problem(
    plans: Plans, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("broken xylophone", "Quillfeather", "Wix Hall")
    leave = {
        **LEAVE,
        "reason": words[0],
        "evidence_shown": words[0],
        "requested_by": {"name": words[1], "relationship": "parent"},
    }
    visit = {**VISIT, "nature": words[0], "place": words[2], "supervisor": words[1]}

    plan = await plans.made(leave)
    await plans.made(visit)
    refused = [
        await plans.post(leave),
        await plans.post({**visit, "ends": None, words[0]: words[1]}),
        await plans.post({**TIMETABLE, "reason": words[0], "agreed_with": words[1], "by": None}),
        await plans.decide(plan, reason=words[0], decided_on="2026-11-01"),
        await plans.end(plan, {"date": "2026-11-24"}, reason=words[0]),
    ]
    measured = await plans.school.client.get("/metrics")

    assert all(each.is_client_error for each in refused)
    told = "".join([*(each.text for each in refused), measured.text, *capsys.readouterr()])
    assert "absence-plans" in told
    assert [word for word in words if word in told] == []

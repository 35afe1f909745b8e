"""Holds over HTTP: who may place them, what they say, and that each is lifted once."""

from uuid import UUID

import pytest
from support.house import keyed
from support.school import OFFICER, Json, SmallSchool, accepted, found, slugs

HOLD: Json = {"pupil": "p1", "reason": "county court proceedings", "by": OFFICER}
LIFTING: Json = {"reason": "proceedings concluded", "by": OFFICER}
NO_HOLD = UUID("00000000-0000-4000-8000-000000000000")


def holds_of(school: SmallSchool) -> str:
    return f"{school.url}/retention-holds"


async def placed(school: SmallSchool, **changes: object) -> str:
    answer = await accepted(
        school.client.post(holds_of(school), json={**HOLD, **changes}, headers=keyed())
    )
    hold: str = answer.json()["hold"]
    return hold


async def test_a_hold_is_placed_listed_and_lifted(school: SmallSchool) -> None:
    head = await school.head()
    first = await placed(school)
    second = await placed(school, pupil=None)
    lifted = await accepted(
        school.client.post(f"{holds_of(school)}/{first}/lifting", json=LIFTING, headers=keyed())
    )

    listed = (await found(school.client.get(holds_of(school))))["items"]

    assert lifted.status_code == 201
    assert lifted.json() == {"position": head + 3, "hold": first}
    instant = "2026-11-20T16:00:00Z"
    assert listed == [
        {
            "hold": second,
            "pupil": None,
            "reason": HOLD["reason"],
            "recorded_at": instant,
            "by": OFFICER,
            "lifted": None,
        },
        {
            "hold": first,
            "pupil": "p1",
            "reason": HOLD["reason"],
            "recorded_at": instant,
            "by": OFFICER,
            "lifted": {"reason": LIFTING["reason"], "recorded_at": instant, "by": OFFICER},
        },
    ]


async def test_a_retry_is_answered_as_the_first_and_places_nothing(school: SmallSchool) -> None:
    key = keyed("hold-p1")
    first = await school.client.post(holds_of(school), json=HOLD, headers=key)
    again = await school.client.post(holds_of(school), json=HOLD, headers=key)
    other = await school.client.post(holds_of(school), json={**HOLD, "pupil": "p2"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert len((await found(school.client.get(holds_of(school))))["items"]) == 1


async def test_a_hold_is_lifted_once(school: SmallSchool) -> None:
    lifting = f"{holds_of(school)}/{await placed(school)}/lifting"
    key = keyed("lift-p1")
    first = await school.client.post(lifting, json=LIFTING, headers=key)
    again = await school.client.post(lifting, json=LIFTING, headers=key)
    anew = await school.client.post(lifting, json=LIFTING, headers=keyed())

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (anew.status_code, anew.json()["type"]) == (409, "/problems/hold-lifted")


async def test_what_was_never_placed_can_t_be_lifted(school: SmallSchool) -> None:
    answer = await school.client.post(
        f"{holds_of(school)}/{NO_HOLD}/lifting", json=LIFTING, headers=keyed()
    )

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_every_problem_is_said_at_once_and_nothing_is_placed(school: SmallSchool) -> None:
    head = await school.head()

    refused = await school.client.post(
        holds_of(school), json={"pupil": "p9", "reason": " "}, headers=keyed()
    )

    assert refused.status_code == 422
    assert slugs(refused) == [
        ("/by", "signatory-required"),
        ("/reason", "reason-required"),
        ("/pupil", "pupil-unknown"),
    ]
    assert await school.head() == head


@pytest.mark.parametrize(
    ("scope", "may_list", "may_place"),
    [
        ("audit:read", 200, 403),
        ("schools:write", 200, 201),
        ("register:read register:write admissions:write", 403, 403),
    ],
)
async def test_placing_is_for_who_keeps_the_school_and_listing_for_an_auditor_too(
    school: SmallSchool, scope: str, may_list: int, may_place: int
) -> None:
    async with school.house.client(scope, urns=[school.urn]) as client:
        listed = await client.get(holds_of(school))
        answered = await client.post(holds_of(school), json=HOLD, headers=keyed())

    assert (listed.status_code, answered.status_code) == (may_list, may_place)
    if may_list == 403:
        assert "audit:read or schools:write" in listed.json()["detail"]


async def test_a_hold_of_another_school_is_nobody_else_s_to_know(school: SmallSchool) -> None:
    hold = await placed(school)
    async with school.house.client("schools:write audit:read", urns=[999002]) as other:
        listed = await other.get(holds_of(school))
        lifted = await other.post(
            f"{holds_of(school)}/{hold}/lifting", json=LIFTING, headers=keyed()
        )

    assert (listed.status_code, lifted.status_code) == (404, 404)

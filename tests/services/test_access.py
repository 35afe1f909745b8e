"""Who may do what: every route of every service, as its OpenAPI document lists them.

A new route is walked by itself, with the request that support.route_walk has for it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import pytest
from servicekit.openapi import document_of
from servicekit.service import chosen_services
from support.house import EVERY_SCOPE, keyed
from support.route_walk import ENDLESS, SCHOOL, USUAL, Route
from support.school import (
    LA,
    PUPILS,
    URN,
    Json,
    SmallSchool,
    drawn,
    school_body,
    slugs,
    small_school,
)

ANOTHER_URN: Final = 999002
ANOTHER_LA: Final = "887"
AN_ID: Final = str(UUID(int=1))
# A closure amends the entries there are, and enters those there aren't. What goes to the department
# says more of a pupil than a register does.
TWO_SCOPES: Final = {
    f"POST {SCHOOL}/closures": "register:write",
    f"GET {SCHOOL}/exports/census": "audit:read",
    f"GET {SCHOOL}/exports/daily-share": "audit:read",
}


@dataclass(frozen=True, slots=True)
class Documented:
    """One operation of an OpenAPI document."""

    route: Route
    guarded: bool  # the document says that it needs a token

    @property
    def name(self) -> str:
        return self.route.name

    async def called(self, client: httpx.AsyncClient, urn: int = URN) -> httpx.Response:
        ids = {name: AN_ID for name in self.route.parameters() if name not in USUAL}
        return await self.route.called(client, {**ids, "urn": f"{urn}"})


ROUTES: Final = [
    Documented(Route(method.upper(), path), "security" in operation)
    for service in chosen_services([])
    for path, operations in document_of(service)["paths"].items()
    for method, operation in operations.items()
    if path.startswith(service.prefix)
]
OF_A_SCHOOL: Final = [each for each in ROUTES if each.route.is_of_a_school]


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """The small school, with every service running."""
    async with small_school(database_url, tmp_path, *PUPILS, services=()) as opened:
        await opened.house.settle()
        yield opened


def test_every_route_of_a_service_needs_a_token() -> None:
    assert [route.name for route in ROUTES if not route.guarded] == []


async def test_without_a_token_nothing_is_answered(school: SmallSchool) -> None:
    async with school.house.anonymous() as anonymous:
        answers = [await route.called(anonymous) for route in ROUTES]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["type"] for answer in answers} == {"/problems/unauthenticated"}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}


async def test_a_route_asks_for_one_scope_and_no_more_unless_it_does_two_things(
    school: SmallSchool,
) -> None:
    needed: dict[str, str] = {}
    async with school.house.client("unrelated:scope", urns="*") as unfit:
        for route in ROUTES:
            refused = await route.called(unfit)
            assert refused.json()["type"] == "/problems/scope-missing", route.name
            needed[route.name] = refused.json()["detail"].removesuffix(".").rpartition(" ")[2]
    opened: dict[str, int] = {}
    for route in (each for each in ROUTES if each.name not in ENDLESS):
        async with school.house.client(needed[route.name], urns="*") as fit:
            opened[route.name] = (await route.called(fit)).status_code

    assert set(needed.values()) <= set(EVERY_SCOPE.split())
    assert {name for name, status in opened.items() if status in {401, 403}} == set(TWO_SCOPES)
    for route in (each for each in ROUTES if each.name in TWO_SCOPES):
        both = f"{needed[route.name]} {TWO_SCOPES[route.name]}"
        async with school.house.client(both, urns="*") as fit:
            assert (await route.called(fit)).status_code not in {401, 403}, route.name


async def test_another_school_is_not_found_and_looks_as_if_it_were_not_there(
    school: SmallSchool,
) -> None:
    before = await school.head()
    async with school.house.client(urns=[ANOTHER_URN]) as stranger:
        for route in OF_A_SCHOOL:
            existing = await route.called(stranger)
            missing = await route.called(stranger, urn=999003)

            assert existing.status_code == 404, route.name
            assert _without_instance(existing) == _without_instance(missing), route.name
    assert await school.head() == before


async def test_a_school_of_another_authority_is_not_found(school: SmallSchool) -> None:
    before = await school.head()
    async with school.house.client(la=ANOTHER_LA) as stranger:
        for route in OF_A_SCHOOL:
            answer = await route.called(stranger)

            assert answer.status_code == 404, route.name
            assert answer.json()["type"] == "/problems/not-found", route.name
    assert await school.head() == before


async def test_an_authority_sees_its_schools_and_no_others(school: SmallSchool) -> None:
    for urn, la_code in ((ANOTHER_URN, ANOTHER_LA), (999003, LA)):
        await SmallSchool(school.house, school.client, urn).open(la_code=la_code)
    async with school.house.client(la=LA) as authority:
        answers = {
            urn: (await authority.get(f"/register/v1/schools/{urn}/pupils")).status_code
            for urn in (URN, ANOTHER_URN, 999003, 999004)
        }

    assert answers == {URN: 200, ANOTHER_URN: 404, 999003: 200, 999004: 404}


async def test_an_authority_registers_schools_of_its_own_and_takes_none_over(
    school: SmallSchool,
) -> None:
    async with school.house.client(la=ANOTHER_LA) as authority:
        own = await authority.put(
            f"/register/v1/schools/{ANOTHER_URN}", json=school_body(la_code=ANOTHER_LA)
        )
        taken_over = await authority.put(
            f"/register/v1/schools/{URN}", json=school_body(la_code=ANOTHER_LA)
        )
        given_away = await authority.put(
            f"/register/v1/schools/{ANOTHER_URN}", json=school_body(la_code=LA)
        )

    assert own.status_code == 200
    assert taken_over.status_code == 404
    assert (given_away.status_code, slugs(given_away)) == (422, [("/la_code", "authority-fixed")])


def _without_instance(answer: httpx.Response) -> Json:
    return {name: value for name, value in answer.json().items() if name != "instance"}


async def test_a_key_doesn_t_sign_for_another_person_of_the_same_client(
    school: SmallSchool,
) -> None:
    scopes, url = "register:write register:read", f"{school.register_url()}/marks"
    answers = []
    for name in ("Ann", "Ann", "Eve"):
        person = {"name": name, "position": "Teacher"}
        async with school.house.client(scopes, urns="*", client_id="mis", **person) as client:
            answers.append(await client.post(url, json={"marks": drawn("///")}, headers=keyed("1")))
    first, again, another = answers

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert another.status_code == 422
    assert another.json()["type"] == "/problems/idempotency-key-reused"

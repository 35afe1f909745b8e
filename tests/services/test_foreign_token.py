"""Every route, asked with everything right but the token: another school's, another authority's."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from support.house import EVERY_SCOPE
from support.log import connected
from support.route_walk import (
    AUTHORITY_S,
    ENDLESS,
    EVERYBODY_S,
    GOOD,
    LISTS,
    SUBSCRIPTION,
    Found,
    Route,
    guarded_routes,
    unknown,
)
from support.school import LA, PUPILS, URN, SmallSchool, accepted, found, small_school

STRANGERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "another school": {"urns": [999002]},
    "other schools": {"urns": [999002, 999003]},
    "no school": {"urns": []},
    "another authority": {"la": "887"},
}
INSIDERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "every school": {"urns": "*"},
    "the school": {"urns": [URN]},
    "its authority": {"la": LA},
}
MONDAY: Final = date(2026, 11, 9)
JSON: Final = ("application/json", "application/problem+json")
NOT_THERE: Final = "404 not-found"
SECONDS: Final = 10  # a route that lets a stranger in may answer without end

COLLECT: Final = """
UPDATE notifications.subscription SET status = 'active', activated_at = '2026-09-01Z'
"""
TABLES: Final = """
SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname IN ('eventlog', 'register', 'thresholds', 'notifications')
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """The routes of a house with a school in it that has something of everything."""

    school: SmallSchool
    routes: list[Route]
    found: Found
    owner: asyncpg.Connection

    async def ask(
        self, claims: Mapping[str, Any] | None, scope: str = EVERY_SCOPE
    ) -> dict[str, tuple[int, Any]]:
        """Ask every route with a token of these claims, or without one; status and answer."""
        house = self.school.house
        opened = house.anonymous() if claims is None else house.client(scope, **claims)
        authority = claims is not None and "la" in claims
        answers: dict[str, tuple[int, Any]] = {}
        async with opened as client:
            for route in self.routes:
                async with asyncio.timeout(SECONDS):
                    answer = await route.called(client, self.found, authority=authority)
                is_json = answer.content and answer.headers.get("Content-Type") in JSON
                answers[route.name] = answer.status_code, answer.json() if is_json else {}
        return answers

    async def rows(self) -> dict[str, list[str]]:
        """Read everything that is stored."""
        tables = [row[0] for row in await self.owner.fetch(TABLES)]
        return {
            table: [
                row[0]
                for row in await self.owner.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")
            ]
            for table in tables
        }


@pytest.fixture
async def walk(database_url: str, tmp_path: Path) -> AsyncIterator[Walk]:
    """A school that has had every request of GOOD but the deletion of its subscription."""
    async with (
        small_school(database_url, tmp_path, *PUPILS, services=()) as school,
        connected(database_url, role=None) as owner,
    ):
        here: Found = {}
        subscribed = {"urns": [URN], "url": "http://127.0.0.1:9/hook"}
        made = await accepted(school.client.post(SUBSCRIPTION, json=subscribed))
        here["subscription"] = made.json()["id"]
        await owner.execute(COLLECT)
        await school.take_weeks("p1", "GGGGGGGGGG", monday=MONDAY)
        await school.house.settle()
        alerts = await found(school.client.get("/thresholds/v1/alerts"))
        here["alerts.id"] = alerts["items"][0]["id"]
        deliveries = await found(school.client.get("/notifications/v1/deliveries"))
        here["delivery"] = deliveries["items"][0]["id"]
        returns = await found(school.client.get("/notifications/v1/returns"))
        here["returns.id"] = returns["items"][0]["id"]
        routes = guarded_routes(school.house.app)
        for route in routes:
            good = GOOD.get(route.name)
            if good is not None and good.gives is not None:
                field, name = good.gives
                answer = await accepted(route.called(school.client, here))
                here[name] = answer.json()[field]
        yield Walk(school, routes, here, owner)


async def test_every_route_there_is_has_a_good_request(walk: Walk) -> None:
    assert unknown(walk.routes, walk.found) == []


@pytest.mark.parametrize("claims", INSIDERS.values(), ids=INSIDERS)
async def test_nothing_but_the_token_stands_in_a_request_s_way(
    walk: Walk, claims: Mapping[str, Any]
) -> None:
    ending = [route for route in walk.routes if route.name not in ENDLESS]

    answers = await replace(walk, routes=ending).ask(claims)

    # The subscription is by URN, so it isn't the authority's.
    own = {
        name: answer
        for name, answer in answers.items()
        if ("la" not in claims or "/notifications/" not in name)
        and (claims.get("urns") != [URN] or name not in AUTHORITY_S)
    }
    kept_out = {name: said for name, said in _told(own).items() if _is_kept_out(said)}
    assert kept_out == {}, "give each a good request in support.route_walk.GOOD"


@pytest.mark.parametrize("claims", STRANGERS.values(), ids=STRANGERS)
async def test_a_foreign_token_finds_nothing_and_changes_nothing(
    walk: Walk, claims: Mapping[str, Any]
) -> None:
    before = await walk.rows()

    answers = await walk.ask(claims)

    assert {answers.pop(name)[0] for name in EVERYBODY_S} == {200}
    lists = {name: answers.pop(name) for name in LISTS}
    assert {name: (200, []) for name in LISTS} == {
        name: (status, body["items"]) for name, (status, body) in lists.items()
    }
    assert {name: said for name, said in _told(answers).items() if said != NOT_THERE} == {}
    assert await walk.rows() == before


async def test_without_a_token_every_route_is_closed(walk: Walk) -> None:
    before = await walk.rows()

    answers = await walk.ask(None)

    assert {name: status for name, (status, _) in answers.items() if status != 401} == {}
    assert await walk.rows() == before


async def test_without_its_scope_every_route_is_closed_to_the_school_itself(walk: Walk) -> None:
    before = await walk.rows()

    answers = await walk.ask({"urns": [URN]}, "unrelated:scope")

    assert {name: status for name, (status, _) in answers.items() if status != 403} == {}
    assert await walk.rows() == before


def _told(answers: Mapping[str, tuple[int, Any]]) -> dict[str, str]:
    """Say of each answer its status and its problem, if it is one."""
    return {
        name: f"{status} {body.get('type', '').removeprefix('/problems/')}".strip()
        for name, (status, body) in answers.items()
    }


def _is_kept_out(said: str) -> bool:
    return said.startswith(("401", "403", "404", "405", "428", "5")) or "invalid-request" in said

"""A school's own subcodes and further requirements, over HTTP."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from support.school import OFFICER, Json, SmallSchool, accepted, found, mark, slugs, small_school

SUBCODES: list[Json] = [
    {"subcode": "I1", "code": "I", "in_force_from": "2026-09-01", "in_force_to": None},
    {"subcode": "A2", "code": "O", "in_force_from": "2026-09-01", "in_force_to": "2026-11-19"},
]
REQUIREMENTS = [
    {
        "code": "P",
        "requirement": "detail",
        "in_force_from": "2026-09-01",
        "in_force_to": None,
    }
]


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    async with small_school(database_url, tmp_path, "p1", "p2", "p3") as opened:
        yield opened


async def publish(school: SmallSchool, **body: object) -> httpx.Response:
    return await school.client.put(
        f"{school.url}/entry-rules",
        json={"subcodes": SUBCODES, "requirements": REQUIREMENTS, "by": OFFICER, **body},
    )


async def test_rules_are_read_as_they_were_published(school: SmallSchool) -> None:
    assert await found(school.client.get(f"{school.url}/entry-rules")) == {
        "subcodes": [],
        "requirements": [],
    }

    await accepted(publish(school))

    assert await found(school.client.get(f"{school.url}/entry-rules")) == {
        "subcodes": SUBCODES,
        "requirements": REQUIREMENTS,
    }


async def test_rules_said_again_are_no_new_fact(school: SmallSchool) -> None:
    first = (await accepted(publish(school))).json()["position"]

    assert (await accepted(publish(school))).json()["position"] == first


async def test_a_subcode_is_entered_as_its_national_code(school: SmallSchool) -> None:
    await accepted(publish(school))

    await accepted(school.enter([mark("p1", "i1")]))

    assert await school.codes() == {"p1": "I"}


async def test_a_subcode_that_has_had_its_day_is_an_error(school: SmallSchool) -> None:
    await accepted(publish(school))

    refused = await school.enter([mark("p1", "A2"), mark("p2", "A9")])

    assert slugs(refused) == [
        ("/marks/0/code", "unknown-code"),
        ("/marks/1/code", "unknown-code"),
    ]


async def test_what_the_school_wants_stated_is_required(school: SmallSchool) -> None:
    await accepted(publish(school))

    assert slugs(await school.enter([mark("p1", "P")])) == [("/marks/0/detail", "detail-required")]
    await accepted(school.enter([mark("p1", "P", detail="rugby")]))


async def test_rules_that_contradict_the_national_codes_store_nothing(school: SmallSchool) -> None:
    before = await school.head()

    refused = await publish(school, subcodes=[{**SUBCODES[0], "subcode": "y7"}, *SUBCODES[1:]])

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert slugs(refused) == [("/subcodes/0/subcode", "national-code")]
    assert await school.head() == before


async def test_an_arrival_is_kept_as_minutes_late_and_held_against_the_closing(
    school: SmallSchool,
) -> None:
    refused = await school.enter(
        [mark("p1", "L", arrived_at="09:26"), mark("p2", "U", arrived_at="09:25")]
    )
    assert slugs(refused) == [
        ("/marks/0/code", "code-not-allowed"),
        ("/marks/1/code", "code-not-allowed"),
    ]

    await accepted(school.enter([mark("p1", "L", arrived_at="09:25")]))

    history = await found(school.client.get(f"{school.url}/pupils/p1/entries/2026-11-20/AM"))
    assert history["entries"][0]["minutes_late"] == 30

"""The catalogue of rules over HTTP: all there are, with the numbers they are judged by."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from attendance.rules.catalogue import RULES
from support.asking import get
from support.house import House, house

PATH: Final = "/thresholds/v1/rules"


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, services=("thresholds",)) as running:
        yield running


async def catalogue(rollbook: House) -> dict[str, dict[str, Any]]:
    answer = await get(rollbook, PATH, token={"urns": []})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] is None
    return {each["rule"]: each for each in answer.json()["items"]}


async def test_every_rule_is_listed_with_its_numbers_and_where_they_are_written(
    rollbook: House,
) -> None:
    rules = await catalogue(rollbook)

    assert list(rules) == list(RULES)
    for slug, shown in rules.items():
        own = RULES[slug]
        assert [each["source"] for each in shown["terms"]] == [str(t.source) for t in own.terms]
        assert {each["name"] for each in shown["numbers"] if each["settable"]} == set(own.settable)
        assert all(each["unit"] for each in shown["numbers"]), slug
        assert [each["outcome"] for each in shown["outcomes"]] == [o.slug for o in own.outcomes]


async def test_a_rule_says_what_its_numbers_are_and_which_of_them_may_be_set(
    rollbook: House,
) -> None:
    rules = await catalogue(rollbook)

    threshold = rules["penalty-notice-threshold"]
    assert threshold["terms"][0]["numbers"] == {
        "sessions": 10,
        "school_weeks": 10,
        "codes": ["G", "N", "O", "U"],
    }
    assert threshold["terms"][0]["in_force_from"] == "2024-08-19"
    assert {each["name"]: each["sort"] for each in threshold["numbers"]} == {
        "sessions": "count",
        "school_weeks": "count",
        "codes": "codes",
    }
    (weeks,) = [
        each for each in rules["part-time-timetable-review"]["numbers"] if each["name"] == "weeks"
    ]
    assert (weeks["settable"]["least"], weeks["settable"]["most"]) == (1, 12)
    assert rules["register-not-taken"]["about"] == "register"


async def test_the_catalogue_is_for_whoever_may_read_alerts(rollbook: House) -> None:
    assert (await get(rollbook, PATH, scope="register:read")).status_code == 403
    assert (await get(rollbook, PATH, {"rule": "severe-absence"})).status_code == 422

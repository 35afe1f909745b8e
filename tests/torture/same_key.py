"""Scenario of one idempotency key posted twenty times at once, over HTTP. Lists what it found."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx
from servicekit.commands import REPLAYED_HEADER
from support.log import connected
from support.school import URN, SmallSchool, drawn, small_school

TIMES: Final = 20
KEY: Final = "one-key"
LETTERS_THE_SAME: Final = ("/",) * TIMES
LETTERS_DIFFER: Final = ("/", "I") * (TIMES // 2)

EVENTS: Final = """
SELECT count(*) FROM eventlog.event WHERE school_id = $1 AND kind LIKE 'MarksRecorded%'
"""
REUSED: Final = "idempotency-key-reused"
IN_FLIGHT: Final = "command-in-flight"


async def same_key_at_once(url: str, data_dir: Path, letters: Sequence[str]) -> list[str]:
    """Post a register under one key from as many clients as there are letters, then again."""
    async with small_school(url, data_dir, "p1") as school:
        first = await asyncio.gather(*(_post(school, letter) for letter in letters))
        again = [await _post(school, letter) for letter in letters]
        stored = (await school.codes())["p1"]
        async with connected(url) as conn:
            events = await conn.fetchval(EVENTS, URN)
    found = [] if events == 1 else [f"stored {events} times"]
    claims = [answer for answer in (*first, *again) if _outcome(answer) == "first"]
    if len(claims) != 1:
        found.append(f"{len(claims)} answers say that they were the first")
    for letter, before, after in zip(letters, first, again, strict=True):
        expected = "replayed" if letter == stored else REUSED
        if _outcome(after) != expected:
            found.append(f"sent again, answered {_outcome(after)}")
        if _outcome(before) not in {"first", expected, IN_FLIGHT}:
            found.append(f"answered {_outcome(before)}")
    return found


async def _post(school: SmallSchool, letter: str) -> httpx.Response:
    return await school.enter(drawn(letter, pupils=["p1"]), key=KEY)


def _outcome(answer: httpx.Response) -> str:
    """Say in a word what was answered: first, replayed, or the problem's own."""
    if answer.status_code == HTTPStatus.CREATED:
        return "replayed" if REPLAYED_HEADER in answer.headers else "first"
    problem: str = answer.json()["type"].rpartition("/")[2]
    return problem

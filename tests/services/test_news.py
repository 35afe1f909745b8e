"""Waiting for something to grow: one look for all who wait, and none while nobody does."""

import asyncio
from collections.abc import Sequence

from servicekit.news import News
from support.eventually import eventually

LONG = 30.0  # seconds: more than any of these tests waits


class Things:
    """What is looked at, and how often it was."""

    def __init__(self, **positions: int) -> None:
        self.positions = positions
        self.looks: list[set[str]] = []
        self.failures = 0

    async def look(self, names: Sequence[str]) -> dict[str, int]:
        self.looks.append(set(names))
        if self.failures:
            self.failures -= 1
            raise ConnectionResetError
        return {name: self.positions[name] for name in names}

    def news(self) -> News[str]:
        return News(self.look, poll_seconds=0.01)


async def test_who_waits_for_what_is_there_already_is_told() -> None:
    things = Things(a=5)

    await things.news().beyond("a", 4, within_seconds=LONG)

    assert things.looks == [{"a"}]


async def test_one_look_serves_all_who_wait_and_wakes_those_with_news() -> None:
    things = Things(a=5, b=7)
    news = things.news()
    many = [asyncio.create_task(news.beyond("a", 5, within_seconds=LONG)) for _ in range(50)]
    other = asyncio.create_task(news.beyond("b", 7, within_seconds=LONG))
    await eventually(lambda: {"a", "b"} in things.looks)

    things.positions["a"] = 6
    await asyncio.gather(*many)

    assert not other.done()
    assert all(look == {"a", "b"} for look in things.looks)
    other.cancel()


async def test_nobody_looks_when_nobody_waits() -> None:
    things = Things(a=5)
    news = things.news()

    await news.beyond("a", 5, within_seconds=0.05)
    looked = len(things.looks)
    await news.beyond("a", 4, within_seconds=LONG)

    assert looked >= 1
    assert len(things.looks) == looked + 1
    await eventually(lambda: len(asyncio.all_tasks()) == 1)


async def test_a_look_that_fails_is_tried_again() -> None:
    things = Things(a=5)
    things.failures = 2

    await things.news().beyond("a", 4, within_seconds=LONG)

    assert len(things.looks) == 3

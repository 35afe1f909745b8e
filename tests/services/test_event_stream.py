"""Following a log as server-sent events: the frame of a stream, whatever is in it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from itertools import islice

import pytest
from servicekit.errors import NotFound
from servicekit.event_stream import Page, begin_after, followed
from servicekit.news import News
from servicekit.problems import Problem
from servicekit.streaming import Piece

PATIENCE_SECONDS = 30
PING = b": ping\n\n"


class Log:
    """A log of numbers, read two at a time; a reading may fail."""

    def __init__(self, *numbers: int, failures: Sequence[Exception] = ()) -> None:
        self.numbers = list(numbers)
        self.failures = list(failures)

    async def read(self, after: int) -> Page:
        if self.failures:
            raise self.failures.pop(0)
        found = list(islice((each for each in self.numbers if each > after), 2))
        more = len(found) == 2
        return Page([f"<{each}>".encode() for each in found], max([after, *found]), more)

    async def look(self, names: Sequence[str]) -> dict[str, int]:
        return {name: max(self.numbers, default=0) for name in names}

    def stream(
        self, after: int = 0, heartbeat_seconds: float = 30.0
    ) -> AsyncGenerator[Piece, None]:
        news = News(self.look, poll_seconds=0.01)
        return followed(news, "log", after, self.read, heartbeat_seconds=heartbeat_seconds)


async def given(stream: AsyncGenerator[Piece, None]) -> Piece:
    """Take the next piece, that a stream gone wrong might never give."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await anext(stream)


async def test_a_stream_begins_with_when_to_come_again() -> None:
    assert await given(Log(1).stream()) == Piece(b"retry: 2000\n\n", 0)


async def test_a_stream_gives_what_there_is_and_then_what_comes() -> None:
    log = Log(1, 2, 3)
    stream = log.stream(after=1)
    await given(stream)

    assert await given(stream) == Piece(b"<2><3>", 2)
    log.numbers.append(4)
    assert await given(stream) == Piece(b"<4>", 1)
    await stream.aclose()


async def test_a_stream_with_nothing_to_give_shows_that_it_lives() -> None:
    log = Log()
    stream = log.stream(heartbeat_seconds=0.05)
    await given(stream)

    assert (await given(stream)).body == PING
    assert (await given(stream)).body == PING
    log.numbers.append(1)
    assert (await given(stream)).body == b"<1>"
    await stream.aclose()


async def test_a_stream_whose_log_grows_by_nothing_it_wants_shows_that_it_lives() -> None:
    log, reached = Log(), 0

    async def grows(after: int) -> Page:
        nonlocal reached
        reached = after + 1
        log.numbers.append(reached + 1)
        return Page([], reached, more=False)

    news = News(log.look, poll_seconds=0.01)
    stream = followed(news, "log", 0, grows, heartbeat_seconds=0.1)
    await given(stream)

    assert (await given(stream)).body == PING
    assert reached > 1
    await stream.aclose()


async def test_a_stream_outlives_its_database() -> None:
    log = Log(1, failures=[ConnectionResetError(), TimeoutError()])
    stream = log.stream()
    await given(stream)

    assert (await given(stream)).body == b"<1>"
    await stream.aclose()


async def test_a_stream_ends_when_it_is_no_longer_its_reader_s() -> None:
    stream = Log(1, failures=[NotFound()]).stream()

    assert [each.body async for each in stream] == [b"retry: 2000\n\n"]


@pytest.mark.parametrize(
    ("last_event_id", "after", "begin"),
    [(None, 0, 0), (None, 7, 7), ("", 7, 7), ("5", 7, 5), ("7", 0, 7), ("007", 0, 7), ("0", 7, 0)],
)
def test_the_last_id_says_where_to_begin_before_anything_else_does(
    last_event_id: str | None, after: int, begin: int
) -> None:
    assert begin_after(last_event_id, after, head=7) == begin


@pytest.mark.parametrize(
    ("last_event_id", "after", "pointer"),
    [("8", 0, "/header/last-event-id"), (None, 8, "/query/after")],
)
def test_a_beginning_ahead_of_the_log_is_refused(
    last_event_id: str | None, after: int, pointer: str
) -> None:
    with pytest.raises(Problem) as refused:
        begin_after(last_event_id, after, head=7)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        (pointer, "ahead-of-log")
    ]

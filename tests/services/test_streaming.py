"""Answers that go on, over a real connection: how they end, and what a slow reader costs."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from servicekit.answering import install_problems
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.metrics import Metrics
from servicekit.requests import Surroundings
from servicekit.stream_slots import StreamSlots
from servicekit.streaming import PIECE_BYTES, STREAM_SECONDS, Piece, Streamed, open_seconds, pieces
from servicekit.tokens import CLOCK_LEEWAY_SECONDS
from structlog.testing import capture_logs
from support.eventually import eventually
from support.served import port_of, server_of

LONG = 600.0  # seconds: more than any of these tests waits
PATIENCE_SECONDS = 30
KERNEL_BYTES = 32 * 1024 * 1024  # more than the kernel keeps of a connection, on both its sides

Parts = Callable[[], AsyncGenerator[Piece, None]]


@dataclass(slots=True)
class Stage:
    """A server with one stream, and what became of it."""

    parts: Parts
    whole: bool = False
    lasting_seconds: float = LONG
    patience_seconds: float = LONG
    slots: StreamSlots = field(default_factory=lambda: StreamSlots(per_client=2))
    server: uvicorn.Server | None = None

    async def stream(self, request: Request) -> Streamed:
        return Streamed(
            request,
            caller(self.lasting_seconds),
            self.parts(),
            "text/plain",
            whole=self.whole,
            patience_seconds=self.patience_seconds,
        )

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{port_of(self.server)}"

    @property
    def connections(self) -> int:
        assert self.server is not None
        return len(self.server.server_state.connections)

    async def answer(self) -> httpx.Response:
        """Read the stream to its end."""
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            return await client.get(self.url)


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Stage]:
    app = FastAPI()
    app.add_middleware(Surroundings, metrics=Metrics())
    app.state.stream_slots = stage.slots
    install_problems(app, {})
    app.add_api_route("/", stage.stream, response_model=None)
    async with server_of(app) as server:
        stage.server = server
        yield stage


def caller(lasting_seconds: float) -> Caller:
    """Someone whose token is taken for some seconds yet."""
    return Caller(
        client="mis",
        scopes=frozenset(),
        urns=None,
        la_code=None,
        signatory=None,
        expires=time.time() + lasting_seconds - CLOCK_LEEWAY_SECONDS,
    )


async def endless() -> AsyncGenerator[Piece, None]:
    yield Piece(b"begun", 1)
    await asyncio.Event().wait()


async def ended() -> AsyncGenerator[Piece, None]:
    yield Piece(b"all ", 2)
    yield Piece(b"there is", 3)


class Flood:
    """A stream with always more to give, and how much was asked for."""

    def __init__(self) -> None:
        self.made = 0
        self._made_before = -1

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        while True:
            self.made += PIECE_BYTES
            yield Piece(b"x" * PIECE_BYTES, 1)

    def stands(self) -> bool:
        """Tell whether nothing was asked for since this was called before."""
        before, self._made_before = self._made_before, self.made
        return 0 < self.made == before


@asynccontextmanager
async def stalled_reader(stage: Stage) -> AsyncIterator[None]:
    """Ask for the stream, and read nothing of it while the block lasts."""
    assert stage.server is not None
    _, writer = await asyncio.open_connection("127.0.0.1", port_of(stage.server), limit=1)
    writer.write(b"GET / HTTP/1.1\r\nHost: rollbook\r\n\r\n")
    yield
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def taken_away() -> AsyncGenerator[Piece, None]:
    yield Piece(b"begun", 1)
    raise NotFound


def test_items_are_put_together_and_none_is_split() -> None:
    large = b"x" * (PIECE_BYTES + 1)

    assert [each.items for each in pieces([b"a", b"b", large, b"c"])] == [3, 1]
    assert b"".join(each.body for each in pieces([b"a", large, b"c"])) == b"a" + large + b"c"
    assert list(pieces([])) == []


def test_an_answer_goes_on_for_an_hour_or_as_long_as_its_token_is_taken() -> None:
    assert open_seconds(caller(7200), time.time()) == STREAM_SECONDS
    assert open_seconds(caller(600), time.time()) == pytest.approx(600, abs=60)


async def test_a_stream_that_comes_to_its_end_is_whole_and_logs_how_much_it_gave() -> None:
    with capture_logs() as lines:
        async with running(Stage(ended, whole=True)) as stage:
            answer = await stage.answer()

    assert answer.text == "all there is"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [(each["event"], each["items"]) for each in lines] == [("request", 5)]


async def test_a_stream_without_an_end_ends_cleanly_with_its_token() -> None:
    async with running(Stage(endless, lasting_seconds=0.2)) as stage:
        assert (await stage.answer()).text == "begun"


async def test_what_is_nothing_in_part_is_broken_off_with_its_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(Stage(endless, whole=True, lasting_seconds=0.2)) as stage:
        with pytest.raises(httpx.RemoteProtocolError):
            await stage.answer()

    assert caplog.records == []


@pytest.mark.parametrize("whole", [True, False])
async def test_what_is_no_longer_the_readers_to_see_is_broken_off(*, whole: bool) -> None:
    with capture_logs() as lines:
        async with running(Stage(taken_away, whole=whole)) as stage:
            with pytest.raises(httpx.RemoteProtocolError):
                await stage.answer()

    assert lines[0]["event"] == "stream broken off"
    assert lines[0]["error"].startswith("NotFound at ")


async def test_the_server_s_end_ends_a_stream_cleanly_and_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(Stage(endless)) as stage:
        answer = asyncio.create_task(stage.answer())
        await eventually(lambda: stage.slots.open["mis"])

    assert (await answer).text == "begun"
    assert caplog.records == [], "the server had to cancel it"


async def test_the_server_s_end_breaks_off_what_is_nothing_in_part(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(Stage(endless, whole=True)) as stage:
        answer = asyncio.create_task(stage.answer())
        await eventually(lambda: stage.slots.open["mis"])

    with pytest.raises(httpx.RemoteProtocolError):
        await answer
    assert caplog.records == [], "the server had to cancel it"


async def test_a_stream_may_end_in_the_very_turn_in_which_the_server_begins_to(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def ends_with_its_server() -> AsyncGenerator[Piece, None]:
        yield Piece(b"begun", 1)
        assert stage.server is not None
        for each in stage.server.server_state.connections:
            each.shutdown()

    async with running(Stage(ends_with_its_server, whole=True)) as stage:
        assert (await stage.answer()).text == "begun"

    assert caplog.records == []


@pytest.mark.parametrize("whole", [True, False])
async def test_a_reader_that_takes_nothing_is_let_go_and_costs_no_more_than_a_piece(
    caplog: pytest.LogCaptureFixture, *, whole: bool
) -> None:
    flood = Flood()
    async with (
        running(Stage(flood.pieces, whole=whole, patience_seconds=0.2)) as stage,
        stalled_reader(stage),
    ):
        await eventually(lambda: flood.made)
        await eventually(lambda: not stage.slots.open)
        await eventually(lambda: not stage.connections)

    assert flood.made < KERNEL_BYTES
    assert caplog.records == []


async def test_a_reader_that_takes_nothing_doesn_t_hold_up_the_server_s_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    flood = Flood()
    async with AsyncExitStack() as reading:
        async with running(Stage(flood.pieces)) as stage:
            await reading.enter_async_context(stalled_reader(stage))
            await eventually(flood.stands)

        assert stage.connections == 0
    assert caplog.records == [], "the server had to cancel it"


async def test_a_client_that_leaves_ends_its_stream_and_frees_its_place() -> None:
    closed = asyncio.Event()

    async def watched() -> AsyncGenerator[Piece, None]:
        try:
            async for piece in endless():
                yield piece
        finally:
            closed.set()

    async with (
        running(Stage(watched)) as stage,
        httpx.AsyncClient() as client,
    ):
        async with client.stream("GET", stage.url) as answer:
            async for text in answer.aiter_text():
                assert text == "begun"
                break
        await eventually(lambda: not stage.slots.open)

        assert closed.is_set()


async def test_a_client_with_too_many_streams_is_refused_before_anything_is_sent() -> None:
    async with (
        running(Stage(endless)) as stage,
        httpx.AsyncClient() as client,
        client.stream("GET", stage.url),
        client.stream("GET", stage.url),
    ):
        answer = await client.get(stage.url)

        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-streams")
        assert stage.slots.open["mis"] == 2

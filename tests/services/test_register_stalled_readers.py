"""What a reader of the log who takes nothing costs, however large the events are that wait."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from support.eventually import eventually
from support.house import TERM_TIME, House
from support.log import connected, note, noted
from support.school import SmallSchool, found
from support.served import served

LARGE_BYTES = 900_000  # an event; a request's body is the most that one comes to
EVENTS = 25  # twice what the kernel keeps of a connection
COPIES = 3  # as it is sent, as the server has it by then, and room for all else there is
BEGUN_BYTES = 2000  # more than the headers: something of an event has come


@pytest.fixture
async def large_events(school: SmallSchool, database_url: str) -> None:
    """More of them in the school's log than are read at once."""
    async with connected(database_url) as conn:
        for _ in range(EVENTS):
            event = noted("x" * LARGE_BYTES, kind="MarksRecorded.v1")
            await note(conn, events=[event], at=TERM_TIME)


@pytest.fixture
def traced() -> Iterator[None]:
    """Have every allocation counted."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


@asynccontextmanager
async def stalled_reader(house: House, address: str, path: str, accept: str) -> AsyncIterator[None]:
    """Read until the answer has begun, and then nothing while the block lasts."""
    place = urlsplit(address)
    async with house.client("events:read") as minted:
        authorization = minted.headers["Authorization"]
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1)
    headers = f"Host: rollbook\r\nAuthorization: {authorization}\r\nAccept: {accept}\r\n"
    writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    async with asyncio.timeout(60):
        await reader.readexactly(BEGUN_BYTES)
    yield
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


class Held:
    """How much the process holds, as often as it is asked."""

    def __init__(self) -> None:
        self.bytes = -1

    def stands(self) -> bool:
        """Tell whether it is about what it was when this was called before."""
        before, self.bytes = self.bytes, tracemalloc.get_traced_memory()[0]
        return abs(self.bytes - before) < LARGE_BYTES // 10


@pytest.mark.usefixtures("large_events", "traced")
@pytest.mark.parametrize(
    ("path", "accept"),
    [("/events", "application/jsonl"), ("/events/stream", "text/event-stream")],
)
async def test_a_reader_that_stalls_costs_an_event_and_not_a_page_of_them(
    school: SmallSchool, path: str, accept: str
) -> None:
    async with served(school.house.app) as address:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        async with stalled_reader(school.house, address, school.url + path, accept):
            held = Held()
            await eventually(held.stands)
            _, most = tracemalloc.get_traced_memory()

    assert held.bytes - before < COPIES * LARGE_BYTES
    assert most - before < EVENTS // 2 * LARGE_BYTES, "nor does it for a moment"


@pytest.mark.usefixtures("large_events")
async def test_a_page_of_large_events_is_bounded_and_the_next_goes_on_after_it(
    school: SmallSchool,
) -> None:
    url, seen, sizes = f"{school.url}/events", [], []
    cursor: dict[str, str] = {}
    while True:
        page = await found(school.client.get(url, params={"limit": "1000", **cursor}))
        seen += [each["position"] for each in page["items"]]
        sizes.append(len(page["items"]))
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert seen == list(range(1, 5 + EVENTS + 1))
    assert max(sizes[1:]) <= 3

"""Names that are slow to look up: they hold few threads, and nobody else pays for them."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from notifications.courier import courier_of
from notifications.endpoints import Resolve, address_of
from notifications.errors import EndpointRefused, ResolverBusy
from notifications.resolving import ASKED, DeliveryResolver, resolve_for_caller
from notifications.sender import Sender
from servicekit.runner import until_stopped
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import Notified, met, notified

SLOW = "slow.example"
MOVE = "UPDATE notifications.subscription SET url = $2 WHERE id = $1"


class Names:
    """A server of names that leads everything to this machine, and hangs for some."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answering = threading.Event()

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Look a name up, in the thread of who asks."""
        self.asked.append(host)
        if host.endswith(SLOW):
            self.answering.wait()
        return ["127.0.0.1"]


@pytest.fixture
def names() -> Iterator[Names]:
    """A server of names; at the end it lets go whoever waits."""
    served = Names()
    yield served
    served.answering.set()


@pytest.fixture
def system(names: Names, monkeypatch: pytest.MonkeyPatch) -> Names:
    """The system's own resolver asking that server of names."""
    real = socket.getaddrinfo

    def ask(host: Any, port: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - the system's
        if isinstance(host, str) and host.endswith(".example"):
            (address,) = names(host, port)
            return real(address, port, *rest, **more)
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return names


async def test_of_a_name_there_is_one_look_up_whoever_waits_for_it(names: Names) -> None:
    resolve = DeliveryResolver(look_up=names)
    waiting = [asyncio.create_task(resolve(SLOW, port)) for port in range(443, 543)]
    await eventually(lambda: len(names.asked) == 1)
    other = await resolve("la.example", 443)
    waiting[0].cancel()
    names.answering.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert names.asked == [SLOW, "la.example"]
    assert other == ["127.0.0.1"]
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [["127.0.0.1"]] * 99


async def test_what_a_look_up_found_serves_nobody_who_comes_after_it(names: Names) -> None:
    resolve = DeliveryResolver(look_up=names)
    await resolve("la.example", 443)
    await resolve("la.example", 443)

    assert names.asked == ["la.example"] * 2


async def test_a_name_that_finds_every_thread_taken_waits_for_one_and_not_for_long(
    names: Names,
) -> None:
    hasty = DeliveryResolver(look_up=names, threads=1, free_seconds=0.05)
    hanging = asyncio.create_task(hasty(SLOW, 443))
    await eventually(lambda: len(names.asked) == 1)
    with pytest.raises(ResolverBusy):
        await hasty("la.example", 443)
    waiting = asyncio.create_task(hasty(SLOW, 443))  # needs no thread of its own
    names.answering.set()

    assert await hanging == await waiting == ["127.0.0.1"]
    assert await hasty("la.example", 443) == ["127.0.0.1"]


async def test_a_name_that_does_not_exist_is_refused_and_leaves_its_thread_to_others() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    resolve = DeliveryResolver(look_up=unknown, threads=1)
    for _ in range(2):
        with pytest.raises(EndpointRefused):
            await address_of(httpx.URL("https://la.example/"), resolve, allow_loopback=False)

    assert resolve.under_way == {}


async def test_a_name_that_is_slow_when_it_is_registered_is_refused(system: Names) -> None:
    hasty = partial(resolve_for_caller, seconds=0.05)
    with pytest.raises(EndpointRefused) as refusal:
        await address_of(httpx.URL(f"https://{SLOW}/"), hasty, allow_loopback=True)

    assert refusal.value.slug == "host-not-public"
    assert system.asked == [SLOW]


async def test_names_that_hang_at_registration_take_no_thread_from_deliveries(
    database_url: str, tmp_path: Path, system: Names
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.conn.execute(MOVE, UUID(made["id"]), la.url(host="la.example"))
        threads = ASKED._max_workers
        hanging = [
            asyncio.create_task(resolve_for_caller(f"{number}.{SLOW}", 443))
            for number in range(threads)
        ]
        await eventually(lambda: len(system.asked) == threads)
        await notices.happen(met("p1"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 1)
        system.answering.set()
        await asyncio.gather(*hanging)


async def test_a_delivery_that_finds_no_thread_for_its_name_goes_back_and_has_used_no_attempt(
    database_url: str, tmp_path: Path, names: Names
) -> None:
    resolve = DeliveryResolver(look_up=names, threads=1, free_seconds=0.05)
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        await notices.conn.execute(MOVE, UUID(made["id"]), la.url(host="la.example"))
        await notices.happen(met("p1"))
        hanging = asyncio.create_task(resolve(SLOW, 443))
        await eventually(lambda: len(names.asked) == 1)
        async with sending_by(notices, resolve):
            await eventually(lambda: _given_back(notices) > 1)
            names.answering.set()
            await eventually(lambda: len(la.received) == 1)
        await hanging
        (delivery,) = await notices.deliveries()

    assert (delivery["status"], delivery["attempt_count"]) == ("delivered", 1)


@asynccontextmanager
async def sending_by(notices: Notified, resolve: Resolve) -> AsyncIterator[None]:
    """Run a sender that looks names up in a way of the test's while the block lasts."""
    runtime = replace(notices.runtime, stopping=asyncio.Event())
    async with courier_of(runtime, resolve=resolve) as courier, asyncio.TaskGroup() as tasks:
        sender = Sender(runtime=runtime, courier=courier, tasks=tasks)
        working = tasks.create_task(until_stopped(runtime, "sender", sender.work_off))
        try:
            yield
        finally:
            runtime.stopping.set()
            await working
            await sender.finish()


def _given_back(notices: Notified) -> float:
    registry = notices.runtime.metrics.registry
    found = registry.get_sample_value("rollbook_deliveries_total", {"outcome": "given-back"})
    return found or 0.0

"""Carries one signed message to one endpoint and tells what came of it. Never retries; no SQL.

Speaks through a bare transport and not a client. A client keeps cookies by address, and would hand
one authority's to the next behind the same front; it reads where a redirect leads; it may follow it
or use a proxy, and so connect to an address nobody judged.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx
from servicekit.clock import Clock
from servicekit.logs import log
from servicekit.runner import Failed, attempted
from servicekit.service import Runtime

from notifications.answer import EXCERPT_BYTES, Answer, Failure
from notifications.endpoints import Resolve, address_of, read_endpoint, system_resolver
from notifications.errors import EndpointRefused

TIMEOUT_SECONDS: Final = 20  # of the whole attempt, the look-up of the name included

# A connection is used once. Its certificate was checked for one name, and the pool would lend it
# to the next name at the same address.
LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=0)


@dataclass(slots=True)
class Attempt:
    """What is known of an attempt while it is being made."""

    address: str | None = None
    status: int | None = None
    retry_after: str | None = None
    excerpt: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """What carrying needs: a transport without proxies, a resolver and a clock."""

    transport: httpx.AsyncHTTPTransport
    resolve: Resolve
    clock: Clock
    allow_loopback: bool
    timeout_seconds: float = TIMEOUT_SECONDS

    async def carry(self, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Post a message once. Raises nothing for whatever the endpoint does."""
        attempt = Attempt()
        started_at, started = self.clock(), time.monotonic()
        failure = await attempted(self._posted(attempt, url, headers, body))
        if isinstance(failure, Failed):
            # Unforeseen, and still an attempt: off the record it would be repeated for ever.
            log.error("attempt failed unforeseen", error=failure.error)
            failure = Failure.NOT_REACHED
        return Answer(
            started_at=started_at,
            latency_ms=round((time.monotonic() - started) * 1000),
            address=attempt.address,
            status=attempt.status,
            failure=failure,
            excerpt=attempt.excerpt,
            retry_after=attempt.retry_after,
        )

    async def _posted(
        self, attempt: Attempt, url: str, headers: Mapping[str, str], body: str
    ) -> Failure | None:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                await self._post(attempt, url, headers, body)
        except (TimeoutError, httpx.TimeoutException):
            return Failure.TIMED_OUT
        except EndpointRefused:
            return Failure.ENDPOINT_REFUSED
        except httpx.TransportError as error:
            return Failure.TLS_REFUSED if _of_tls(error) else Failure.NOT_REACHED
        return None

    async def _post(
        self, attempt: Attempt, url: str, headers: Mapping[str, str], body: str
    ) -> None:
        endpoint = read_endpoint(url, allow_loopback=self.allow_loopback)
        address = await address_of(endpoint, self.resolve, allow_loopback=self.allow_loopback)
        attempt.address = str(address)
        request = httpx.Request(
            "POST",
            endpoint.copy_with(host=attempt.address),
            # Not as the endpoint likes: compressed, two kilobytes could unpack to any size.
            headers={**headers, "host": endpoint.netloc.decode(), "accept-encoding": "identity"},
            content=body.encode(),
            # The address is connected to; the certificate must still be of the name.
            extensions={"sni_hostname": endpoint.raw_host.decode("ascii")},
        )
        async with aclosing(await self.transport.handle_async_request(request)) as response:
            attempt.status = response.status_code
            attempt.retry_after = response.headers.get("retry-after")
            async for chunk in response.aiter_raw():
                attempt.excerpt = (attempt.excerpt + chunk)[:EXCERPT_BYTES]
                if len(attempt.excerpt) == EXCERPT_BYTES:
                    break


@asynccontextmanager
async def courier_of(
    runtime: Runtime, *, resolve: Resolve = system_resolver, trust: ssl.SSLContext | None = None
) -> AsyncIterator[Courier]:
    """Open a courier with a transport of its own, closed with the block.

    Args:
        trust: the certificates believed; the public ones when None.
    """
    async with httpx.AsyncHTTPTransport(
        verify=trust or public_trust(), trust_env=False, limits=LIMITS
    ) as transport:
        yield Courier(
            transport=transport,
            resolve=resolve,
            clock=runtime.clock,
            allow_loopback=runtime.settings.allow_loopback_endpoints,
        )


@cache
def public_trust() -> ssl.SSLContext:
    """The public certificate authorities, read once: reading them takes the loop 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def _of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False

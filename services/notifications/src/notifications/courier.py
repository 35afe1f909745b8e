"""Carries one signed message to one endpoint and tells what came of it. Never retries; no SQL.

Follows no redirect and uses no proxy: both would connect to an address nobody judged.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx
from servicekit.clock import Clock
from servicekit.service import Runtime

from notifications.answer import EXCERPT_BYTES, Answer, Failure
from notifications.endpoints import Resolve, address_of, read_endpoint, system_resolver
from notifications.errors import EndpointRefused

TIMEOUT_SECONDS: Final = 20  # of the whole attempt, the look-up of the name included

# A connection is used once. Its certificate was checked for one name, and the client would lend it
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
    """What carrying needs: a client without redirects and proxies, a resolver and a clock."""

    http: httpx.AsyncClient
    resolve: Resolve
    clock: Clock
    allow_loopback: bool
    timeout_seconds: float = TIMEOUT_SECONDS

    async def carry(self, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Post a message once. Raises nothing for whatever the endpoint does."""
        attempt = Attempt()
        failure: Failure | None = None
        started_at, started = self.clock(), time.monotonic()
        try:
            async with asyncio.timeout(self.timeout_seconds):
                await self._post(attempt, url, headers, body)
        except (TimeoutError, httpx.TimeoutException):
            failure = Failure.TIMED_OUT
        except EndpointRefused:
            failure = Failure.ENDPOINT_REFUSED
        except httpx.TransportError as error:
            failure = Failure.TLS_REFUSED if _of_tls(error) else Failure.NOT_REACHED
        return Answer(
            started_at=started_at,
            latency_ms=round((time.monotonic() - started) * 1000),
            address=attempt.address,
            status=attempt.status,
            failure=failure,
            excerpt=attempt.excerpt,
            retry_after=attempt.retry_after,
        )

    async def _post(
        self, attempt: Attempt, url: str, headers: Mapping[str, str], body: str
    ) -> None:
        endpoint = read_endpoint(url, allow_loopback=self.allow_loopback)
        address = await address_of(endpoint, self.resolve, allow_loopback=self.allow_loopback)
        attempt.address = str(address)
        posting = self.http.stream(
            "POST",
            endpoint.copy_with(host=attempt.address),
            # Not as the endpoint likes: compressed, two kilobytes could unpack to any size.
            headers={**headers, "host": endpoint.netloc.decode(), "accept-encoding": "identity"},
            content=body.encode(),
            # The address is connected to; the certificate must still be of the name.
            extensions={"sni_hostname": endpoint.raw_host.decode("ascii")},
        )
        async with posting as response:
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
    """Open a courier with a client of its own, closed with the block.

    Args:
        trust: the certificates believed; the public ones when None.
    """
    async with httpx.AsyncClient(
        verify=trust or public_trust(),
        trust_env=False,
        follow_redirects=False,
        limits=LIMITS,
        timeout=None,  # noqa: S113 - the courier limits the whole attempt
    ) as http:
        yield Courier(
            http=http,
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

"""Carries one signed message to one endpoint and tells what came of it. Never retries; no SQL.

The client is used for its connections alone, and is kept from being helpful: it follows no redirect
and no proxy, either of which would lead to an address nobody judged; it unpacks nothing; and it
keeps no cookie, or it would hand one authority's to the next behind the same front.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import aiohttp
import httpx
from servicekit.clock import Clock
from servicekit.logs import log
from servicekit.runner import Failed, attempted
from servicekit.service import Runtime
from yarl import URL

from notifications.answer import EXCERPT_BYTES, Answer, Failure
from notifications.endpoints import Resolve, address_of, read_endpoint
from notifications.errors import EndpointRefused, ResolverBusy
from notifications.resolving import resolve_for_caller

TIMEOUT_SECONDS: Final = 20  # of the whole attempt, the look-up of the name included

# Shorter than servers are used to keep one, so that none is used while it is being closed.
KEPT_SECONDS: Final = 1


@dataclass(slots=True)
class Attempt:
    """What is known of an attempt while it is being made."""

    address: str | None = None
    status: int | None = None
    retry_after: str | None = None
    excerpt: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """What carrying needs: a client of our making, a resolver and a clock."""

    client: aiohttp.ClientSession
    resolve: Resolve
    clock: Clock
    allow_loopback: bool
    timeout_seconds: float = TIMEOUT_SECONDS

    async def carry(
        self, url: str, headers: Mapping[str, str], body: str, *, with_names: bool = False
    ) -> Answer:
        """Post a message once. Raises nothing for whatever the endpoint does.

        Args:
            with_names: the body names a pupil. Nothing of the answer is kept: it might repeat the
                names, and attempts stay for good.

        Raises:
            ResolverBusy: nothing was sent.
        """
        attempt = Attempt()
        started_at, started = self.clock(), time.monotonic()
        failure = await attempted(self._posted(attempt, url, headers, body))
        if isinstance(failure, ResolverBusy):
            raise failure
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
            excerpt=b"" if with_names else attempt.excerpt,
            retry_after=attempt.retry_after,
        )

    async def _posted(
        self, attempt: Attempt, url: str, headers: Mapping[str, str], body: str
    ) -> Failure | ResolverBusy | None:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                await self._post(attempt, url, headers, body)
        except TimeoutError:
            return Failure.TIMED_OUT
        except EndpointRefused:
            return Failure.ENDPOINT_REFUSED
        except ResolverBusy as busy:
            return busy
        except (aiohttp.ClientError, OSError) as error:
            return Failure.TLS_REFUSED if _of_tls(error) else Failure.NOT_REACHED
        return None

    async def _post(
        self, attempt: Attempt, url: str, headers: Mapping[str, str], body: str
    ) -> None:
        endpoint = read_endpoint(url, allow_loopback=self.allow_loopback)
        address = await address_of(endpoint, self.resolve, allow_loopback=self.allow_loopback)
        attempt.address = str(address)
        async with self.client.post(
            _at(attempt.address, endpoint),
            data=body.encode(),
            # Not as the endpoint likes: compressed, two kilobytes could unpack to any size.
            headers={**headers, "host": endpoint.netloc.decode(), "accept-encoding": "identity"},
            allow_redirects=False,
            # The address is connected to; the certificate must still be of the name. A connection
            # is kept for both, so it is never lent to another name at the address.
            server_hostname=endpoint.raw_host.decode("ascii"),
        ) as response:
            attempt.status = response.status
            attempt.retry_after = response.headers.get("retry-after")
            while len(attempt.excerpt) < EXCERPT_BYTES:
                chunk = await response.content.read(EXCERPT_BYTES - len(attempt.excerpt))
                if not chunk:
                    break
                attempt.excerpt += chunk


@asynccontextmanager
async def courier_of(
    runtime: Runtime, *, resolve: Resolve = resolve_for_caller, trust: ssl.SSLContext | None = None
) -> AsyncIterator[Courier]:
    """Open a courier with connections of its own, closed with the block.

    Args:
        resolve: as a caller waits for it who has something sent on demand; deliveries have theirs.
        trust: the certificates believed; the public ones when None.
    """
    async with client_trusting(trust or public_trust()) as client:
        yield Courier(
            client=client,
            resolve=resolve,
            clock=runtime.clock,
            allow_loopback=runtime.settings.allow_loopback_endpoints,
        )


def client_trusting(trust: ssl.SSLContext) -> aiohttp.ClientSession:
    """Make the client of a courier; whoever sends says how many requests are open at once."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trust, limit=0, keepalive_timeout=KEPT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),  # doesn't so much as read them
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # an attempt has its own
        auto_decompress=False,
        trust_env=False,
    )


@cache
def public_trust() -> ssl.SSLContext:
    """The public certificate authorities, read once: reading them takes the loop 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


@lru_cache(maxsize=1024)  # few endpoints, many messages
def _at(address: str, endpoint: httpx.URL) -> URL:
    """Write an endpoint's URL with its address; of what was judged, and never read anew."""
    path, _, query = endpoint.raw_path.decode("ascii").partition("?")
    return URL.build(
        scheme=endpoint.scheme,
        host=f"[{address}]" if ":" in address else address,
        port=endpoint.port,
        path=path,
        query_string=query,
        encoded=True,
    )


def _of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False

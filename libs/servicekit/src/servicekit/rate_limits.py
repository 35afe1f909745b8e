"""Rate limits: how many requests a client may make, and how many bad tokens an address may send.

A client is a verified token's; one that isn't verified is counted against the address it came
from, and no header may say which that is. A good token is never refused for the bad ones of others:
behind a proxy all have one address. Counted by each process for itself (docs/decisions/0029).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Final

from fastapi import Request
from starlette.types import Scope

from servicekit.problems import Kind, Problem
from servicekit.quotas import Policy, Quotas, Standing
from servicekit.settings import Settings

TOO_MANY_REQUESTS: Final = Kind(
    "too-many-requests",
    "Too many requests",
    HTTPStatus.TOO_MANY_REQUESTS,
    {"Retry-After": "1"},
)
CLIENT_S: Final = (
    "This client has made all its requests for now; wait as Retry-After says. Nothing was stored."
)
ADDRESS_S: Final = (
    "Too many bad tokens came from your address; get a good one before you try again."
)

CLIENTS: Final = "default"
# A client whose token has expired may send a morning's registers before it notices.
BAD_TOKENS: Final = Policy("bad-tokens", 300, 60)
IPV6_NETWORK_BYTES: Final = 8  # a /64: whoever has one address there has them all

STATE: Final = "rate_limit"  # in a request's state: the headers that its answer is to carry


class RateLimits:
    """The limits of one process; none when the settings say so."""

    def __init__(
        self, settings: Settings, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._on = settings.rate_limit_requests > 0
        requests = max(1, settings.rate_limit_requests)
        ours = Policy(CLIENTS, requests, settings.rate_limit_seconds)
        self._clients = Quotas(ours, monotonic_ns)
        self._addresses = Quotas(BAD_TOKENS, monotonic_ns)

    def count(self, request: Request, client: str) -> None:
        """Count a request for its client; once, however often its token is asked for.

        Raises:
            Problem: the client's quota is used up (429).
        """
        if self._on and STATE not in request.scope["state"]:
            _spend(self._clients, client, request, CLIENT_S)

    def count_bad_token(self, request: Request) -> None:
        """Count a request whose token is missing or doesn't verify, for the address it came from.

        Raises:
            Problem: that address's quota of them is used up (429).
        """
        if self._on:
            _spend(self._addresses, _peer(request), request, ADDRESS_S)


def rate_limit_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Give the headers that tell how a request's sender stands; none where nothing was counted."""
    headers: list[tuple[bytes, bytes]] = scope["state"].get(STATE, [])
    return headers


def _spend(quotas: Quotas, name: str, request: Request, detail: str) -> None:
    standing = quotas.spend(name)
    request.scope["state"][STATE] = _headers(quotas.policy, standing)
    if not standing.allowed:
        headers = {"Retry-After": str(standing.more_in_seconds)}
        raise Problem(replace(TOO_MANY_REQUESTS, headers=headers), detail)


def _headers(policy: Policy, standing: Standing) -> list[tuple[bytes, bytes]]:
    """Write draft-ietf-httpapi-ratelimit-headers-10: a quoted name, then `r`, `t`, `q` and `w`."""
    left = f'"{policy.name}";r={standing.remaining};t={standing.more_in_seconds}'
    rule = f'"{policy.name}";q={policy.quota};w={policy.window_seconds}'
    return [(b"ratelimit", left.encode()), (b"ratelimit-policy", rule.encode())]


def _peer(request: Request) -> str:
    """Name the address at the other end of the connection; for IPv6 the network it is in."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:  # a Unix socket's peer has none
        return host
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or address.packed[:IPV6_NETWORK_BYTES].hex())
    return host

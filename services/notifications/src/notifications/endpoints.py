"""Which addresses deliveries may go to: public ones, over TLS, and never our own network.

An endpoint is a stranger's URL that we are asked to fetch. Its name is resolved once, every address
it has is judged, and the one judged is the one connected to, so that a name which changes its
answer in between gains nothing (docs/decisions/0017). Connects to nothing itself.

Source: IANA's special-purpose address registries (RFC 6890); multicast and class E.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

import httpx

from notifications.errors import EndpointRefused

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

HTTPS_PORT: Final = 443
FIRST_UNRESERVED_PORT: Final = 1024  # below it other protocols are spoken, mail and SSH among them

# Our own table and not `is_global`: that one changed within Python 3.11 and lets NAT64 through.
SPECIAL_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared address space; one cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # one cloud's metadata, on a public address
        "169.254.0.0/16",  # link-local; the other clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
    )
)

# What isn't global unicast is out by default: loopback, mapped and compatible IPv4, NAT64,
# private, link-local, multicast.
GLOBAL_V6: Final = IPv6Network("2000::/3")
SPECIAL_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo carries an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)

# A resolver that hangs holds a thread. The loop's own few would let one endpoint's name stop all.
RESOLVING: Final = ThreadPoolExecutor(max_workers=64, thread_name_prefix="resolve")


def read_endpoint(url: str, *, allow_loopback: bool) -> httpx.URL:
    """Read an endpoint's URL, judging all that can be judged without the network.

    Args:
        allow_loopback: http to this machine is meant, as on a laptop.

    Raises:
        EndpointRefused: saying what about it can't be.
    """
    try:
        read = httpx.URL(url)
        host = read.host
    except (httpx.InvalidURL, UnicodeError):  # a name is decoded only when it is asked for
        raise EndpointRefused("url-unreadable", "Give an absolute https URL.") from None
    if read.scheme != "https" and not (allow_loopback and read.scheme == "http"):
        raise EndpointRefused("url-not-https", "Deliveries go over https only.")
    if not host:
        raise EndpointRefused("url-unreadable", "Give an absolute https URL.")
    if read.userinfo or read.fragment or "#" in url:
        raise EndpointRefused("url-not-plain", "Give the URL without user, password and fragment.")
    port = HTTPS_PORT if read.port is None else read.port
    if not allow_loopback and port != HTTPS_PORT and port < FIRST_UNRESERVED_PORT:
        raise EndpointRefused("port-refused", "Use port 443, or one from 1024 up.")
    return read


async def address_of(url: httpx.URL, resolve: Resolve, *, allow_loopback: bool) -> Address:
    """Resolve an endpoint's host, and give the address to connect to.

    Raises:
        EndpointRefused: it has no address, or one that isn't public. One bad address among good
            ones is enough: an honest name has none. Which of the two isn't said, so that nobody
            can ask us for the names in our own network.
    """
    host = url.raw_host.decode("ascii")
    addresses = [ip_address(text) for text in await _resolved(host, url.port, resolve)]
    allowed = [
        _is_public(each, plain=url.scheme == "http") or (allow_loopback and each.is_loopback)
        for each in addresses
    ]
    if not addresses or not all(allowed):
        raise EndpointRefused("host-not-public", "The host has no address on the public internet.")
    return addresses[0]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; addresses in the order it advises to try them."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        RESOLVING, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return [str(entry[4][0]) for entry in found]


async def _resolved(host: str, port: int | None, resolve: Resolve) -> Sequence[str]:
    with suppress(ValueError):
        return [str(ip_address(host))]
    try:
        return await resolve(host, port or HTTPS_PORT)
    except (OSError, UnicodeError):  # no such name, or none a resolver could be asked for
        return []


def _is_public(address: Address, *, plain: bool) -> bool:
    if plain:
        return False  # http is for this machine alone
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    return address in GLOBAL_V6 and not any(address in network for network in SPECIAL_V6)

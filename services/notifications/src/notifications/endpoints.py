"""Which addresses deliveries may go to: public ones, over TLS, and never our own network.

An endpoint is a stranger's URL that we are asked to fetch. Its name is resolved once, every address
it has is judged, and the one judged is the one connected to, so that a name which changes its
answer in between gains nothing (docs/decisions/0017). Connects to nothing itself.

Source: IANA's special-purpose address registries (RFC 6890); multicast and class E.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

import httpx

from notifications.errors import EndpointRefused

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

HTTPS_PORT: Final = 443
FIRST_UNRESERVED_PORT: Final = 1024  # below it other protocols are spoken, mail and SSH among them
LAST_PORT: Final = 65535

# The last label holds a letter, and no number begins with one, but for those in hexadecimal.
NAME: Final = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*"
    r"(?!0x[0-9a-f]*$)(?=[0-9_-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
LONGEST_NAME: Final = 253

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


@lru_cache(maxsize=1024)  # a sender reads the same few for each message
def read_endpoint(url: str, *, allow_loopback: bool) -> httpx.URL:
    """Read an endpoint's URL, judging all that can be judged without the network.

    Args:
        allow_loopback: http to this machine is meant, as on a laptop.

    Raises:
        EndpointRefused: saying what about it can't be.
    """
    try:
        read = httpx.URL(url)
        host = read.raw_host.decode("ascii") if read.host else ""
    except (httpx.InvalidURL, UnicodeError):  # a name is decoded only when it is asked for
        raise EndpointRefused("url-unreadable", "Give an absolute https URL.") from None
    if read.scheme != "https" and not (allow_loopback and read.scheme == "http"):
        raise EndpointRefused("url-not-https", "Deliveries go over https only.")
    if not host:
        raise EndpointRefused("url-unreadable", "Give an absolute https URL.")
    if read.userinfo or read.fragment or "#" in url:
        raise EndpointRefused("url-not-plain", "Give the URL without user, password and fragment.")
    if not _one_way_to_write(host):
        detail = "Give the host as a name, or as an address in its usual form."
        raise EndpointRefused("url-unreadable", detail)
    _must_be_open(HTTPS_PORT if read.port is None else read.port, allow_loopback=allow_loopback)
    return read


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """Name the host of a URL that was taken, for the log."""
    return httpx.URL(url).raw_host.decode("ascii")


async def address_of(url: httpx.URL, resolve: Resolve, *, allow_loopback: bool) -> Address:
    """Resolve an endpoint's host, and give the address to connect to.

    Raises:
        EndpointRefused: it has no address, or one that isn't public. One bad address among good
            ones is enough: an honest name has none. Which of the two isn't said, so that nobody
            can ask us for the names in our own network.
        ResolverBusy: the resolver has no room for another name.
    """
    host = url.raw_host.decode("ascii")
    plain = url.scheme == "http"
    addresses = [_read_address(text) for text in await _resolved(host, url.port, resolve)]
    allowed = [_is_allowed(each, plain=plain, loopback=allow_loopback) for each in addresses]
    if not addresses or not all(allowed):
        raise EndpointRefused("host-not-public", "The host has no address on the public internet.")
    return addresses[0]


def _one_way_to_write(host: str) -> bool:
    """Whether a host is a plain name or a plain address, which every reader reads alike.

    Resolvers take `2130706433`, `0x7f.1` and `127.1` for addresses, and who compares names takes
    one with a dot at its end for another.
    """
    with suppress(ValueError):
        return "%" not in str(ip_address(host))  # no zone: it is of this machine
    return len(host) <= LONGEST_NAME and NAME.fullmatch(host) is not None


def _must_be_open(port: int, *, allow_loopback: bool) -> None:
    usual = port == HTTPS_PORT or port >= FIRST_UNRESERVED_PORT
    if not (usual or allow_loopback) or not 0 < port <= LAST_PORT:
        raise EndpointRefused("port-refused", "Use port 443, or one from 1024 up.")


async def _resolved(host: str, port: int | None, resolve: Resolve) -> Sequence[str]:
    with suppress(ValueError):
        _read_address(host)
        return [host]
    try:
        return await resolve(host, port or HTTPS_PORT)
    except (OSError, UnicodeError):  # no such name, or none a resolver could be asked for
        return []


@lru_cache(maxsize=1024)
def _read_address(text: str) -> Address:
    return ip_address(text)


@lru_cache(maxsize=1024)
def _is_allowed(address: Address, *, plain: bool, loopback: bool) -> bool:
    if loopback and address.is_loopback:
        return True
    if plain:
        return False  # http is for this machine alone
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    return address in GLOBAL_V6 and not any(address in network for network in SPECIAL_V6)

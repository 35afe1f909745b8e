"""Where deliveries never go: a table of hostile addresses, and URLs that are no plain https."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from notifications.access import Audience
from notifications.answer import Failure
from notifications.commands import subscribe
from notifications.courier import courier_of
from notifications.endpoints import address_of, read_endpoint
from notifications.errors import EndpointRefused
from notifications.owing import Choice
from support.notified import LA, notified
from support.resolving import names

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - a hostile address, not one to bind
    "10.0.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.1.1",
    "192.88.99.1",
    "198.19.0.1",
    "203.0.113.9",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"]


async def no_such_name(_host: str, _port: int) -> Sequence[str]:
    """A resolver that knows nothing."""
    raise OSError


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_name_that_leads_to_no_public_address_is_refused(address: str) -> None:
    url = httpx.URL("https://la.example/hook")

    with pytest.raises(EndpointRefused):
        await address_of(url, names(address), allow_loopback=False)
    with pytest.raises(EndpointRefused):  # one good address doesn't make a bad one good
        await address_of(url, names("8.8.8.8", address), allow_loopback=False)


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_such_an_address_given_as_itself_is_refused_too(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    url = read_endpoint(f"https://{host}/hook", allow_loopback=False)

    with pytest.raises(EndpointRefused):
        await address_of(url, names("8.8.8.8"), allow_loopback=False)


@pytest.mark.parametrize("address", PUBLIC)
async def test_a_public_address_is_the_one_connected_to(address: str) -> None:
    url = httpx.URL("https://la.example/hook")

    assert str(await address_of(url, names(address), allow_loopback=False)) == address


async def test_a_name_without_an_address_is_refused_in_the_same_words_as_a_private_one() -> None:
    url = httpx.URL("https://intranet/hook")

    with pytest.raises(EndpointRefused) as unknown:
        await address_of(url, no_such_name, allow_loopback=False)
    with pytest.raises(EndpointRefused) as private:
        await address_of(url, names("10.0.0.1"), allow_loopback=False)

    assert str(unknown.value) == str(private.value)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("http://la.example/hook", "url-not-https"),
        ("http://127.0.0.1/hook", "url-not-https"),
        ("ftp://la.example/hook", "url-not-https"),
        ("file:///etc/passwd", "url-not-https"),
        ("gopher://la.example/", "url-not-https"),
        ("//la.example/hook", "url-not-https"),
        ("hook", "url-not-https"),
        ("https://", "url-unreadable"),
        ("https:///hook", "url-unreadable"),
        ("https://la.example:port/hook", "url-unreadable"),
        ("https://la.example\r\nHost: inside/", "url-unreadable"),
        ("https://xn--/", "url-unreadable"),
        ("https://xn--a.example/", "url-unreadable"),
        ("https://la.example/\ud800", "url-unreadable"),
        ("https://user@la.example/hook", "url-not-plain"),
        ("https://user:secret@la.example/hook", "url-not-plain"),
        ("https://la.example@10.0.0.1/hook", "url-not-plain"),
        ("https://la.example/hook#part", "url-not-plain"),
        ("https://la.example/hook#", "url-not-plain"),
        ("https://la.example:22/hook", "port-refused"),
        ("https://la.example:25/hook", "port-refused"),
        ("https://la.example:80/hook", "port-refused"),
        ("https://la.example:0/hook", "port-refused"),
        ("https://la.example:1023/hook", "port-refused"),
        ("https://la.example:65536/hook", "port-refused"),
        ("https://la.example:-1/hook", "port-refused"),
        ("https://2130706433/hook", "url-unreadable"),
        ("https://0x7f000001/hook", "url-unreadable"),
        ("https://0x7f.1/hook", "url-unreadable"),
        ("https://127.1/hook", "url-unreadable"),
        ("https://0177.0.0.1/hook", "url-unreadable"),
        ("https://017700000001/hook", "url-unreadable"),
        ("https://127.0.0.1./hook", "url-unreadable"),
        ("https://1.2.3.4.5/hook", "url-unreadable"),
        ("https://la.example.0x7f/hook", "url-unreadable"),
        ("https://%31%32%37.0.0.1/hook", "url-unreadable"),
        ("https://127%2e0.0.1/hook", "url-unreadable"),
        ("https://\uff11\uff12\uff17.0.0.1/hook", "url-unreadable"),
        ("https://localhost./hook", "url-unreadable"),
        ("https://la.example./hook", "url-unreadable"),
        ("https://la..example/hook", "url-unreadable"),
        ("https://-la.example/hook", "url-unreadable"),
        ("https://la example/hook", "url-unreadable"),
        ("https://la.example%00.evil/hook", "url-unreadable"),
        ("https://la.example%2f.evil/hook", "url-unreadable"),
        ("https://[2606:4700::1%eth0]/hook", "url-unreadable"),
        ("https://[fe80::1%25eth0]/hook", "url-unreadable"),
        ("https://" + "a." * 127 + "example/hook", "url-unreadable"),
        ("https://la.example\\@10.0.0.1/hook", "url-not-plain"),
    ],
)
def test_a_url_that_is_not_a_plain_https_one_is_refused(url: str, slug: str) -> None:
    with pytest.raises(EndpointRefused) as refusal:
        read_endpoint(url, allow_loopback=False)

    assert refusal.value.slug == slug


@pytest.mark.parametrize(
    "url",
    [
        "https://la.example",
        "https://la.example:8443/h?q=1",
        "https://bücher.example/h",
        "https://a-b.c_d.e9.example",
        "https://8.8.8.8/h",
        "https://[2606:4700::1111]:1024/h",
        "https://3com.example",
        "https://0x7f.example",
    ],
)
def test_a_plain_https_url_is_taken(url: str) -> None:
    assert read_endpoint(url, allow_loopback=False).scheme == "https"


HOSTILE = [
    *(f"https://{f'[{each}]' if ':' in each else each}/hook" for each in NOT_PUBLIC),
    "https://localhost/hook",
    "https://localhost:8443/hook",
    "https://2130706433/hook",
    "https://0x7f.1/hook",
    "https://127.1/hook",
    "https://127\u30020\u30020\u30021/hook",
    "https://0177.0.0.1/hook",
    "https://127.0.0.1./hook",
    "https://localhost./hook",
    "https://user:secret@la.example/hook",
    "https://la.example:22/hook",
    "http://127.0.0.1/hook",
    "http://la.example/hook",
    "https://[fe80::1%25eth0]/hook",
]


async def test_every_hostile_url_is_refused_at_registration_and_again_when_it_is_sent_to(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        settings = notices.runtime.settings.model_copy(update={"allow_loopback_endpoints": False})
        server = replace(notices.runtime, settings=settings)
        registered, attempted = [], []
        async with courier_of(server) as carrying:
            for url in HOSTILE:
                with suppress(EndpointRefused):
                    await subscribe(server, Audience(LA, None), url=url, choice=Choice())
                    registered.append(url)
                answer = await carrying.carry(url, {}, "{}")
                if answer.failure is not Failure.ENDPOINT_REFUSED or answer.address:
                    attempted.append(url)
        kept = await notices.conn.fetchval("SELECT count(*) FROM notifications.subscription")

    assert (registered, attempted, kept) == ([], [], 0)


async def test_loopback_is_for_a_laptop_and_http_for_loopback_alone() -> None:
    local = read_endpoint("http://127.0.0.1:9000/hook", allow_loopback=True)
    distant = read_endpoint("http://la.example/hook", allow_loopback=True)

    assert str(await address_of(local, names(), allow_loopback=True)) == "127.0.0.1"
    with pytest.raises(EndpointRefused):
        await address_of(distant, names("8.8.8.8"), allow_loopback=True)
    with pytest.raises(EndpointRefused):
        await address_of(distant, names("10.0.0.1"), allow_loopback=True)

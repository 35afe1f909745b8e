"""Where deliveries never go: a table of hostile addresses, and a certificate of the wrong name."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from notifications.answer import Answer, Failure
from notifications.courier import LIMITS, Courier
from notifications.endpoints import Resolve, address_of, read_endpoint
from notifications.errors import EndpointRefused
from servicekit.clock import system_clock
from support.endpoint import Answer as Answered
from support.endpoint import endpoint

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


def names(*addresses: str) -> Resolve:
    """A resolver that knows one answer to everything."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


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
        ("https://user@la.example/hook", "url-not-plain"),
        ("https://user:secret@la.example/hook", "url-not-plain"),
        ("https://la.example@10.0.0.1/hook", "url-not-plain"),
        ("https://la.example/hook#part", "url-not-plain"),
        ("https://la.example/hook#", "url-not-plain"),
        ("https://la.example:22/hook", "port-refused"),
        ("https://la.example:25/hook", "port-refused"),
        ("https://la.example:80/hook", "port-refused"),
        ("https://la.example:0/hook", "port-refused"),
    ],
)
def test_a_url_that_is_not_a_plain_https_one_is_refused(url: str, slug: str) -> None:
    with pytest.raises(EndpointRefused) as refusal:
        read_endpoint(url, allow_loopback=False)

    assert refusal.value.slug == slug


@pytest.mark.parametrize(
    "url", ["https://la.example", "https://la.example:8443/h?q=1", "https://bücher.example/h"]
)
def test_a_plain_https_url_is_taken(url: str) -> None:
    assert read_endpoint(url, allow_loopback=False).scheme == "https"


async def test_loopback_is_for_a_laptop_and_http_for_loopback_alone() -> None:
    local = read_endpoint("http://127.0.0.1:9000/hook", allow_loopback=True)
    distant = read_endpoint("http://la.example/hook", allow_loopback=True)

    assert str(await address_of(local, names(), allow_loopback=True)) == "127.0.0.1"
    with pytest.raises(EndpointRefused):
        await address_of(distant, names("8.8.8.8"), allow_loopback=True)
    with pytest.raises(EndpointRefused):
        await address_of(distant, names("10.0.0.1"), allow_loopback=True)


async def test_a_name_that_changes_its_answer_is_looked_up_once_and_judged_then() -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    async with endpoint() as la, courier(rebinding) as carrying:
        first = await carrying.carry(la.url(host="la.example"), {}, "{}")
        second = await carrying.carry(la.url(host="la.example"), {}, "{}")

    assert (first.status, first.address) == (204, "127.0.0.1")
    assert (second.failure, second.address) == (Failure.ENDPOINT_REFUSED, None)
    assert asked == ["la.example", "la.example"]
    assert [each.headers["host"] for each in la.received] == [f"la.example:{la.port}"]


async def test_without_leave_for_loopback_a_sender_refuses_it_whatever_was_registered() -> None:
    async with endpoint() as la, courier(names("127.0.0.1"), allow_loopback=False) as carrying:
        plain = await carrying.carry(la.url(), {}, "{}")
        over_tls = await carrying.carry(la.url(host="la.example", scheme="https"), {}, "{}")

    assert plain.failure is Failure.ENDPOINT_REFUSED
    assert over_tls.failure is Failure.ENDPOINT_REFUSED
    assert la.received == []


async def test_the_certificate_must_be_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    serving, trust = certified(tmp_path, "la.example")
    async with endpoint(tls=serving) as la, courier(names("127.0.0.1"), trust=trust) as carrying:
        right = await carrying.carry(la.url(host="la.example", scheme="https"), {}, "{}")
        wrong = await carrying.carry(la.url(host="other.example", scheme="https"), {}, "{}")

    assert right.status == 204
    assert wrong.failure is Failure.TLS_REFUSED
    assert len(la.received) == 1


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    serving, _ = certified(tmp_path, "la.example")
    nobody = ssl.create_default_context()
    async with endpoint(tls=serving) as la, courier(names("127.0.0.1"), trust=nobody) as carrying:
        answer = await carrying.carry(la.url(host="la.example", scheme="https"), {}, "{}")

    assert answer.failure is Failure.TLS_REFUSED


async def test_of_a_long_answer_two_kilobytes_are_kept() -> None:
    async with endpoint() as la, courier(names()) as carrying:
        la.answer = lambda _received: Answered(500, body=b"x" * 1_000_000)
        answer = await carrying.carry(la.url(), {}, "{}")

    assert answer.excerpt == b"x" * 2048


async def test_an_endpoint_that_is_not_there_or_never_answers_is_told_apart() -> None:
    async def never(_received: object) -> Answered:
        await asyncio.Event().wait()
        return Answered()

    async with endpoint() as la, courier(names(), timeout_seconds=0.2) as carrying:
        la.answer = never
        hung = await carrying.carry(la.url(), {}, "{}")
        closed = la.url()
    async with courier(names()) as carrying:
        absent = await carrying.carry(closed, {}, "{}")

    assert hung.failure is Failure.TIMED_OUT
    assert absent.failure is Failure.NOT_REACHED
    assert isinstance(absent, Answer)


@asynccontextmanager
async def courier(
    resolve: Resolve,
    *,
    allow_loopback: bool = True,
    trust: ssl.SSLContext | None = None,
    timeout_seconds: float = 5,
) -> AsyncIterator[Courier]:
    """A courier with a resolver and certificates of the test's own."""
    verify: ssl.SSLContext | bool = True if trust is None else trust
    async with httpx.AsyncClient(verify=verify, trust_env=False, limits=LIMITS) as http:
        yield Courier(
            http=http,
            resolve=resolve,
            clock=system_clock,
            allow_loopback=allow_loopback,
            timeout_seconds=timeout_seconds,
        )


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for a name: what a server serves with, and what a client trusts by."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return serving, ssl.create_default_context(cafile=str(file))

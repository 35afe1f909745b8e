"""How one message is carried: to the address judged, under the name given, whatever comes of it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from notifications.answer import Answer, Failure
from notifications.courier import Courier, client_trusting, public_trust
from notifications.endpoints import Resolve
from notifications.resolving import resolve_for_caller
from servicekit.clock import system_clock
from structlog.testing import capture_logs
from support.endpoint import Answer as Answered
from support.endpoint import endpoint
from support.resolving import names


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


async def test_a_connection_is_used_again_and_never_lent_to_another_name_at_its_address(
    tmp_path: Path,
) -> None:
    serving, trust = certified(tmp_path, "la.example", "other.example")
    async with endpoint(tls=serving) as la, courier(names("127.0.0.1"), trust=trust) as carrying:
        for host in ("la.example", "la.example", "other.example", "la.example"):
            answer = await carrying.carry(la.url(host=host, scheme="https"), {}, "{}")
            assert answer.status == 204

    assert la.connections == 2
    assert [each.headers["host"].split(":")[0] for each in la.received] == [
        "la.example",
        "la.example",
        "other.example",
        "la.example",
    ]


async def test_a_name_that_leads_elsewhere_since_is_not_served_by_the_connection_of_before() -> (
    None
):
    answers = [["127.0.0.1"], ["127.0.0.2"], ["10.0.0.1"]]

    async def moving(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    async with endpoint() as la, courier(moving) as carrying:
        made = [await carrying.carry(la.url(host="la.example"), {}, "{}") for _ in range(3)]

    assert [each.address for each in made] == ["127.0.0.1", "127.0.0.2", None]
    assert made[2].failure is Failure.ENDPOINT_REFUSED


async def test_neither_a_redirect_nor_a_proxy_of_the_environment_leads_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with endpoint() as la, endpoint() as elsewhere, courier(names("127.0.0.1")) as carrying:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, elsewhere.url())
        statuses = []
        for status in (301, 302, 303, 307, 308):
            la.answers(Answered(status, {"Location": elsewhere.url()}))
            answer = await carrying.carry(la.url(host="la.example"), {}, "{}")
            statuses.append(answer.status)
            assert not answer.succeeded

    assert statuses == [301, 302, 303, 307, 308]
    assert len(la.received) == 5
    assert elsewhere.received == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n" + b"X: x\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000,
        b"HTTP/1.1 twohundred\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"",
    ],
    ids=["long header", "many headers", "hints for ever", "no status", "no HTTP", "nothing"],
)
async def test_what_is_no_answer_fails_the_attempt_and_is_read_no_further(answer: bytes) -> None:
    async def say(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.write_eof()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, courier(names()) as carrying:
        said = await carrying.carry(f"http://127.0.0.1:{port}/", {}, "{}")

    assert said.failure is Failure.NOT_REACHED
    assert said.excerpt == b""


async def test_nothing_an_endpoint_says_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Set-Cookie": "Quill feather=1; Path=/", "Location": "Quillfeather", "X": "Quill"}
    async with endpoint() as la, courier(names()) as carrying:
        la.answers(Answered(500, headers, b"Quillfeather"))
        with capture_logs() as logs, caplog.at_level("DEBUG"):
            await carrying.carry(la.url(), {}, "{}")

    assert "quill" not in f"{logs}{caplog.text}".lower()


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    serving, _ = certified(tmp_path, "la.example")
    nobody = ssl.create_default_context()
    async with endpoint(tls=serving) as la, courier(names("127.0.0.1"), trust=nobody) as carrying:
        answer = await carrying.carry(la.url(host="la.example", scheme="https"), {}, "{}")

    assert answer.failure is Failure.TLS_REFUSED


async def test_what_one_authority_sets_as_a_cookie_another_at_the_same_address_never_gets() -> None:
    async with endpoint() as la, courier(names("127.0.0.1")) as carrying:
        la.answers(Answered(200, {"Set-Cookie": "of=one; Path=/"}))
        await carrying.carry(la.url(host="one.example"), {}, "{}")
        await carrying.carry(la.url(host="other.example"), {}, "{}")
        await carrying.carry(la.url(host="one.example"), {}, "{}")

    assert [each.headers.get("cookie") for each in la.received] == [None] * 3


@pytest.mark.parametrize("host", ["xn--", "xn--a.example", "a..b", ".example", "a" * 70])
async def test_a_host_no_resolver_can_be_asked_for_fails_the_attempt(host: str) -> None:
    async with courier(resolve_for_caller) as carrying:
        answer = await carrying.carry(f"https://{host}/hook", {}, "{}")

    assert answer.failure is Failure.ENDPOINT_REFUSED


async def test_what_nobody_foresaw_is_a_failed_attempt_too() -> None:
    async def broken(_host: str, _port: int) -> Sequence[str]:
        raise RuntimeError

    async with courier(broken) as carrying:
        answer = await carrying.carry("https://la.example/hook", {}, "{}")

    assert answer.failure is Failure.NOT_REACHED


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
    async with client_trusting(trust or public_trust()) as client:
        yield Courier(
            client=client,
            resolve=resolve,
            clock=system_clock,
            allow_loopback=allow_loopback,
            timeout_seconds=timeout_seconds,
        )


def certified(folder: Path, name: str, *more: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for some names: what a server serves with, and a client trusts by."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in (name, *more)]),
            critical=False,
        )
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

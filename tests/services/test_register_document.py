"""The examples of docs/api.md, carried out in order: every answer is the one written there."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from support.house import House, house

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK: Final = re.compile(r"^```(sh|http)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CURL: Final = re.compile(r"^curl ", re.MULTILINE)
INSTANCE: Final = re.compile(r"urn:uuid:[0-9a-f-]{36}")
ROLLBOOK: Final = "http://rollbook/register/v1"
PERSON: Final = {"name": "A. Smith", "position": "Attendance Officer"}


@dataclass(slots=True)
class Curl:
    """What one curl command sends."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


def read_curl(words: list[str]) -> Curl:
    """Read the options that the page uses; any other is an error of the page."""
    curl, rest, method = Curl(), iter(words), None
    for word in rest:
        match word:
            case "-i":
                continue
            case "-X":
                method = next(rest)
            case "--oauth2-bearer":
                assert next(rest) == "$TOKEN"
            case "-H":
                name, _, value = next(rest).partition(": ")
                curl.headers[name] = value
            case "--json":
                curl.body, curl.method = next(rest), "POST"
                curl.headers["Content-Type"] = "application/json"
            case url:
                assert url.startswith("$ROLLBOOK/"), url
                curl.url = url.replace("$ROLLBOOK", ROLLBOOK)
    curl.method = method or curl.method
    return curl


def commands(script: str) -> Iterator[Curl]:
    for command in CURL.split(script.replace("\\\n", " "))[1:]:
        yield read_curl(shlex.split(command))


def assert_is(answer: httpx.Response, written: str) -> None:
    """Compare an answer with the page: status, the headers it shows, and the body."""
    head, _, body = written.partition("\n\n")
    first, *headers = head.splitlines()
    assert f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}" == first
    for line in headers:
        name, _, value = line.partition(": ")
        assert answer.headers[name] == value
    assert _without_instance(answer.text) == _without_instance(body)


async def carried_out(running: House) -> int:
    """Carry the page out from top to bottom; say how many answers were compared."""
    compared, answer = 0, None
    async with running.client(urns=[999777], **PERSON) as client:
        for kind, text in BLOCK.findall(DOCUMENT.read_text()):
            if kind == "http":
                assert answer is not None
                assert_is(answer, text)
                compared += 1
                continue
            for curl in commands(text):
                answer = await client.request(
                    curl.method, curl.url, headers=curl.headers, content=curl.body
                )
    return compared


async def test_every_example_is_answered_as_the_page_says(
    database_url: str, tmp_path: Path
) -> None:
    async with house(database_url, tmp_path, services=("register-api",)) as running:
        assert await carried_out(running) == 7


def _without_instance(body: str) -> object:
    parsed: object = json.loads(INSTANCE.sub("urn:uuid:", body))
    return parsed

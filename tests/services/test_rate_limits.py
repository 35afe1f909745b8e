"""Rate limits over HTTP: who is counted, who is refused with 429, and what every answer tells."""

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from servicekit.caller import Caller
from servicekit.openapi import document_of
from servicekit.problems import Problem
from servicekit.quotas import NANOSECONDS
from servicekit.rate_limits import BAD_TOKENS, RateLimits
from servicekit.service import Service, chosen_services
from servicekit.settings import Settings
from servicekit.stream_slots import StreamSlots, stream_slot
from starlette.requests import Request
from support.school import SmallSchool, accepted, drawn, mark

CODES: Final = "/register/v1/codes"
PLENTY: Final = 1000


class Limited:
    """A school whose process limits rates, with a clock of the limits' own."""

    def __init__(self, school: SmallSchool, requests: int, seconds: int = 60) -> None:
        self.seconds = 1000
        settings = Settings(rate_limit_requests=requests, rate_limit_seconds=seconds)
        limits = RateLimits(settings, lambda: self.seconds * NANOSECONDS)
        school.house.app.state.rate_limits = limits


def remaining(answer: httpx.Response) -> int:
    """Read how many more requests an answer says there may be."""
    name, left, more_in = answer.headers["RateLimit"].split(";")
    assert name == '"default"'
    assert more_in.startswith("t=")
    return int(left.removeprefix("r="))


def is_too_many(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 429
        and answer.headers["Content-Type"] == "application/problem+json"
        and answer.json()["type"] == "/problems/too-many-requests"
    )


def caller(client: str) -> Caller:
    return Caller(
        client=client, scopes=frozenset(), urns=None, la_code=None, signatory=None, expires=0
    )


async def with_bad_token(school: SmallSchool, **headers: str) -> httpx.Response:
    async with school.house.anonymous(Authorization="Bearer made.up", **headers) as client:
        return await client.get(CODES)


async def test_an_answer_tells_the_policy_and_what_is_left(school: SmallSchool) -> None:
    Limited(school, 120, seconds=60)

    first = await accepted(school.client.get(CODES))
    second = await accepted(school.client.get(CODES))

    assert first.headers["RateLimit-Policy"] == '"default";q=120;w=60'
    assert first.headers["RateLimit"] == '"default";r=119;t=1'
    assert remaining(second) == 118


async def test_every_answer_to_a_client_tells_it_also_each_refusal(school: SmallSchool) -> None:
    Limited(school, PLENTY)
    async with (
        school.house.client("register:write", urns="*") as writer,
        school.house.client("register:read", urns=[999002]) as stranger,
    ):
        answers = [
            await school.enter(drawn("/N/"), key="once"),
            await school.enter(drawn("/N/"), key="once"),
            await school.enter(drawn("///"), key="once"),
            await school.enter([mark("p1", "%")]),
            await school.enter([{"pupil": "p1"}]),
            await writer.get(CODES),
            await stranger.get(school.register_url()),
        ]
    school.house.app.state.runtimes["register-api"].pool.terminate()
    answers.append(await school.client.get(school.register_url()))

    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 201, 422, 422, 422, 403, 404, 500]
    assert [PLENTY - remaining(answer) for answer in answers] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all("X-Request-Id" in answer.headers for answer in answers)


async def test_what_is_refused_for_its_rate_is_not_stored_and_can_be_sent_again(
    school: SmallSchool,
) -> None:
    before = await school.head()
    limited = Limited(school, 2)
    await school.client.get(CODES)
    await school.client.get(CODES)

    refused = await school.enter(drawn("/N/"), key="once")
    limited.seconds += int(refused.headers["Retry-After"])
    stored = await accepted(school.enter(drawn("/N/"), key="once"))

    assert is_too_many(refused)
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["RateLimit"] == '"default";r=0;t=30'
    assert stored.json()["position"] == before + 1
    assert "Idempotency-Replayed" not in stored.headers


async def test_the_short_way_and_the_whole_way_count_once_each(school: SmallSchool) -> None:
    Limited(school, PLENTY)

    short = await accepted(school.enter(drawn("/--")))
    whole = await school.enter([mark("p1", "%", minutes_late="a few")])

    assert whole.status_code == 422
    assert (remaining(short), remaining(whole)) == (PLENTY - 1, PLENTY - 2)


async def test_a_client_is_one_whoever_its_tokens_are_for_and_holds_up_no_other(
    school: SmallSchool,
) -> None:
    Limited(school, 2)

    async def answer_for(**claims: object) -> httpx.Response:
        async with school.house.client("register:read", **claims) as client:
            return await client.get(CODES)

    for urn in (999001, 999002):
        assert (await answer_for(client_id="mis", urns=[urn])).status_code == 200
    assert is_too_many(await answer_for(client_id="mis", la="886"))
    assert (await answer_for(client_id="another", urns=[999001])).status_code == 200


async def test_the_routes_of_operation_and_the_document_are_never_limited(
    school: SmallSchool,
) -> None:
    Limited(school, 1)
    await school.client.get(CODES)
    assert is_too_many(await school.client.get(CODES))

    for path in ("/live", "/ready", "/metrics", "/register/v1/openapi.json", "/register/v1/docs"):
        answer = await accepted(school.client.get(path))
        assert "RateLimit" not in answer.headers


async def test_a_limit_of_nothing_limits_nobody(school: SmallSchool) -> None:
    Limited(school, 0)

    good = await accepted(school.client.get(CODES))
    bad = {(await with_bad_token(school)).status_code for _ in range(BAD_TOKENS.quota + 1)}

    assert not {"RateLimit", "RateLimit-Policy"} & {*good.headers}
    assert bad == {401}


async def test_bad_tokens_from_one_address_are_limited_and_good_ones_from_there_are_not(
    school: SmallSchool,
) -> None:
    limited = Limited(school, PLENTY)
    answers = [await with_bad_token(school) for _ in range(BAD_TOKENS.quota)]

    refused = await with_bad_token(school)
    good = await accepted(school.client.get(CODES))
    limited.seconds += int(refused.headers["Retry-After"])
    later = await with_bad_token(school)

    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].headers["RateLimit"] == '"bad-tokens";r=299;t=1'
    assert is_too_many(refused)
    assert remaining(good) == PLENTY - 1
    assert later.status_code == 401


@pytest.mark.parametrize(
    ("hosts", "together"),
    [
        (("192.0.2.1", "192.0.2.2"), False),
        (("192.0.2.1", "::ffff:192.0.2.1"), True),
        (("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), True),
        (("2001:db8:1:2::1", "2001:db8:1:3::1"), False),
        (("::ffff:192.0.2.1", "::ffff:192.0.2.2"), False),
        (("", ""), True),
    ],
)
def test_an_ipv6_network_is_one_address(hosts: tuple[str, str], *, together: bool) -> None:
    limits = RateLimits(Settings(), lambda: NANOSECONDS)

    def refused(host: str) -> bool:
        request = Request({"type": "http", "client": (host, 4711), "state": {}})
        try:
            limits.count_bad_token(request)
        except Problem:
            return True
        return False

    assert not any(refused(hosts[0]) for _ in range(BAD_TOKENS.quota))
    assert refused(hosts[0])
    assert refused(hosts[1]) is together


async def test_a_client_has_no_more_streams_open_than_it_may(school: SmallSchool) -> None:
    school.house.app.state.stream_slots = slots = StreamSlots(per_client=2)
    request = Request({"type": "http", "app": school.house.app})
    mis = caller("mis")

    async with stream_slot(request, mis):
        async with stream_slot(request, mis):
            with pytest.raises(Problem) as refused:
                await stream_slot(request, mis).__aenter__()
            async with stream_slot(request, caller("another")):
                assert slots.open == {"mis": 2, "another": 1}
        with pytest.raises(ConnectionError):
            async with stream_slot(request, mis):
                raise ConnectionError
        assert slots.open == {"mis": 1}

    assert refused.value.kind.slug == "too-many-streams"
    assert refused.value.kind.headers["Retry-After"]
    assert not slots.open


def secured_operations(service: Service) -> Iterator[tuple[str, dict[str, dict[str, object]]]]:
    for path, methods in document_of(service)["paths"].items():
        for method, operation in methods.items():
            if operation.get("security"):
                yield f"{method} {path}", operation["responses"]


@pytest.mark.parametrize("service", chosen_services([]), ids=lambda service: service.name)
def test_every_operation_documents_its_limit(service: Service) -> None:
    for name, answers in secured_operations(service):
        assert "`too-many-requests`" in f"{answers['429']['description']}", name
        assert "Retry-After" in f"{answers['429']['headers']}", name
        for status, answer in answers.items():
            assert "RateLimit-Policy" in f"{answer['headers']}", f"{name} {status}"

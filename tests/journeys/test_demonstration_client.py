"""What the demonstration's client does when Rollbook is slow, busy, or has heard it before."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx
import pytest
from attendance.session import Half, Session
from demonstration.client import IN_FLIGHT, Rollbook, Stored
from demonstration.errors import Refused, Unavailable
from demonstration.exchange import ATTEMPTS
from demonstration.plan_bodies import decision_body
from demonstration.seeding import (
    Plan,
    SchoolToSeed,
    make_plan,
    open_school,
    post_registers,
    work_out,
)
from demonstration.shares import Phase
from support.eventually import eventually

URN: Final = 999001
FRIDAY: Final = Session(date(2026, 11, 20), Half.PM)
MARKS: Final = {"group": "Oak", "marks": [{"pupil": "P0001", "code": "\\"}]}
PLAN: Final = Plan(urn=URN, phase=Phase.SPECIAL, classes=2, seed=7, today=date(2026, 11, 21))

Answer = tuple[int, Mapping[str, Any], Mapping[str, str]]  # status, body, headers

STORED: Final[Answer] = (201, {"position": 7, "recorded": 1}, {})
BUSY: Final[Answer] = (503, {"type": "/problems/view-behind"}, {"Retry-After": "3"})


def problem(status: int, slug: str, *codes: str) -> Answer:
    errors = [{"pointer": "/marks/0", "code": code, "detail": "…"} for code in codes]
    said = {"type": f"/problems/{slug}", "title": "It can't be", "detail": "Mend it."}
    return status, {**said, "status": status, "errors": errors} if codes else said, {}


@dataclass(slots=True)
class Server:
    """Answers as it was told, in turn, then always the last; remembers what it was asked."""

    answers: list[Answer | Exception]
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = answer
        return httpx.Response(status, json=body, headers=headers)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def rollbook(self) -> Rollbook:
        transport = httpx.MockTransport(self.answer)
        http = httpx.AsyncClient(transport=transport, base_url="http://rollbook.test")
        return Rollbook(http, "token", self.pause)

    def keys(self) -> list[str]:
        return [request.headers["Idempotency-Key"] for request in self.requests]


async def test_it_waits_as_long_as_it_is_told_and_asks_again() -> None:
    server = Server([BUSY, BUSY, STORED])

    stored = await server.rollbook().record_marks(URN, FRIDAY, MARKS)

    assert stored == Stored(position=7, already=False)
    assert server.pauses == [3, 3]


async def test_it_waits_longer_each_time_when_it_isn_t_told_how_long() -> None:
    server = Server([httpx.ConnectError("refused"), (429, {}, {}), STORED])

    await server.rollbook().record_marks(URN, FRIDAY, MARKS)

    assert server.pauses == [0.25, 0.5]


async def test_a_command_still_under_way_is_waited_for() -> None:
    in_flight: Answer = (409, {"type": "/problems/command-in-flight"}, {"Retry-After": "1"})
    server = Server([in_flight, (201, {"position": 7}, {"Idempotency-Replayed": "true"})])

    stored = await server.rollbook().record_marks(URN, FRIDAY, MARKS)

    assert stored == Stored(position=7, already=True)


async def test_it_gives_up_on_a_rollbook_that_never_answers() -> None:
    server = Server([httpx.ConnectError("refused")])

    with pytest.raises(Unavailable):
        await server.rollbook().record_marks(URN, FRIDAY, MARKS)
    assert len(server.requests) == ATTEMPTS
    assert len(server.pauses) == ATTEMPTS - 1


async def test_all_attempts_at_a_command_carry_one_key() -> None:
    server = Server([BUSY, httpx.ReadTimeout("slow"), STORED])

    await server.rollbook().record_marks(URN, FRIDAY, MARKS)

    assert len(set(server.keys())) == 1


async def test_the_same_register_has_the_same_key_and_another_has_another() -> None:
    server = Server([STORED])
    other = {**MARKS, "marks": [{"pupil": "P0001", "code": "I"}]}

    for marks in (MARKS, other, MARKS):
        await server.rollbook().record_marks(URN, FRIDAY, marks)
    await server.rollbook().record_marks(URN, Session(FRIDAY.on, Half.AM), MARKS)

    first, second, third, fourth = server.keys()
    assert first == third
    assert len({first, second, fourth}) == 3


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(problem(409, "already-marked"), id="named by the problem"),
        pytest.param(problem(409, "register-refused", "already-marked"), id="named by its items"),
    ],
)
async def test_a_register_entered_before_is_left_as_it_is(answer: Answer) -> None:
    stored = await Server([answer]).rollbook().record_marks(URN, FRIDAY, MARKS)

    assert stored == Stored(position=None, already=True)


async def test_a_register_entered_before_and_wrong_besides_is_refused() -> None:
    answer = problem(422, "register-refused", "already-marked", "not-on-roll")

    with pytest.raises(Refused):
        await Server([answer]).rollbook().record_marks(URN, FRIDAY, MARKS)


async def test_a_refusal_is_said_with_its_reasons_and_not_tried_again() -> None:
    server = Server([problem(422, "register-refused", "unknown-code")])

    with pytest.raises(Refused, match=r"422 unknown-code\): It can't be\. Mend it\."):
        await server.rollbook().record_marks(URN, FRIDAY, MARKS)
    assert len(server.requests) == 1


async def test_a_refusal_in_words_of_something_between_is_still_told() -> None:
    server = Server([])

    async def proxy(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(502, text="<h1>Bad gateway</h1>")

    http = httpx.AsyncClient(transport=httpx.MockTransport(proxy), base_url="http://rollbook.test")
    with pytest.raises(Refused, match="502"):
        await Rollbook(http, "token", server.pause).put_school(URN, {})


@pytest.mark.parametrize(
    ("answer", "has_pupils"),
    [
        pytest.param((200, {"items": [{"pupil": "P0001"}]}, {}), True, id="a roll"),
        pytest.param((200, {"items": []}, {}), False, id="an empty roll"),
        pytest.param(problem(404, "not-found"), False, id="no such school"),
    ],
)
async def test_a_school_without_a_roll_is_told_from_one_with(
    answer: Answer, *, has_pupils: bool
) -> None:
    assert await Server([answer]).rollbook().has_pupils(URN, FRIDAY.on) is has_pupils


@dataclass(slots=True)
class Register:
    """A Rollbook that stores each key once, may fail for good at some request, and counts."""

    fails_at: int | None = None
    stored: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    open: asyncio.Event = field(default_factory=asyncio.Event)  # commands wait until it is set
    now: int = 0
    most: int = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.now += 1
            self.most = max(self.most, self.now)
            await self.open.wait()
            self.now -= 1
        self.met["all"] += 1
        if self.fails_at is not None and self.met["all"] >= self.fails_at:
            return httpx.Response(500, json={"title": "Something failed"})
        if request.method == "PUT":
            return httpx.Response(200, json={"position": 1})
        key = request.headers["Idempotency-Key"]
        headers = {"Idempotency-Replayed": "true"} if key in self.stored else {}
        if key not in self.stored:
            self.order.append(request.url.path)
        self.stored[key] = request.url.path
        body = {"position": len(self.stored), "plan": f"plan-{key}"}
        return httpx.Response(201, json=body, headers=headers)

    async def seed(self, school: SchoolToSeed) -> int:
        transport = httpx.MockTransport(self.answer)
        steps: list[None] = []
        async with httpx.AsyncClient(transport=transport, base_url="http://rollbook.test") as http:
            rollbook = Rollbook(http, "token")
            await open_school(rollbook, school, lambda: steps.append(None))
            await post_registers(rollbook, school, school.registers, lambda: steps.append(None))
        return len(steps)


@pytest.fixture(scope="module")
def school() -> SchoolToSeed:
    return work_out(PLAN)


async def test_an_interrupted_seeding_goes_on_and_doubles_nothing(school: SchoolToSeed) -> None:
    register = Register(fails_at=100)
    register.open.set()
    with pytest.raises(Refused):
        await register.seed(school)
    half_way = len(register.stored)
    register.fails_at = None

    steps = await register.seed(work_out(PLAN))

    assert 0 < half_way < len(register.stored)
    assert len(register.order) == len(register.stored) == commands_of(school)
    assert steps == school.requests


def commands_of(school: SchoolToSeed) -> int:
    """Count what is stored: admissions, plans, decisions on leave, registers."""
    decided = sum(decision_body(each) is not None for each in school.arrangements)
    return 2 * 8 + len(school.arrangements) + decided + len(school.registers)


async def test_plans_are_made_and_leave_is_decided_before_the_first_register(
    school: SchoolToSeed,
) -> None:
    register = Register()
    register.open.set()

    await register.seed(school)

    first = next(n for n, path in enumerate(register.order) if "/registers/" in path)
    planned = [n for n, path in enumerate(register.order) if "absence-plans" in path]
    assert any(path.endswith("/decision") for path in register.order)
    assert max(planned) < first


async def test_leave_that_stands_under_another_name_is_not_decided_again(
    school: SchoolToSeed,
) -> None:
    leave = next(each for each in school.arrangements if decision_body(each) is not None)
    server = Server([problem(409, "plan-overlaps", "plan-overlaps")])

    stored = await make_plan(server.rollbook(), URN, leave)

    assert stored == Stored(position=None, already=True)
    assert len(server.requests) == 1


async def test_a_session_s_registers_are_in_before_the_next_session_s(school: SchoolToSeed) -> None:
    register = Register()
    register.open.set()

    await register.seed(school)

    registers = [path for path in register.order if "/registers/" in path]
    assert registers == sorted(registers)


async def test_no_more_than_eight_requests_are_under_way_at_once(school: SchoolToSeed) -> None:
    register = Register()
    seeding = asyncio.create_task(register.seed(school))
    await eventually(lambda: register.now == IN_FLIGHT)

    register.open.set()
    await seeding

    assert register.most == IN_FLIGHT == 8

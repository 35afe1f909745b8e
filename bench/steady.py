"""A steady stream of registers, and how long each takes: latency as a school would feel it.

Open loop: a request is due at its time whether or not earlier ones were answered, and is timed from
then. So a server that stalls is charged for everyone who waits meanwhile.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bench.stage import FIRST_URN, PUPILS_A_GROUP, SCHOOLS, Stage

CONNECTIONS: Final = 32
MARKS_A_SECOND: Final = 5000  # England's nine million marks in half an hour
SECONDS: Final = 15
WARM_UP_SECONDS: Final = 3
CREATED: Final = b"HTTP/1.1 201"


@dataclass(frozen=True, slots=True)
class Steady:
    """How long registers took at a steady rate, in milliseconds."""

    p50_ms: float
    p99_ms: float
    late: int  # requests not answered 201


async def steady(
    stage: Stage, url: str, days: Sequence[str], *, first_urn: int = FIRST_URN
) -> Steady:
    """Post registers at 5,000 marks a second and time each.

    Args:
        days: school days nobody has posted for.
        first_urn: of as many schools as the stage has.
    """
    rate = MARKS_A_SECOND / PUPILS_A_GROUP
    total = int(rate * (WARM_UP_SECONDS + SECONDS))
    where = urlsplit(url)
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(where.hostname, where.port))
    begun = time.perf_counter()

    async def one(number: int) -> tuple[float, bool]:
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        connection = await free.get()
        reader, writer = connection
        writer.write(_request(stage.token, days, first_urn, number))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        free.put_nowait(connection)
        return time.perf_counter() - due, head.startswith(CREATED)

    answers = await asyncio.gather(*(one(number) for number in range(total)))
    while not free.empty():
        free.get_nowait()[1].close()
    timed = sorted(seconds for seconds, _ in answers[int(rate * WARM_UP_SECONDS) :])
    return Steady(
        p50_ms=1000 * timed[len(timed) // 2],
        p99_ms=1000 * timed[int(len(timed) * 0.99)],
        late=sum(1 for _, created in answers if not created),
    )


def _request(token: str, days: Sequence[str], first_urn: int, number: int) -> bytes:
    urn = first_urn + number % SCHOOLS
    slot = number // SCHOOLS
    group, rest = slot % 4, slot // 4
    half, code = (("AM", "/"), ("PM", "\\\\"))[rest % 2]
    day = days[rest // 2]
    marks = ",".join(
        f'{{"pupil":"g{group}p{pupil:02}","code":"{code}"}}' for pupil in range(PUPILS_A_GROUP)
    )
    body = f'{{"group":"G{group}","marks":[{marks}]}}'.encode()
    head = (
        f"POST /register/v1/schools/{urn}/registers/{day}/{half}/marks HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: steady-{day}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body

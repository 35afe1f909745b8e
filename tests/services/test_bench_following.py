"""The benchmarks of following do what they say, on a small scale: nobody asserts their figures."""

from pathlib import Path

import asyncpg
from attendance.codes import Code
from attendance.events import MarksRecorded
from eventlog import Cursor, SchoolId, cursor_of
from support.house import house
from support.log import connected
from thresholds.packing import CODE_OF

from bench.following import PROBED_URN, probe
from bench.naive import Naive
from bench.pinned import rebuilt
from bench.replaying import followed, put_year
from bench.school_years import opened, sessions_of, simulated
from bench.stage import SCHOOLS, put_schools

URN = 300_001
SESSIONS = 40

ENTERED = "SELECT sessions FROM thresholds.pupil_year WHERE school_id = $1"
RULES = "SELECT DISTINCT rule FROM thresholds.alert WHERE school_id = $1 AND met_on <= $2"


def a_month() -> list[list[MarksRecorded]]:
    return sessions_of(simulated(1))[:SESSIONS]


async def entered(conn: asyncpg.Connection) -> list[Code]:
    rows = await conn.fetch(ENTERED, URN)
    return [code for row in rows for byte in row["sessions"] if (code := CODE_OF[byte]) is not None]


async def test_a_year_is_followed_and_rebuilt_to_the_last_mark(database_url: str) -> None:
    sessions = a_month()
    drawn = [mark.code for taken in sessions for register in taken for mark in register.marks]
    last = sessions[-1][0].session.on
    async with connected(database_url, role=None) as conn:
        await put_year(conn, URN, 1, sessions)
        await followed(conn, URN)
        before, rules = await entered(conn), await conn.fetch(RULES, URN, last)
        cursor = await cursor_of(conn, "thresholds", SchoolId(URN))
        await rebuilt(conn, URN)
        after = await entered(conn)

        assert cursor is not None
        assert await cursor_of(conn, "thresholds", SchoolId(URN)) == Cursor(2, cursor.position)

    assert sorted(before) == sorted(after) == sorted(drawn)
    assert {row["rule"] for row in rules} & {"persistent-absence", "penalty-notice-threshold"}
    assert "register-not-taken" not in {row["rule"] for row in rules}, "they are taken in time"


async def test_the_plain_way_reads_what_was_entered_and_goes_on(database_url: str) -> None:
    sessions = a_month()
    async with connected(database_url, role=None) as conn:
        naive = Naive(conn, opened(simulated(1)))
        await naive.begin(sessions[:-1])
        marks = sum(len(register.marks) for register in sessions[-1])

        assert await naive.marks_a_second(sessions[-1:], seconds=60) > 0
        rows = await conn.fetchval("SELECT count(*) FROM public.bench_entry WHERE position > 0")
        assert rows == marks


async def test_a_probe_finds_the_figure_and_the_alert_of_its_own_mark(
    database_url: str, tmp_path: Path
) -> None:
    await put_schools(database_url, [PROBED_URN], 1)
    services = ("register-api", "thresholds")
    async with (
        house(database_url, tmp_path, services=services, running=True) as running,
        running.client(urns="*", name="B. Clerk", position="Attendance Officer") as client,
    ):
        shown = [await probe(client, number) for number in (0, 8 * SCHOOLS)]

    assert all(each.figure_ms and each.alert_ms for each in shown)

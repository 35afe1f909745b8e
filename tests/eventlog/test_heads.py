"""Where several schools' logs stand, and since when, in one question."""

from datetime import timedelta

import asyncpg
from eventlog import SchoolId, head, heads, newest_of
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note


async def test_the_heads_are_those_of_the_schools_asked_for_that_have_a_log(
    conn: asyncpg.Connection,
) -> None:
    await note(conn)
    await note(conn)
    await note(conn, school=OTHER_SCHOOL)

    assert await heads(conn, [SCHOOL, SchoolId(999003)]) == {SCHOOL: 2}
    assert await heads(conn, [OTHER_SCHOOL, SCHOOL]) == {OTHER_SCHOOL: 1, SCHOOL: 2}
    assert await heads(conn, []) == {}
    assert await head(conn, SCHOOL) == 2


async def test_the_newest_instants_are_those_of_the_schools_asked_for_that_have_a_log(
    conn: asyncpg.Connection,
) -> None:
    later = MORNING + timedelta(minutes=1)
    await note(conn)
    await note(conn, at=later)
    await note(conn, school=OTHER_SCHOOL)

    assert await newest_of(conn, [SCHOOL, SchoolId(999003)]) == {SCHOOL: later}
    assert await newest_of(conn, []) == {}

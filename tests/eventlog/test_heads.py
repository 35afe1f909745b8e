"""Where several schools' logs stand, in one question."""

import asyncpg
from eventlog import SchoolId, head, heads
from support.log import OTHER_SCHOOL, SCHOOL, note


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

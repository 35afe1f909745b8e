"""Appending to many schools' logs at once: each its own event, or none of them any."""

from datetime import timedelta

import asyncpg
import pytest
from eventlog import OneOf, RecordedTooEarly, append_each, head, leaf_hash
from support.log import MORNING, OTHER_SCHOOL, SCHOOL, note, noted, whole_log


async def test_each_of_many_schools_is_given_its_event_as_if_it_were_alone(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, events=2)
    new = [
        OneOf(school, noted(f"of {school}"), MORNING + timedelta(days=school - SCHOOL))
        for school in (OTHER_SCHOOL, SCHOOL)
    ]

    await append_each(conn, new)

    for school, event, recorded_at in new:
        last = (await whole_log(conn, school))[-1]
        assert (last.stream_id, last.payload) == (event.stream_id, event.payload)
        assert (last.recorded_at, last.version) == (recorded_at, 1)
    assert [await head(conn, school) for school in (SCHOOL, OTHER_SCHOOL)] == [3, 1]
    hashes = await conn.fetch("SELECT leaf_hash, salt, payload FROM eventlog.event")
    assert all(row["leaf_hash"] == leaf_hash(row["salt"], row["payload"]) for row in hashes)


async def test_where_one_of_many_schools_refuses_none_is_given_its_event(
    conn: asyncpg.Connection,
) -> None:
    await note(conn, at=MORNING + timedelta(seconds=1))

    with pytest.raises(RecordedTooEarly):
        await append_each(
            conn, [OneOf(school, noted(), MORNING) for school in (OTHER_SCHOOL, SCHOOL)]
        )

    assert [await head(conn, school) for school in (SCHOOL, OTHER_SCHOOL)] == [1, 0]

"""Torture 2: an append that takes its time is neither stepped over nor waited for elsewhere."""

from torture.ordering import slow_append


async def test_a_slow_append_is_not_skipped_and_stalls_no_other_school(database_url: str) -> None:
    assert await slow_append(database_url) == []

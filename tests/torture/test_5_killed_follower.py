"""Torture 5: a replica is killed while it commits what it projected; no effect is had twice."""

from torture.killed_follower import killed_again_and_again, killed_in_the_commit


async def test_a_kill_in_the_middle_of_a_commit_doubles_and_loses_nothing(
    database_url: str,
) -> None:
    assert await killed_in_the_commit(database_url) == []


async def test_kills_at_any_moment_double_and_lose_nothing(database_url: str) -> None:
    assert await killed_again_and_again(database_url) == []

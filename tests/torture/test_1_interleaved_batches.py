"""Torture 1: writers interleave, pause and roll back; a follower is told all, once, in order."""

import pytest
from torture.ordering import interleaved_batches


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_two_replicas_are_told_what_was_committed_once_and_in_order(
    database_url: str, seed: int
) -> None:
    assert await interleaved_batches(database_url, seed=seed) == []

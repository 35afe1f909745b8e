"""Torture 6: one command twenty times at once, the same and different, over the log and HTTP."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from torture.same_command import THE_SAME, TWO_THINGS, same_command_at_once
from torture.same_key import LETTERS_DIFFER, LETTERS_THE_SAME, same_key_at_once


@pytest.mark.parametrize("sayings", [THE_SAME, TWO_THINGS], ids=["the same", "two things"])
async def test_a_command_sent_twenty_times_at_once_is_stored_once(
    database_url: str, sayings: Sequence[str]
) -> None:
    assert await same_command_at_once(database_url, sayings) == []


@pytest.mark.parametrize(
    "letters", [LETTERS_THE_SAME, LETTERS_DIFFER], ids=["the same", "two things"]
)
async def test_a_register_posted_twenty_times_at_once_under_one_key_is_taken_once(
    database_url: str, tmp_path: Path, letters: Sequence[str]
) -> None:
    assert await same_key_at_once(database_url, tmp_path, letters) == []

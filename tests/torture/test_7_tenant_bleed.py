"""Torture 7: two schools alike in everything but their number never touch each other's rows."""

from pathlib import Path

from torture.bleeding import alike_but_for_their_number


async def test_nothing_done_to_one_school_touches_a_row_of_another(
    database_url: str, tmp_path: Path
) -> None:
    assert await alike_but_for_their_number(database_url, tmp_path) == []

"""Torture 5: `rollbook run` is killed while registers are posted; every 201 is kept."""

from pathlib import Path

from torture.killed_server import killed_while_posting


async def test_every_register_answered_201_is_there_after_a_kill(
    database_url: str, tmp_path: Path
) -> None:
    assert await killed_while_posting(database_url, tmp_path) == []

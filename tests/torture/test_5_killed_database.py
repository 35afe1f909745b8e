"""Torture 5: the database is killed while events are appended; what it acknowledged is there."""

from pathlib import Path

import pytest
from torture.killed_database import Victim, killed_while_appending


@pytest.mark.parametrize("victim", Victim)
async def test_every_acknowledged_append_is_there_once_after_a_kill(
    cluster: Path, victim: Victim
) -> None:
    assert await killed_while_appending(cluster, victim) == []

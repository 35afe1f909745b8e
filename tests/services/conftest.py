"""A running register with one small school, for tests over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.planning import Plans
from support.published import Loading
from support.school import PUPILS, SmallSchool, small_school


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """A school with three pupils and no mark yet, served by register-api alone."""
    async with small_school(database_url, tmp_path, *PUPILS) as opened:
        yield opened


@pytest.fixture
def plans(school: SmallSchool) -> Plans:
    """The plans of a pupil of ten: none yet."""
    return Plans(school)


@pytest.fixture
def loading(database_url: str, tmp_path: Path) -> Loading:
    """Published figures: none yet, and files to load."""
    return Loading(database_url, tmp_path)

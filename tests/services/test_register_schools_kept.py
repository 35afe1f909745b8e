"""What a process remembers of the schools it has read, and what it forgets."""

import pytest
from register_api.schools import Schools
from support.log import connected
from support.school import URN, SmallSchool

OTHER = 999002


@pytest.fixture
async def two_schools(school: SmallSchool) -> SmallSchool:
    """The small school with its three pupils, and another with two."""
    await SmallSchool(school.house, school.client, OTHER).open("q1", "q2")
    return school


@pytest.mark.parametrize(
    ("pupils_kept", "remembered"),
    [
        pytest.param(5, {URN, OTHER}, id="room for all"),
        pytest.param(4, {OTHER}, id="one pupil too many"),
        pytest.param(1, {OTHER}, id="the newest is kept however large"),
    ],
)
async def test_schools_are_forgotten_when_they_have_too_many_pupils_together(
    two_schools: SmallSchool, database_url: str, pupils_kept: int, remembered: set[int]
) -> None:
    schools = Schools(pupils_kept=pupils_kept)

    async with connected(database_url, role=None) as conn:
        for urn in (URN, OTHER, OTHER):
            await schools.fresh(conn, urn)

        assert {urn for urn in (URN, OTHER) if urn in schools} == remembered
        assert len((await schools.fresh(conn, URN)).school.roll) == 3

"""Rows of an older version are carried over, so that figures and alerts go on before a rebuild."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest
from attendance.codec import encode
from attendance.events import Phase
from attendance.identifiers import PupilId
from attendance.rules.facts import Entered, Placed
from domain.given import DETAILS, REGISTERED
from eventlog import NewEvent, SchoolId
from support.log import connected, note
from support.migrated import older_database, upgrade
from thresholds import school_table, tables

SCHOOL = SchoolId(999001)
BEFORE = "0008"
ROWS = """
INSERT INTO thresholds.school (school_id, version, la_code) VALUES (999001, 1, '886');
INSERT INTO thresholds.pupil (school_id, version, pupil, date_of_birth, placements)
VALUES (999001, 1, 'p1', '2015-03-01',
        '[{"from_on": "2026-09-01", "year_group": "7", "boarder": false},
          {"from_on": "2026-10-01", "year_group": "7", "boarder": true}]')
"""


@pytest.fixture
async def older(postgres_url: str) -> AsyncIterator[str]:
    """A database of the version before, with nothing in it."""
    async with older_database(postgres_url, BEFORE) as url:
        yield url


async def test_what_was_known_of_pupils_and_schools_is_known_still(older: str) -> None:
    async with connected(older, role=None) as conn:
        await note(conn, events=[NewEvent(uuid4(), *encode(REGISTERED))])
        await conn.execute(ROWS)

    await upgrade(older)

    async with connected(older, role=None) as conn:
        (facts,) = (await tables.pupils(conn, SCHOOL, 1, [PupilId("p1")])).values()
        details = await school_table.school_details(conn, SCHOOL, 1)
        kept = await conn.fetchrow("SELECT phase, trust, due_at FROM thresholds.school")
    assert facts.date_of_birth == date(2015, 3, 1)
    assert facts.placements == (
        Placed(date(2026, 9, 1), "7", boarder=False, groups=()),
        Placed(date(2026, 10, 1), "7", boarder=True, groups=()),
    )
    assert facts.enrolments == (Entered(date.min, date.min, 0),)
    assert details == DETAILS
    assert tuple(kept) == (Phase.PRIMARY, None, None)

"""What the thresholds service makes of changes in the admission register, and of deletions."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from attendance.admission_entry import AdmissionEntry, Placement, Sex
from attendance.events import PupilDeleted, PupilDetailsChanged
from attendance.identifiers import PupilId
from support.followed import FIRST, SECOND, alerts, follow
from support.log import connected
from support.school_log import OFFICER, SchoolLog

STARTED, OF_AGE, UNDER_AGE = date(2026, 9, 1), date(2015, 3, 1), date(2022, 12, 31)
ABSENT = "GGGGGGGGGG"


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        yield SchoolLog(conn)


async def change(log: SchoolLog, *, born: date = OF_AGE, boarder: bool = False) -> None:
    placement = Placement(from_on=STARTED, year_group="7", groups=("7B",), boarder=boarder)
    await log.append(
        PupilDetailsChanged(
            pupil=PupilId("p1"),
            entry=AdmissionEntry(
                legal_surname="Okafor", legal_forename="Ada", date_of_birth=born, sex=Sex.FEMALE
            ),
            starting_day=STARTED,
            placements=(placement,),
            characteristics=(),
            effective_on=STARTED,
            changed=("date_of_birth", "boarder"),
            recorded_by=OFFICER,
            recorded_at=log.now,
        )
    )


async def test_a_pupil_is_judged_by_the_date_of_birth_as_it_was_corrected(log: SchoolLog) -> None:
    await log.open()
    await log.admit("p1", born=UNDER_AGE)
    await follow(log)
    await change(log, born=OF_AGE)
    await log.week(FIRST, {"p1": ABSENT})

    await follow(log)

    assert len(await alerts(log, "penalty-notice-threshold")) == 1


async def test_a_pupil_who_boards_from_now_on_is_judged_no_more(log: SchoolLog) -> None:
    await log.open("p1")
    await change(log, boarder=True)
    await log.week(FIRST, {"p1": ABSENT})

    await follow(log)

    assert await alerts(log, "penalty-notice-threshold") == []


async def test_a_deletion_and_an_admission_after_it_leave_what_was_found_as_it_is(
    log: SchoolLog,
) -> None:
    await log.open("p1")
    await log.week(FIRST, {"p1": ABSENT})
    await log.append(
        PupilDeleted(
            pupil=PupilId("p1"),
            ground="a",
            deleted_on=date(2026, 9, 11),
            conditions={},
            recorded_by=OFFICER,
            recorded_at=log.now,
        )
    )
    await log.admit("p1")
    await log.week(SECOND, {"p1": ABSENT})

    await follow(log)

    (alert,) = await alerts(log, "penalty-notice-threshold")
    assert (alert["status"], alert["met_on"]) == ("open", date(2026, 9, 11))

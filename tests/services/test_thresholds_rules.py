"""What gives cause besides entries: admissions, deletions, characteristics, plans, the school."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from attendance.admission_entry import CharacteristicPeriod
from attendance.events import (
    AbsencePlanEnded,
    IllnessReported,
    Phase,
    PupilAdmitted,
    PupilDeleted,
    SchoolDetails,
    SchoolDetailsChanged,
    Sex,
)
from attendance.identifiers import LaCode, PupilId
from attendance.planned_absences import Illness, PlanId
from attendance.rules.catalogue import RULES
from attendance.session import Half, Session
from support.followed import FIRST, PRESENT, SECOND, alerts, follow, said
from support.log import connected
from support.school_log import OFFICER, TIMES, SchoolLog, placed

ANN = PupilId("p1")
ILLNESS = PlanId(UUID(int=7))


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """A school without pupils."""
    async with connected(database_url, role=None) as conn:
        school = SchoolLog(conn)
        await school.open()
        yield school


def admitted(log: SchoolLog, *, starting: date = FIRST, **stated: object) -> PupilAdmitted:
    """Admit a pupil of eleven who is in year 7 and has no characteristic, unless stated."""
    plainly = PupilAdmitted(
        pupil=ANN,
        legal_surname="Okafor",
        legal_forename="Ada",
        date_of_birth=date(2015, 3, 1),
        sex=Sex.FEMALE,
        upn=None,
        year_group="7",
        groups=("7B",),
        starting_day=starting,
        boarder=False,
        address=None,
        parents=(),
        characteristics=(),
        recorded_by=OFFICER,
        recorded_at=log.now,
    )
    return replace(plainly, **stated)  # type: ignore[arg-type]  # fields by their names


async def reported_ill(log: SchoolLog, expected_return: date) -> int:
    return await log.append(
        IllnessReported(
            plan=ILLNESS,
            pupil=ANN,
            planned=Illness(starts=Session(FIRST, Half.AM), expected_return=expected_return),
            recorded_by=OFFICER,
            recorded_at=log.now,
        )
    )


async def test_a_pupil_entered_later_is_returned_although_they_have_no_entry(
    log: SchoolLog,
) -> None:
    position = await log.append(admitted(log, starting=SECOND))

    await follow(log)

    (alert,) = await alerts(log, "new-pupil-return")
    assert alert["evidence"] == []
    assert json.loads(alert["rests_on"]) == [position]
    assert alert["due_on"] == SECOND + timedelta(days=5)


async def test_a_starting_day_that_is_moved_corrects_the_return(log: SchoolLog) -> None:
    await log.append(admitted(log, starting=SECOND))
    await log.change("p1", placed(FIRST))  # starting on the first day of school

    await follow(log)

    (alert,) = await alerts(log, "new-pupil-return")
    assert alert["steps"] == ["met", "withdrawn"]


async def test_a_starting_day_that_is_moved_keeps_the_alert_with_its_ground(log: SchoolLog) -> None:
    entered = await log.append(admitted(log, starting=SECOND))
    moves = []
    for later in (1, 2):
        starting = SECOND + timedelta(days=later)
        changed = replace(log.changed("p1", placed(starting)), starting_day=starting)
        moves.append(await log.append(changed))

    await follow(log)

    (alert,) = await alerts(log, "new-pupil-return")
    assert alert["steps"] == ["met", "corrected", "corrected"]
    assert json.loads(alert["rests_on"]) == [entered, *moves]
    assert alert["due_on"] == SECOND + timedelta(days=7)


async def test_a_phase_stated_anew_judges_admissions_anew(log: SchoolLog) -> None:
    await log.append(admitted(log))
    await follow(log)
    before = await alerts(log, "new-pupil-return")
    special = SchoolDetails(
        name="Elmbridge", la_code=LaCode("886"), phase=Phase.SPECIAL, times=TIMES
    )
    await log.append(SchoolDetailsChanged(details=special, recorded_by=None, recorded_at=log.now))

    await follow(log)

    assert before == []
    assert len(await alerts(log, "new-pupil-return")) == 1


async def test_a_deletion_is_returned(log: SchoolLog) -> None:
    await log.append(admitted(log))
    await log.week(FIRST, {"p1": PRESENT})
    deletion = PupilDeleted(
        pupil=ANN,
        ground="a",
        deleted_on=date(2026, 9, 11),
        conditions={},
        recorded_by=OFFICER,
        recorded_at=log.now,
    )
    position = await log.append(deletion)

    await follow(log)

    (alert,) = await alerts(log, "deletion-return")
    assert json.loads(alert["rests_on"]) == [position]


async def test_an_illness_that_will_be_long_is_returned_and_taken_back_with_its_report(
    log: SchoolLog,
) -> None:
    await log.append(admitted(log))
    await reported_ill(log, FIRST + timedelta(weeks=4))
    await follow(log)
    before = await alerts(log, "sickness-return")
    ended = AbsencePlanEnded(
        plan=ILLNESS,
        pupil=ANN,
        ends=None,
        reason="reported of another pupil",
        recorded_by=OFFICER,
        recorded_at=log.now,
    )
    await log.append(ended)

    await follow(log)

    assert [each["steps"] for each in before] == [["met"]]
    assert before[0]["trigger"] == "expected"
    (alert,) = await alerts(log, "sickness-return")
    assert alert["steps"] == ["met", "withdrawn"]


async def test_an_exclusion_is_told_at_once_and_again_as_a_deletion_cuts_it_short(
    log: SchoolLog,
) -> None:
    await log.append(admitted(log))
    await log.suspend("p1", SECOND, SECOND + timedelta(days=4))
    await follow(log)
    (before,) = await alerts(log, "exclusion-notice")
    deletion = PupilDeleted(
        pupil=ANN,
        ground="a",
        deleted_on=SECOND + timedelta(days=1),
        conditions={},
        recorded_by=OFFICER,
        recorded_at=log.now,
    )
    await log.append(deletion)

    await follow(log)

    assert (before["met_on"], json.loads(before["figures"])) == (SECOND, {"calendar_days": 5})
    (after,) = await alerts(log, "exclusion-notice")
    assert (after["steps"], json.loads(after["figures"])) == (
        ["met", "corrected"],
        {"calendar_days": 2},
    )


async def test_the_absence_of_a_child_with_a_social_worker_is_told_at_its_first_session(
    log: SchoolLog,
) -> None:
    await log.append(admitted(log, characteristics=("social-worker",)))
    await log.week(FIRST, {"p1": PRESENT})
    await log.week(SECOND, {"p1": "//NN/OO///"})

    await follow(log)

    told = await alerts(log, "social-worker-absence")
    assert [(each["trigger"], each["steps"]) for each in told] == [
        ("unexplained", ["met", "lapsed"]),
        ("unauthorised", ["met", "lapsed"]),
    ]


async def test_a_characteristic_stated_later_of_days_gone_tells_of_them(log: SchoolLog) -> None:
    await log.append(admitted(log))
    await log.week(FIRST, {"p1": "/////OO///"})
    await follow(log)
    since = CharacteristicPeriod(characteristic="looked-after", starts_on=FIRST)
    changed = log.changed("p1", placed(FIRST))
    await log.append(replace(changed, characteristics=(since,)))

    await follow(log)

    assert len(await alerts(log, "social-worker-absence")) == 1


async def test_what_is_said_of_a_pupil_names_nothing_of_them(log: SchoolLog) -> None:
    await log.append(admitted(log, starting=SECOND))
    await reported_ill(log, FIRST + timedelta(weeks=4))

    await follow(log)

    facts = await log.conn.fetchval("SELECT facts::text FROM thresholds.pupil")
    for told in (facts, *(event.payload for event in await said(log.conn))):
        assert "Okafor" not in told
        assert "Ada" not in told


def test_every_rule_says_what_may_change_it() -> None:
    assert all(rule.causes for rule in RULES.values())

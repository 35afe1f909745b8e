"""What the tests of deletions start from: a pupil on roll, and somebody who would delete them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from attendance.deletion import DeletePupil, Evidence, delete_pupil
from attendance.deletion_grounds import Letter
from attendance.errors import DeletionRefused
from attendance.events import Event
from attendance.identifiers import PupilId
from attendance.school import School, evolve
from domain.given import OFFICER, a_school, admitted

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TODAY, YESTERDAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 21)
PUPIL = PupilId("p-1")
NOTHING = Evidence(entries=(), entered_after=False)
OF_AGE, UNDER_AGE = date(2016, 5, 5), date(2022, 12, 31)


def command(ground: Letter = Letter.A, **said: object) -> DeletePupil:
    plain = DeletePupil(pupil=PUPIL, ground=ground, deleted_on=TODAY, conditions={}, by=OFFICER)
    return replace(plain, **said)  # type: ignore[arg-type]  # by their names


def given(*events: Event, born: date = OF_AGE, boarder: bool = False) -> School:
    admission = replace(admitted(PUPIL, born=born), boarder=boarder)
    return evolve(a_school(admission), events)


def why_not(
    asked: DeletePupil, school: School | None = None, evidence: Evidence = NOTHING
) -> list[tuple[str, str, bool]]:
    with pytest.raises(DeletionRefused) as raised:
        delete_pupil(school or given(), asked, evidence, NOW)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]

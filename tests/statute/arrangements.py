"""What was arranged for a pupil, as rules are told it: short forms of a plan of each kind."""

from datetime import date
from typing import Final
from uuid import UUID

from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.planned_absences import EVERY_SESSION, Pattern
from attendance.rules.facts import Arrangement
from attendance.session import Half, Session
from statute.registers import am, pm

MORNINGS: Final[Pattern] = frozenset((weekday, Half.AM) for weekday in range(5))


def illness(
    starts: Session,
    back_on: date | None = None,
    position: int = 900,
    *,
    ends: date | None = None,
    evidence_seen: bool = False,
    stated_on: date | None = None,
) -> Arrangement:
    last = starts.on if back_on is None else date.fromordinal(back_on.toordinal() - 1)
    return _arrangement(PlanKind.ILLNESS, Code.I, starts, pm(ends or last), position)._replace(
        return_expected_on=back_on,
        evidence_seen=evidence_seen,
        stated_on=stated_on or starts.on,
    )


def exclusion(starts: Session, ends: Session | None, position: int = 900) -> Arrangement:
    return _arrangement(PlanKind.EXCLUSION, Code.E, starts, ends, position)._replace(
        permanent=ends is None
    )


def timetable(starts: date, ends: date, *reviews_on: date, position: int = 900) -> Arrangement:
    return _arrangement(
        PlanKind.PART_TIME_TIMETABLE, Code.C2, am(starts), pm(ends), position
    )._replace(pattern=MORNINGS, reviews_on=reviews_on)


def taught_elsewhere(
    code: Code,
    starts: Session,
    ends: Session | None = None,
    position: int = 950,
) -> Arrangement:
    kind = PlanKind.DUAL_REGISTRATION if code is Code.D else PlanKind.ACTIVITY
    return _arrangement(kind, code, starts, ends, position)


def _arrangement(
    kind: PlanKind, code: Code, starts: Session, ends: Session | None, position: int
) -> Arrangement:
    return Arrangement(
        plan=UUID(int=position),
        kind=kind,
        code=code,
        starts=starts,
        ends=ends,
        pattern=EVERY_SESSION,
        position=position,
        stated_on=starts.on,
    )

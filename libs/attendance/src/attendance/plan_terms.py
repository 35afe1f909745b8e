"""Which arrangement which code may lean on, and what the law asks before it starts: dated data.

Source: SI 2024/208 reg 10 Tables 2 and 3 and reg 11. Where a row says "recalled", its paragraph
wasn't read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attendance.codes import Code


class PlanKind(StrEnum):
    """What sort of arrangement a plan is."""

    LEAVE = "leave"
    PART_TIME_TIMETABLE = "part-time-timetable"
    EXCLUSION = "exclusion"
    ILLNESS = "illness"
    DUAL_REGISTRATION = "dual-registration"
    ACTIVITY = "activity"


class LeavePurpose(StrEnum):
    """What leave of absence is asked for."""

    REGULATED_PERFORMANCE = "regulated-performance"
    MEDICAL_APPOINTMENT = "medical-appointment"
    INTERVIEW = "interview"
    STUDY = "study"
    EXCEPTIONAL_CIRCUMSTANCES = "exceptional-circumstances"
    RELIGIOUS_OBSERVANCE = "religious-observance"
    TRAVELLING = "travelling"


class Beforehand(StrEnum):
    """What must have been done by the day an arrangement starts."""

    NOTHING = "nothing"
    ASKED = "asked"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """What an entry with a code may lean on, as the law stands between two dates."""

    code: Code
    kind: PlanKind
    purpose: LeavePurpose | None = None  # of leave
    beforehand: Beforehand = Beforehand.NOTHING
    source: str
    in_force_from: date = date(2024, 8, 19)
    in_force_to: date | None = None


REG_10: Final = "SI 2024/208 reg 10, Table 2"
LEAVE: Final = PlanKind.LEAVE
ACTIVITY: Final = PlanKind.ACTIVITY

TERMS: Final = (
    PlanTerms(code=Code.C1, kind=LEAVE, purpose=LeavePurpose.REGULATED_PERFORMANCE,
              source="SI 2024/208 reg 11(2)"),
    PlanTerms(code=Code.M, kind=LEAVE, purpose=LeavePurpose.MEDICAL_APPOINTMENT,
              source="SI 2024/208 reg 11 (recalled)"),
    PlanTerms(code=Code.J1, kind=LEAVE, purpose=LeavePurpose.INTERVIEW,
              beforehand=Beforehand.ASKED, source="SI 2024/208 reg 11(4)"),
    PlanTerms(code=Code.S, kind=LEAVE, purpose=LeavePurpose.STUDY,
              beforehand=Beforehand.AGREED, source="SI 2024/208 reg 11(5)"),
    PlanTerms(code=Code.C, kind=LEAVE, purpose=LeavePurpose.EXCEPTIONAL_CIRCUMSTANCES,
              beforehand=Beforehand.ASKED, source="SI 2024/208 reg 11 (recalled)"),
    PlanTerms(code=Code.R, kind=LEAVE, purpose=LeavePurpose.RELIGIOUS_OBSERVANCE,
              source="Education Act 1996 s444(3)(c); SI 2024/208 reg 10, Table 3"),
    PlanTerms(code=Code.T, kind=LEAVE, purpose=LeavePurpose.TRAVELLING,
              source="SI 2024/208 reg 10, Table 3 (recalled)"),
    PlanTerms(code=Code.C2, kind=PlanKind.PART_TIME_TIMETABLE,
              beforehand=Beforehand.AGREED, source="SI 2024/208 reg 11(6)"),
    PlanTerms(code=Code.E, kind=PlanKind.EXCLUSION,
              source="SI 2024/208 reg 10, Table 3 (recalled); Education Act 2002 s51A (recalled)"),
    PlanTerms(code=Code.I, kind=PlanKind.ILLNESS,
              source="SI 2024/208 reg 10, Table 3 (recalled)"),
    PlanTerms(code=Code.D, kind=PlanKind.DUAL_REGISTRATION, source=f"{REG_10} (recalled)"),
    PlanTerms(code=Code.V, kind=ACTIVITY, source="SI 2024/208 reg 10(3)"),
    PlanTerms(code=Code.P, kind=ACTIVITY, source="SI 2024/208 reg 10(3) and (11)"),
    PlanTerms(code=Code.W, kind=ACTIVITY, source="SI 2024/208 reg 10(11) (recalled)"),
    PlanTerms(code=Code.B, kind=ACTIVITY, source="SI 2024/208 reg 10(11) (recalled)"),
    PlanTerms(code=Code.K, kind=ACTIVITY, source="SI 2024/208 reg 10(3)"),
)  # fmt: skip

CODE_OF_LEAVE: Final[Mapping[LeavePurpose, Code]] = MappingProxyType(
    {row.purpose: row.code for row in TERMS if row.purpose is not None}
)
ACTIVITIES: Final = frozenset(row.code for row in TERMS if row.kind is ACTIVITY)


def terms_of(code: Code, on: date) -> PlanTerms | None:
    """Find the terms for an arrangement that starts on a date; None where older law governs."""
    return next(
        (
            row
            for row in TERMS
            if row.code is code
            and row.in_force_from <= on
            and (row.in_force_to is None or on <= row.in_force_to)
        ),
        None,
    )

"""The attendance codes as data: one row each, with its source and the days it is in force.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208 reg 10, in
force 19 August 2024; the statistical classes as the Department's published figures count them. The
codes that came before are needed for registers that other systems kept: those regulations, SI
2006/1751, weren't read, so their days and meanings are recalled.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from attendance.code_definition import (
    Code,
    CodeDefinition,
    LegalTable,
    PhysicalView,
    StatisticalClass,
)
from attendance.session import Half

IN_FORCE_FROM: Final = date(2024, 8, 19)
BEFORE: Final = date(2006, 9, 1)  # SI 2006/1751, recalled
LAST_DAY_BEFORE: Final = date(2024, 8, 18)

AM: Final = frozenset({Half.AM})
PM: Final = frozenset({Half.PM})
EITHER: Final = frozenset(Half)

T1: Final = LegalTable.PRESENT
T2: Final = LegalTable.ATTENDING_ELSEWHERE
T3: Final = LegalTable.ABSENT_OR_UNABLE

REG_10_2: Final = "SI 2024/208 reg 10(2), Table 1"
REG_10_3: Final = "SI 2024/208 reg 10(3), Table 2"
REG_10_TABLE_3: Final = "SI 2024/208 reg 10, Table 3"
REG_11: Final = "SI 2024/208 reg 10, Table 3, with reg 11 (leave of absence)"
REG_10_7: Final = "SI 2024/208 reg 10(7) to (9)"
GUIDANCE: Final = "Working together to improve school attendance (DfE), register codes"
SI_2006_1751: Final = "SI 2006/1751 with the Department's codes of that time (recalled)"

EARLIER_DAYS: Final = "before 19 August 2024 recalled"

NEW_IN_2024: Final = frozenset(
    {Code.K, Code.C1, Code.J1, Code.C2, Code.Q, Code.Y1, Code.Y2, Code.Y3, Code.Y4, Code.Y5}
    | {Code.Y6, Code.Y7}
)
LEGACY: Final = frozenset({Code.H, Code.J, Code.Y, Code.F})


def _row(
    code: Code,
    description: str,
    legal: LegalTable,
    views: tuple[PhysicalView, StatisticalClass],
    constraints: str,
    source: str,
    *,
    halves: frozenset[Half] = EITHER,
    detail_required: str | None = None,
) -> CodeDefinition:
    physical, statistical = views
    elsewhere = physical is PhysicalView.ELSEWHERE
    return CodeDefinition(
        code=code,
        description=description,
        legal=legal,
        physical=physical,
        statistical=statistical,
        halves=halves,
        # D is elsewhere too, but the other school records that attendance.
        approved_educational_activity=elsewhere and statistical is StatisticalClass.ATTENDING,
        detail_required=detail_required,
        constraints=constraints,
        in_force_from=IN_FORCE_FROM if code in NEW_IN_2024 else BEFORE,
        in_force_to=LAST_DAY_BEFORE if code in LEGACY else None,
        source=source if code in NEW_IN_2024 | LEGACY else f"{source}; {EARLIER_DAYS}",
    )


_HERE: Final = (PhysicalView.AT_SCHOOL, StatisticalClass.ATTENDING)
_AWAY: Final = (PhysicalView.ELSEWHERE, StatisticalClass.ATTENDING)
_DUAL: Final = (PhysicalView.ELSEWHERE, StatisticalClass.NOT_POSSIBLE)
_LEAVE: Final = (PhysicalView.ABSENT, StatisticalClass.AUTHORISED)
_NOT_DUE: Final = (PhysicalView.ABSENT, StatisticalClass.NOT_POSSIBLE)
_UNABLE: Final = (PhysicalView.UNABLE, StatisticalClass.NOT_POSSIBLE)
_UNAUTHORISED: Final = (PhysicalView.ABSENT, StatisticalClass.UNAUTHORISED)
_AFTER_CLOSE: Final = (PhysicalView.ARRIVED_LATE, StatisticalClass.UNAUTHORISED)
_NOT_ON_ROLL: Final = (PhysicalView.NOT_ON_ROLL, StatisticalClass.NOT_COLLECTED)
_CLOSED: Final = (PhysicalView.CLOSED, StatisticalClass.NOT_COLLECTED)

ROWS: Final = (
    _row(Code.PRESENT_AM, "Present, morning", T1, _HERE,
         "At the school when the taking of the morning register begins.", REG_10_2, halves=AM),
    _row(Code.PRESENT_PM, "Present, afternoon", T1, _HERE,
         "At the school when the taking of the afternoon register begins.", REG_10_2, halves=PM),
    _row(Code.L, "Late, before the register closed", T1, _HERE,
         "Arrived after taking began and before it ended, at most 30 minutes later.", REG_10_2),
    _row(Code.K, "Attending provision arranged by the local authority", T2, _AWAY,
         "Actually attends; a place that is not a school where the pupil is registered.", REG_10_3),
    _row(Code.V, "Educational visit or trip", T2, _AWAY,
         "Arranged by or for the school and supervised by its staff.", REG_10_3),
    _row(Code.P, "Sporting activity", T2, _AWAY,
         "Approved and suitably supervised (reg 10(11)).", REG_10_3),
    _row(Code.W, "Work experience", T2, _AWAY,
         "Arranged as part of the pupil's education; approved and supervised.", REG_10_3),
    _row(Code.B, "Other approved educational activity", T2, _AWAY,
         "Attends a place under suitable supervision; never remote learning at home.", REG_10_3,
         detail_required="the nature of the activity"),
    _row(Code.D, "Dual registered, due at the other school", T2, _DUAL,
         "Registered at both; the other school records the attendance.", REG_10_3),
    _row(Code.C1, "Leave: regulated performance or employment abroad", T3, _LEAVE,
         "Only those lawful purposes (reg 11(2)).", REG_11),
    _row(Code.M, "Leave: medical or dental appointment", T3, _LEAVE,
         "A pupil who registers first and leaves for it afterwards was present.", REG_11),
    _row(Code.J1, "Leave: interview for employment or for another institution", T3, _LEAVE,
         "Asked for in advance (reg 11(4)).", REG_11),
    _row(Code.S, "Leave: study for a public examination", T3, _LEAVE,
         "Agreed in advance (reg 11(5)).", REG_11),
    _row(Code.X, "Not of compulsory school age and not required to attend", T3, _NOT_DUE,
         "Only on a date when the pupil is not of compulsory school age.", REG_10_TABLE_3),
    _row(Code.C2, "Leave: temporary part-time timetable", T3, _LEAVE,
         "Only of compulsory school age; times and dates agreed beforehand (reg 11(6)).", REG_11),
    _row(Code.C, "Leave: exceptional circumstances", T3, _LEAVE,
         "Applied for in advance; leisure is not exceptional.", REG_11),
    _row(Code.T, "Travelling with a parent for their occupation", T3, _LEAVE,
         "The trade or business requires the travel, agreed with the school.", REG_10_TABLE_3),
    _row(Code.R, "Religious observance", T3, _LEAVE,
         "A day set apart by the parents' religious body (EA 1996 s444(3)(c)).", REG_10_TABLE_3),
    _row(Code.I, "Illness", T3, _LEAVE,
         "Of body or mind; not an appointment.", REG_10_TABLE_3),
    _row(Code.E, "Suspended or permanently excluded", T3, _LEAVE,
         "Only while no alternative provision is made.", REG_10_TABLE_3),
    _row(Code.Q, "Unable to attend: no access arrangements", T3, _UNABLE,
         "The local authority owes this pupil travel arrangements.", REG_10_TABLE_3),
    _row(Code.Y1, "Unable to attend: usual transport not available", T3, _UNABLE,
         "Beyond walking distance, and transport is normally provided.", REG_10_TABLE_3),
    _row(Code.Y2, "Unable to attend: widespread disruption of travel", T3, _UNABLE,
         "A local, national or international emergency.", REG_10_TABLE_3),
    _row(Code.Y3, "Unable to attend: part of the premises closed", T3, _UNABLE,
         "Unavoidably out of use, and the rest can't take the pupil.", REG_10_TABLE_3),
    _row(Code.Y4, "Unable to attend: whole site closed unexpectedly", T3, _UNABLE,
         "The session was due to be held; entered for every pupil.", REG_10_TABLE_3),
    _row(Code.Y5, "Unable to attend: in criminal justice detention", T3, _UNABLE,
         "Police detention, remand, or a sentence of detention.", REG_10_TABLE_3),
    _row(Code.Y6, "Unable to attend: public health law or guidance", T3, _UNABLE,
         "Travel or attendance would be contrary to it.", REG_10_TABLE_3),
    _row(Code.Y7, "Unable to attend: other unavoidable cause", T3, _UNABLE,
         "A cause that affects the pupil and that no other code covers.", REG_10_TABLE_3,
         detail_required="the nature of the circumstances"),
    _row(Code.G, "Holiday without leave", T3, _UNAUTHORISED,
         "Absent without leave for the purpose of a holiday.", REG_10_TABLE_3),
    _row(Code.N, "Reason not yet established", T3, _UNAUTHORISED,
         "To be replaced within five school days of the session.", REG_10_7),
    _row(Code.O, "Absent in other or unknown circumstances", T3, _UNAUTHORISED,
         "No other code applies, or the reason given doesn't satisfy the school.", REG_10_TABLE_3),
    _row(Code.U, "Arrived after the register closed", T3, _AFTER_CLOSE,
         "Attended before the session ended, and no other code applies.", REG_10_TABLE_3),
    _row(Code.Z, "Not yet on the admission register", LegalTable.ADMINISTRATIVE, _NOT_ON_ROLL,
         "Only before the starting day; no entry in law.", GUIDANCE),
    _row(Code.PLANNED_CLOSURE, "Planned closure of the whole school", LegalTable.ADMINISTRATIVE,
         _CLOSED, "Known in advance: holidays, training days, polling.", GUIDANCE),
    _row(Code.H, "Family holiday, agreed", T3, _LEAVE,
         "Only for days before 19 August 2024; now leave of absence or none.", SI_2006_1751),
    _row(Code.J, "At an interview", T2, _AWAY,
         "Only for days before 19 August 2024; now J1, which is an absence.", SI_2006_1751),
    _row(Code.Y, "Unable to attend: exceptional circumstances", T3, _UNABLE,
         "Only for days before 19 August 2024; now Y1 to Y7.", SI_2006_1751),
    _row(Code.F, "Extended family holiday, agreed", T3, _LEAVE,
         "Only for days before 19 August 2024.", SI_2006_1751),
)  # fmt: skip

CODE_TABLE: Final[Mapping[Code, CodeDefinition]] = MappingProxyType({row.code: row for row in ROWS})

"""What an attendance code is: its name and the three views of it. The table itself is elsewhere."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attendance.session import Half


class Code(StrEnum):
    """The attendance and absence codes, by what is written in the register.

    Those of SI 2024/208 reg 10, and four that went out of use with it. A member is named as its
    code, save for the three whose code isn't a letter.
    """

    # Codes are looked up by the million; Enum's own hash is a Python call, str's is not.
    __hash__ = str.__hash__

    PRESENT_AM = "/"
    PRESENT_PM = "\\"
    L = "L"
    K = "K"
    V = "V"
    P = "P"
    W = "W"
    B = "B"
    D = "D"
    C1 = "C1"
    M = "M"
    J1 = "J1"
    S = "S"
    X = "X"
    C2 = "C2"
    C = "C"
    T = "T"
    R = "R"
    I = "I"  # noqa: E741 - the statutory code for illness
    E = "E"
    Q = "Q"
    Y1 = "Y1"
    Y2 = "Y2"
    Y3 = "Y3"
    Y4 = "Y4"
    Y5 = "Y5"
    Y6 = "Y6"
    Y7 = "Y7"
    G = "G"
    N = "N"
    O = "O"  # noqa: E741 - the statutory code for absence in other circumstances
    U = "U"
    Z = "Z"
    PLANNED_CLOSURE = "#"
    # Of earlier regulations; new members come last, since their order is a stored one.
    H = "H"
    J = "J"
    Y = "Y"
    F = "F"


class LegalTable(StrEnum):
    """The table of reg 10 that a code is from; the administrative marks are from none."""

    PRESENT = "table-1"
    ATTENDING_ELSEWHERE = "table-2"
    ABSENT_OR_UNABLE = "table-3"
    ADMINISTRATIVE = "administrative"


class PhysicalView(StrEnum):
    """Where the pupil was, which a fire list needs and the statistics don't tell."""

    AT_SCHOOL = "at-school"
    ELSEWHERE = "elsewhere"
    ABSENT = "absent"
    ARRIVED_LATE = "absent-late"  # absent in law for the session, yet on the site
    UNABLE = "unable"
    NOT_ON_ROLL = "not-on-roll"
    CLOSED = "closed"


class StatisticalClass(StrEnum):
    """How the Department's statistics count a session; attended or absent is possible."""

    ATTENDING = "attending"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not-possible"
    NOT_COLLECTED = "not-collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDefinition:
    """One row of the code table, with the days it is in force."""

    code: Code
    description: str
    legal: LegalTable
    physical: PhysicalView
    statistical: StatisticalClass
    halves: frozenset[Half]  # the sessions it may be entered in
    approved_educational_activity: bool
    detail_required: str | None  # what the entry must state besides the code
    constraints: str
    in_force_from: date
    in_force_to: date | None  # the last day; None while it is in force
    source: str

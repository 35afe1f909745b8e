"""The grounds on which a pupil's name is deleted from the admission register, as dated data.

Each with the conditions that go with it. Judges nothing: `deletion` does. Of reg 9 the text of
paragraphs (1)(a) to (e) was read; the other conditions, and all of reg 9(3), are recalled, and each
says so in its source.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208, reg 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attendance.codes import Code
from attendance.rules.attendance_return import AttendanceReturnTerms
from attendance.rules.terms import Source

IN_FORCE_FROM: Final = date(2024, 8, 19)


class Letter(StrEnum):
    """The paragraphs of reg 9(1)."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"
    F = "f"
    G = "g"
    H = "h"
    I = "i"  # noqa: E741 - the regulation's own letter
    J = "j"
    K = "k"
    L = "l"
    M = "m"
    N = "n"
    O = "o"  # noqa: E741 - the regulation's own letter


class Sort(StrEnum):
    """What is stated of a condition."""

    YES = "yes"  # that it is met; stated as true
    DAY = "day"  # the day on which it came to be met


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must be so for a ground to apply.

    Attributes:
        name: as a request states it.
        required_from: from which day of deletion it must be stated; None: it is asked for only.
        source: where it is written, when not where its ground is.
    """

    name: str
    sort: Sort
    meaning: str
    required_from: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A ground of reg 9(1), with what goes with it.

    Attributes:
        any_age: whether it is one for pupils who aren't of compulsory school age too (reg 9(3)).
        boarders: whether it is for boarders alone, or for all others; None: for both.
    """

    letter: Letter
    meaning: str
    conditions: tuple[Condition, ...] = ()
    any_age: bool = False
    boarders: bool | None = None
    source: Source
    in_force_from: date = IN_FORCE_FROM
    in_force_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it was a ground on the day of a deletion."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


def _yes(name: str, meaning: str) -> Condition:
    return Condition(name, Sort.YES, meaning)


def _day(name: str, meaning: str) -> Condition:
    return Condition(name, Sort.DAY, meaning)


def _read(letter: str) -> Source:
    return Source("SI 2024/208", f"reg 9(1)({letter})", IN_FORCE_FROM)


def _recalled(letter: str) -> Source:
    return Source("SI 2024/208", f"reg 9(1)({letter}) (conditions recalled)", IN_FORCE_FROM)


NO_ORDER: Final = _yes("no_school_attendance_order", "no school attendance order is in force")
NOT_MAIN_SCHOOL: Final = _yes(
    "not_main_school_of_mobile_child",
    "this isn't the main school of a child whose parent travels for their trade",
)
NOT_EXPECTED_BACK: Final = _yes(
    "not_expected_back", "there are no reasonable grounds to believe the pupil will attend again"
)
NOT_PREVENTED: Final = _yes(
    "not_ill_nor_prevented",
    "there are no reasonable grounds to believe that illness or an unavoidable cause prevents "
    "attendance",
)
JOINT_ENQUIRIES: Final = _yes(
    "joint_enquiries", "school and authority have made reasonable enquiries together"
)
LA_CONSENT: Final = Condition(
    "la_consent",
    Sort.YES,
    "the authority consents, where the child is a relevant one",
    required_from=None,  # no day was set yet: once one is, it stands here
    source="Education Act 1996 s434A, inserted by the Children's Wellbeing and Schools Act 2026 "
    "s37: enacted on 29 April 2026, not in force",
)

_ALL: Final = (
    Ground(
        letter=Letter.A,
        meaning="registered at another school",
        conditions=(
            _yes("no_order_names_this_school", "no school attendance order names this school"),
            NOT_MAIN_SCHOOL,
            _yes("no_dual_registration", "it wasn't agreed that the pupil stays at both schools"),
        ),
        any_age=True,
        source=_read("a"),
    ),
    Ground(
        letter=Letter.B,
        meaning="nursery education completed, not going on to reception here",
        conditions=(
            _yes("would_move_up", "the pupil would have moved up to reception or a later year"),
            NOT_EXPECTED_BACK,
        ),
        any_age=True,
        source=_read("b"),
    ),
    Ground(
        letter=Letter.C,
        meaning="registered at another school as well, whose proprietor agrees",
        conditions=(
            NOT_EXPECTED_BACK,
            _yes("other_schools_agree", "every other school where the pupil is registered agrees"),
            NO_ORDER,
            NOT_MAIN_SCHOOL,
        ),
        source=_read("c"),
    ),
    Ground(
        letter=Letter.D,
        meaning="a school attendance order was amended to name another school",
        conditions=(_day("order_amended_on", "when the authority amended the order"),),
        source=_read("d"),
    ),
    Ground(
        letter=Letter.E,
        meaning="a school attendance order was revoked, education being arranged otherwise",
        conditions=(_day("order_revoked_on", "when the authority revoked the order"),),
        source=_read("e"),
    ),
    Ground(
        letter=Letter.F,
        meaning="educated otherwise than at school, as a parent has told the school in writing",
        conditions=(
            _day("parent_wrote_on", "the day of the parent's letter"),
            _day(
                "educated_otherwise_from", "after which day the pupil isn't to attend, as written"
            ),
            NO_ORDER,
            _yes("la_approval", "the authority approves, of a special school where it placed them"),
            LA_CONSENT,
        ),
        source=_recalled("f"),
    ),
    Ground(
        letter=Letter.G,
        meaning="no longer normally lives within a reasonable distance",
        conditions=(_day("moved_on", "when the pupil moved"),),
        boarders=False,
        source=_recalled("g"),
    ),
    Ground(
        letter=Letter.H,
        meaning="did not come back within ten school days of the end of a leave of absence",
        conditions=(
            _day("leave_ended_on", "the last day of the leave"),
            NOT_PREVENTED,
            JOINT_ENQUIRIES,
        ),
        source=_recalled("h"),
    ),
    Ground(
        letter=Letter.I,
        meaning="absent without leave for twenty school days on end",
        conditions=(NOT_PREVENTED, JOINT_ENQUIRIES),
        any_age=True,
        source=_recalled("i"),
    ),
    Ground(
        letter=Letter.J,
        meaning="detained under a sentence of detention",
        conditions=(
            _day("detained_on", "when the detention began"),
            _yes("four_months_or_more", "the sentence is of four months or more"),
            NOT_EXPECTED_BACK,
        ),
        source=_recalled("j"),
    ),
    Ground(
        letter=Letter.K,
        meaning="died",
        conditions=(_day("died_on", "the day of death"),),
        any_age=True,
        source=_recalled("k"),
    ),
    Ground(
        letter=Letter.L,
        meaning="over compulsory school age before the school next meets, and not staying on",
        conditions=(_yes("not_staying_on", "the pupil isn't going on to the sixth form here"),),
        any_age=True,
        source=_recalled("l"),
    ),
    Ground(
        letter=Letter.M,
        meaning="a boarder of a maintained school or academy whose fees are unpaid",
        conditions=(_day("term_ended_on", "the end of the term for which they are unpaid"),),
        boarders=True,
        source=_recalled("m"),
    ),
    Ground(
        letter=Letter.N,
        meaning="ceased to be a pupil of an independent or non-maintained special school",
        conditions=(_day("ceased_on", "when they ceased to be one"),),
        any_age=True,
        source=_recalled("n"),
    ),
    Ground(
        letter=Letter.O,
        meaning="permanently excluded",
        conditions=(
            _day("excluded_on", "the day of the permanent exclusion"),
            _yes("review_over", "its review is over, or can no longer be asked for"),
        ),
        any_age=True,
        source=_recalled("o"),
    ),
)

GROUNDS: Final[Mapping[Letter, Ground]] = MappingProxyType({each.letter: each for each in _ALL})
"""Which are for pupils who aren't of compulsory school age is recalled (reg 9(3) unread)."""

CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType(
    {condition.name: condition for ground in _ALL for condition in ground.conditions}
)
"""Every condition there is, by its name; one that several grounds have means the same in each."""

ABSENT_WITHOUT_LEAVE: Final = AttendanceReturnTerms(
    rule="deletion-ground-i",
    school_days=20,
    codes=frozenset({Code.G, Code.N, Code.O}),
    source=_recalled("i"),
    in_force_from=IN_FORCE_FROM,
)
"""Interpretation (decision 0022): U breaks such an absence, the pupil having come to school."""

RETURN_WITHIN: Final = 10
"""School days after a leave has ended (reg 9(1)(h), recalled)."""

"""When an entry can matter to each rule, told for little: a necessary condition and no judgement.

Of an entry of a session after all the pupil's others, which leaves every earlier finding alone: so
only what it may begin or end is asked. A rule without a condition here is asked at every entry. A
test compares them with the rules themselves (docs/decisions/0014).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.rules import (
    at_risk_of_persistent_absence,
    attendance_return,
    ehcp_attendance_fall,
    exclusion_sixth_day,
    illness_evidence,
    penalty_notice_threshold,
    persistent_absence,
    reason_not_established_overdue,
    sickness_return,
    social_worker_absence,
)
from attendance.rules.facts import PupilFacts
from attendance.rules.terms import Terms
from attendance.session import Half, Session

from thresholds.packing import (
    ABSENT_BYTES,
    BYTE_OF,
    NOT_ABSENT,
    POSSIBLE_BYTES,
    UNAUTHORISED_BYTES,
    PupilYear,
    first_day,
    sessions_of,
)

ILL: Final = BYTE_OF[Code.I]
UNEXPLAINED: Final = BYTE_OF[Code.N]
EXCLUDED: Final = BYTE_OF[Code.E]


@dataclass(frozen=True, slots=True)
class Made:
    """An entry that was just made, and the pupil's academic year up to it.

    Attributes:
        years: all that were read, as they were entered, by first calendar year.
        possible: the bytes of the year's possible sessions that were due, oldest first.
        absent: how many of them are absences.
    """

    year: int
    slot: int
    byte: int
    years: Mapping[int, PupilYear]
    possible: bytes
    absent: int
    facts: PupilFacts

    @property
    def session(self) -> Session:
        """The session it is of."""
        return sessions_of(self.year)[self.slot]

    @property
    def ill(self) -> int:
        """How many sessions were entered with I."""
        return sum(year.sessions.count(ILL) for year in self.years.values())

    @property
    def counts(self) -> tuple[int, int]:
        """Absences and possible sessions of the year, this one included."""
        return self.absent, len(self.possible)

    @property
    def counts_before(self) -> tuple[int, int]:
        """The same, without this one."""
        was_possible = self.byte in POSSIBLE_BYTES
        return self.absent - (self.byte in ABSENT_BYTES), len(self.possible) - was_possible


# Any terms: each condition is asked with those of its own rule, which a mapping can't say.
Condition: TypeAlias = Callable[[Made, Any], bool]
Holds: TypeAlias = Callable[[int, int], bool]


def _turns(made: Made, terms: Terms, holds: Holds) -> bool:
    """Whether a rate begins or ceases to hold, or may for the day's sake alone."""
    if made.byte not in POSSIBLE_BYTES:
        return False
    after, before = holds(*made.counts), holds(*made.counts_before)
    return after is not before or (after and not _judge_year(terms, made.year))


def _judge_year(terms: Terms, year: int) -> bool:
    """Whether terms judge every day of an academic year."""
    last = terms.in_force_to
    return terms.in_force_from <= first_day(year) and (last is None or first_day(year + 1) <= last)


def _rate(made: Made, terms: persistent_absence.AbsenceTerms) -> bool:
    return _turns(made, terms, partial(persistent_absence.reaches, terms))


def _band(made: Made, terms: at_risk_of_persistent_absence.AtRiskTerms) -> bool:
    return _turns(
        made,
        terms,
        lambda absent, possible: (
            possible >= terms.fewest_possible
            and terms.from_one_in * absent >= possible > terms.below_one_in * absent
        ),
    )


def _fall(made: Made, terms: ehcp_attendance_fall.AttendanceFallTerms) -> bool:
    stated = {each.characteristic for each in made.facts.characteristics}
    if ehcp_attendance_fall.PLAN not in stated or made.byte not in POSSIBLE_BYTES:
        return False
    without = made.possible[:-1]
    return _fallen(made.possible, terms) or _fallen(without, terms)


def _fallen(possible: bytes, terms: ehcp_attendance_fall.AttendanceFallTerms) -> bool:
    window = terms.window_sessions
    before = len(possible) - window
    if before < max(terms.fewest_before, 1):
        return False
    absent_before = len(possible[:before].translate(None, NOT_ABSENT))
    absent = len(possible[before:].translate(None, NOT_ABSENT))
    return 100 * (absent * before - absent_before * window) >= (
        terms.percentage_points * before * window
    )


def _of_social_worker(made: Made, terms: social_worker_absence.SocialWorkerTerms) -> bool:
    stated = {each.characteristic for each in made.facts.characteristics}
    if stated.isdisjoint(terms.characteristics) or made.byte not in POSSIBLE_BYTES:
        return False
    if made.byte in UNAUTHORISED_BYTES or len(made.possible) == 1:
        return True  # a run may go on from the year before
    ends_run = made.possible[-2] in UNAUTHORISED_BYTES
    severe = [
        terms.severe_one_in * absent >= possible
        for absent, possible in (made.counts, made.counts_before)
    ]
    return ends_run or any(severe)


def _unauthorised(made: Made, _terms: object) -> bool:
    return made.byte in UNAUTHORISED_BYTES


def _day_missed(made: Made, _terms: object) -> bool:
    if made.byte in UNAUTHORISED_BYTES:
        return True
    # An afternoon on which nothing was possible completes a day whose morning was missed.
    completes = made.byte not in POSSIBLE_BYTES and made.slot % 2 == 1
    return completes and made.years[made.year].sessions[made.slot - 1] in UNAUTHORISED_BYTES


def _unexplained(made: Made, _terms: object) -> bool:
    return made.byte == UNEXPLAINED


def _long_illness(made: Made, terms: illness_evidence.IllnessEvidenceTerms) -> bool:
    if made.byte != ILL:
        return False
    run = len(made.possible) - len(made.possible.rstrip(bytes([ILL])))
    if run == len(made.possible):
        return made.ill > terms.half_days  # it may go on from the year before
    seen = any(each.evidence_seen for each in made.facts.arrangements)
    # A part of the run may be of an earlier time on roll, and so of another illness.
    uncertain = seen or len(made.facts.enrolments) > 1
    return run > terms.half_days if uncertain else run == terms.half_days + 1


def _much_illness(made: Made, terms: sickness_return.SicknessReturnTerms) -> bool:
    if made.byte not in POSSIBLE_BYTES:
        return False
    reported = [each for each in made.facts.arrangements if each.kind is PlanKind.ILLNESS]
    if made.byte == ILL:
        sessions_a_day = 1 if terms.any_session_is_a_day else len(Half)
        return bool(reported) or made.ill >= sessions_a_day * terms.school_days
    # One attended parts what was reported for later from the illness before it.
    return any(each.ends is None or made.session <= each.ends for each in reported)


def _excluded(made: Made, _terms: object) -> bool:
    return made.byte == EXCLUDED


# What attendance may begin or end as well as absence may.
OF_ATTENDANCE: Final[Mapping[str, Condition]] = MappingProxyType(
    {
        persistent_absence.PERSISTENT_ABSENCE: _rate,
        persistent_absence.SEVERE_ABSENCE: _rate,
        at_risk_of_persistent_absence.RULE: _band,
        ehcp_attendance_fall.RULE: _fall,
        social_worker_absence.RULE: _of_social_worker,
        sickness_return.RULE: _much_illness,
    }
)

CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType(
    {
        **OF_ATTENDANCE,
        penalty_notice_threshold.RULE: _unauthorised,
        attendance_return.RULE: _day_missed,
        reason_not_established_overdue.RULE: _unexplained,
        illness_evidence.RULE: _long_illness,
        exclusion_sixth_day.RULE: _excluded,
    }
)

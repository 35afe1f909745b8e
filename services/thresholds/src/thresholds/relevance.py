"""Which rules something can matter to, told for little: most registers ask no rule.

A necessary condition, never a judgement: what it passes over, asking would have left as it was
(docs/decisions/0014, and a test that compares the two).
"""

from collections.abc import Mapping, MutableMapping
from typing import Final

from attendance.rules import attendance_return, illness_evidence, penalty_notice_threshold
from attendance.rules.catalogue import RULES
from attendance.rules.rule import About, Cause, never

from thresholds.conditions import CONDITIONS, ILL, OF_ATTENDANCE, UNEXPLAINED, Made
from thresholds.digest import Change
from thresholds.due import Due
from thresholds.facts import FactsInTime
from thresholds.packing import ATTENDING_BYTES, NOT_ABSENT, NOT_POSSIBLE, PupilYear
from thresholds.school import School, SchoolInTime

OF_PUPILS: Final = frozenset(slug for slug, rule in RULES.items() if rule.about is About.PUPIL)

# What asks nothing of entries that most pupils have every day; the others are asked one by one.
UNCONDITIONAL: Final = frozenset(
    slug for slug in OF_PUPILS if Cause.ENTRIES in RULES[slug].causes and slug not in CONDITIONS
)


def _of_cause(cause: Cause) -> frozenset[str]:
    """List the rules about pupils whose findings something may change."""
    return frozenset(slug for slug in OF_PUPILS if cause in RULES[slug].causes)


OF_ENTRIES: Final = _of_cause(Cause.ENTRIES)
OF_ADMISSION: Final = _of_cause(Cause.ADMISSION)
OF_PLANS: Final = _of_cause(Cause.PLANS)
OF_DECISIONS: Final = _of_cause(Cause.DECISIONS)
OF_TIME: Final = frozenset(slug for slug in OF_PUPILS if RULES[slug].wakes is not never)


def may_wake(byte: int) -> bool:
    """Whether an entry is one that a rule may come back to by time alone."""
    return byte == UNEXPLAINED


def put(years: MutableMapping[int, PupilYear], change: Change) -> bool:
    """Put a change in force in a pupil's years.

    Args:
        years: by first calendar year: that of the change, if there is one yet, and all later ones.

    Returns:
        Whether it is the pupil's first entry of a session after all the others.
    """
    position, (year, slot), byte, _ = change
    entries = years.get(year)
    if entries is None:
        entries = years[year] = PupilYear.unpacked(b"", b"")
    newest = slot >= len(entries.sessions) and (len(years) == 1 or max(years) == year)
    entries.enter(slot, byte, position)
    return newest


def stirred(
    years: MutableMapping[int, PupilYear], change: Change, school: SchoolInTime, facts: FactsInTime
) -> frozenset[str]:
    """Put a change in force, and name the rules whose findings, or wakes, it may change.

    Args:
        years: as `put` takes them.
        school: through the change's position, as the pupil's facts are.
    """
    if not put(years, change):
        return OF_ENTRIES
    year, slot = change.place
    entries = years[year]
    attended, stated = change.byte in ATTENDING_BYTES, facts.at(change.position)
    if attended and not (entries.positions or stated.arrangements or _is_first(entries)):
        return UNCONDITIONAL  # as nearly every entry is
    then = school.at(change.position)
    counted = Due(then.timetable, stated.placements).held(year, entries.sessions)
    possible = counted.translate(None, NOT_POSSIBLE)
    absent = len(possible.translate(None, NOT_ABSENT))
    made = Made(year, slot, change.byte, years, possible, absent, stated)
    rules = set(UNCONDITIONAL)
    for slug, may_matter in (OF_ATTENDANCE if attended else CONDITIONS).items():
        for terms in then.terms[slug]:  # in loops: this is asked at every absence
            if may_matter(made, terms):
                rules.add(slug)
    return frozenset(rules)


def enough(rule: str, years: Mapping[int, PupilYear], school: School) -> bool:
    """Whether there are entries enough for a rule to find anything."""
    terms = school.terms[rule]
    match rule:
        case penalty_notice_threshold.RULE:
            return any(_unauthorised(years) >= each.sessions for each in terms)
        case attendance_return.RULE:
            return any(_unauthorised(years) >= each.school_days for each in terms)
        case illness_evidence.RULE:
            ill = sum(year.sessions.count(ILL) for year in years.values())
            return any(ill > each.half_days for each in terms)
        case _:
            return True


def _unauthorised(years: Mapping[int, PupilYear]) -> int:
    return sum(year.unauthorised for year in years.values())


def _is_first(entries: PupilYear) -> bool:
    """Whether what came before it in the year was nothing possible, so a run may have gone on."""
    return entries.possible <= 1

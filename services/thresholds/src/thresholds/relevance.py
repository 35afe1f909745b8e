"""Which rules an entry can matter to, told for little: most registers walk no rule.

A necessary condition, never a judgement: what it passes over, the whole walk would have left as it
was (docs/decisions/0014, and a test that compares the two). An entry made in order of sessions
leaves every earlier finding alone, so only what it may complete or end is asked.
"""

from collections.abc import Collection, MutableMapping
from typing import Final, NamedTuple

from attendance.rules import attendance_return, penalty_notice_threshold
from attendance.rules.persistent_absence import PERSISTENT, SEVERE, reaches

from thresholds.digest import Change
from thresholds.due import Due
from thresholds.facts import FactsInTime
from thresholds.packing import (
    ABSENT_BYTES,
    ATTENDING_BYTES,
    POSSIBLE_BYTES,
    UNAUTHORISED_BYTES,
    PupilYear,
)
from thresholds.timetable import Timetable

PENALTY_NOTICE: Final = penalty_notice_threshold.RULE
ATTENDANCE_RETURN: Final = attendance_return.RULE
RATE_TERMS: Final = (PERSISTENT[-1], SEVERE[-1])

UNAUTHORISED_RULES: Final = frozenset({PENALTY_NOTICE, ATTENDANCE_RETURN})
RATE_RULES: Final = frozenset(terms.rule for terms in RATE_TERMS)
RULES: Final = RATE_RULES | UNAUTHORISED_RULES
NONE: Final[frozenset[str]] = frozenset()

# Below so many unauthorised sessions, over all years, a rule can find nothing.
FEWEST_UNAUTHORISED: Final = {
    PENALTY_NOTICE: min(terms.sessions for terms in penalty_notice_threshold.TERMS),
    ATTENDANCE_RETURN: min(terms.school_days for terms in attendance_return.TERMS),
}


class Spell(NamedTuple):
    """A rate that holds, as far as the alerts say: its rule and the academic year's first year."""

    rule: str
    year: int


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
    years: MutableMapping[int, PupilYear],
    change: Change,
    spells: Collection[Spell],
    timetable: Timetable,
    facts: FactsInTime,
) -> frozenset[str]:
    """Put a change in force, and name the rules whose findings it may change.

    Args:
        years: as `put` takes them.
        spells: those that hold according to the alerts raised so far.
        timetable: as it stood once the change had happened.
        facts: the pupil's, through that position.
    """
    if not put(years, change):
        return RULES
    byte = change.byte
    if byte in ATTENDING_BYTES and not spells:
        return NONE  # as nearly every entry is
    year, slot = change.place
    entries = years[year]
    rules = _of_unauthorised(entries, slot, byte)
    due = Due(timetable, facts.at(change.position).placements)
    return rules | _of_rates(due.counted(year, entries), year, byte, spells)


def _of_unauthorised(entries: PupilYear, slot: int, byte: int) -> frozenset[str]:
    if byte in UNAUTHORISED_BYTES:
        return UNAUTHORISED_RULES
    # An afternoon on which nothing was possible completes a day whose morning was missed.
    completes = byte not in POSSIBLE_BYTES and slot % 2 == 1
    if completes and entries.sessions[slot - 1] in UNAUTHORISED_BYTES:
        return frozenset({ATTENDANCE_RETURN})
    return NONE


def _of_rates(
    entries: PupilYear, year: int, byte: int, spells: Collection[Spell]
) -> frozenset[str]:
    held = {spell.rule for spell in spells if spell.year == year}
    if byte not in POSSIBLE_BYTES or not (held or byte in ABSENT_BYTES):
        return NONE
    absent, possible = entries.absent, entries.possible
    return frozenset(
        [
            terms.rule
            for terms in RATE_TERMS
            if reaches(terms, absent, possible) is not (terms.rule in held)
        ]
    )

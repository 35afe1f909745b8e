"""Packed sessions of many pupils added up: the school's figures, a group's, a week's. Pure.

Sums of sessions over sums of possible sessions, and never a mean of rates. Bytes are counted a
whole group at a time, since a year of weeks is forty thousand pupils' weeks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from attendance.codes import Code
from attendance.rules.bands import BANDS, band_of
from attendance.rules.figures import Figures, figures_from
from attendance.rules.persistent_absence import PERSISTENT, SEVERE, reaches

from thresholds.figures.grouping import Packed
from thresholds.figures.spans import SLOTS_A_DAY, WEEK, Part
from thresholds.packing import (
    CODE_OF,
    NOT_ABSENT,
    NOT_POSSIBLE,
    UNAUTHORISED_BYTES,
    first_day,
)

SLOTS_A_WEEK: Final = SLOTS_A_DAY * WEEK
BLANK: Final = b"\0"


@dataclass(slots=True)
class Tally:
    """What some times on roll come to over some days; changes as more is added.

    Attributes:
        by_byte: sessions by code, as packing stores it; 0 is none entered.
        enrolments: times on roll with a possible session, the base of all that counts enrolments.
        by_reason: enrolments with at least one session of a code of absence, by its byte.
        bands: enrolments by their own absence, in the order of `BANDS`.
        possible_on: possible sessions by day of the week, from Monday.
        absent_on: sessions of absence, likewise.
    """

    by_byte: Counter[int] = field(default_factory=Counter)
    enrolments: int = 0
    persistent: int = 0
    severe: int = 0
    with_unauthorised: int = 0
    by_reason: Counter[int] = field(default_factory=Counter)
    bands: list[int] = field(default_factory=lambda: [0] * len(BANDS))
    possible_on: list[int] = field(default_factory=lambda: [0] * WEEK)
    absent_on: list[int] = field(default_factory=lambda: [0] * WEEK)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was entered."""
        return not self.by_byte

    @property
    def figures(self) -> Figures:
        """The sessions, as the law counts them."""
        return figures_from(_by_code(self.by_byte))

    @property
    def enrolments_by_reason(self) -> dict[Code, int]:
        """Enrolments with at least one session of each code of absence."""
        return _by_code(self.by_reason)

    def add(self, other: "Tally") -> None:
        """Add what others come to, of other pupils: an enrolment is in one of the two."""
        self.by_byte += other.by_byte
        self.enrolments += other.enrolments
        self.persistent += other.persistent
        self.severe += other.severe
        self.with_unauthorised += other.with_unauthorised
        self.by_reason += other.by_reason
        self.bands = [a + b for a, b in zip(self.bands, other.bands, strict=True)]
        self.possible_on = [a + b for a, b in zip(self.possible_on, other.possible_on, strict=True)]
        self.absent_on = [a + b for a, b in zip(self.absent_on, other.absent_on, strict=True)]


def tally_of(on_roll: Sequence[Packed], parts: Sequence[Part]) -> Tally:
    """Add up times on roll over a period.

    Args:
        parts: of the period, one an academic year.
    """
    tally = Tally()
    for part in parts:
        _count_sessions(tally, on_roll, part)
    if not tally.is_empty:
        _count_enrolments(tally, _of_each(on_roll, parts))
    return tally


def _of_each(on_roll: Sequence[Packed], parts: Sequence[Part]) -> Iterator[bytes]:
    """Give each time on roll's sessions of a period in one piece."""
    if len(parts) == 1:
        year, first, end = parts[0]
        return (sessions[year][first:end] for sessions in on_roll if year in sessions)
    return (
        b"".join([sessions.get(year, b"")[first:end] for year, first, end in parts])
        for sessions in on_roll
    )


def _count_sessions(tally: Tally, on_roll: Sequence[Packed], part: Part) -> None:
    """Count the sessions of an academic year, all pupils' at once."""
    year, first, end = part
    width = -(-(end - first) // SLOTS_A_WEEK) * SLOTS_A_WEEK  # whole weeks: each starts alike
    together = b"".join(
        [
            sessions[year][first:end].ljust(width, BLANK)
            for sessions in on_roll
            if len(sessions.get(year, b"")) > first
        ]
    )
    entered = together.translate(None, BLANK)
    if not entered:
        return
    tally.by_byte += Counter(entered)
    begins = first_day(year).weekday() * SLOTS_A_DAY + first
    for slot in range(SLOTS_A_WEEK):
        weekday = (begins + slot) % SLOTS_A_WEEK // SLOTS_A_DAY
        of_slot = together[slot::SLOTS_A_WEEK]
        tally.possible_on[weekday] += len(of_slot.translate(None, NOT_POSSIBLE))
        tally.absent_on[weekday] += len(of_slot.translate(None, NOT_ABSENT))


def _count_enrolments(tally: Tally, each: Iterable[bytes]) -> None:
    # Many have the same numbers, and many the same reasons: each is judged once.
    alike: Counter[tuple[int, int]] = Counter()
    reasons: Counter[frozenset[int]] = Counter()
    for sessions in each:
        possible = len(sessions.translate(None, NOT_POSSIBLE))
        if possible:
            absences = sessions.translate(None, NOT_ABSENT)
            alike[len(absences), possible] += 1
            if absences:
                reasons[frozenset(absences)] += 1
    for (absent, possible), enrolments in alike.items():
        tally.enrolments += enrolments
        tally.bands[band_of(absent, possible)] += enrolments
        tally.persistent += enrolments * reaches(PERSISTENT[-1], absent, possible)
        tally.severe += enrolments * reaches(SEVERE[-1], absent, possible)
    for codes, enrolments in reasons.items():
        tally.by_reason.update(dict.fromkeys(codes, enrolments))
        tally.with_unauthorised += enrolments * (not UNAUTHORISED_BYTES.isdisjoint(codes))


def _by_code(by_byte: Counter[int]) -> dict[Code, int]:
    return {code: n for byte, n in sorted(by_byte.items()) if (code := CODE_OF[byte])}

"""What a period of attendance adds up to: possible, attended, absent, late, and their rates.

Source: DfE, Pupil absence statistics: methodology, sections 3.1 and 3.2; the classes of the codes
are the table's. A group's figures are sums of sessions over sums of possible sessions, never a mean
of pupils' rates, so they are made from the group's entries by the same function.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from attendance.codes import ATTENDING, AUTHORISED, LATE, UNAUTHORISED, Code
from attendance.rules.persistent_absence import PERSISTENT, SEVERE, reaches

PLACES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of sessions."""

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int  # codes L and U: one attended, the other absent
    by_code: Mapping[Code, int]  # every code entered, those outside possible sessions too

    @property
    def absent(self) -> int:
        """Authorised and unauthorised absence together."""
        return self.authorised + self.unauthorised

    @property
    def persistent(self) -> bool:
        """Whether absence is at least a tenth; never when nothing was possible."""
        return reaches(PERSISTENT[-1], self.absent, self.possible)

    @property
    def severe(self) -> bool:
        """Whether absence is at least half; never when nothing was possible."""
        return reaches(SEVERE[-1], self.absent, self.possible)


def figures_of(codes: Iterable[Code]) -> Figures:
    """Add up entries, given by their codes."""
    return figures_from(Counter(codes))


def figures_from(by_code: Mapping[Code, int]) -> Figures:
    """Add up entries already counted by code; an unentered session isn't among them."""
    attended = _count(by_code, ATTENDING)
    authorised = _count(by_code, AUTHORISED)
    unauthorised = _count(by_code, UNAUTHORISED)
    return Figures(
        possible=attended + authorised + unauthorised,
        attended=attended,
        authorised=authorised,
        unauthorised=unauthorised,
        late=_count(by_code, LATE),
        by_code=dict(by_code),
    )


def rate(sessions: int, possible: int) -> str | None:
    """State a share of possible sessions in percent to four places, rounded half up.

    In whole numbers throughout: a float would round some halves down.

    Returns:
        Such as "9.7368"; None when nothing was possible.
    """
    if possible == 0:
        return None
    unit = 10**PLACES
    parts = (2 * sessions * 100 * unit + possible) // (2 * possible)
    return f"{parts // unit}.{parts % unit:0{PLACES}d}"


def difference(ours: str | None, theirs: str | None) -> str | None:
    """State by how many percentage points one rate is over another, as both are shown.

    Returns:
        Such as "-0.4211"; None when there is nothing to compare.
    """
    if ours is None or theirs is None:
        return None
    return f"{Decimal(ours) - Decimal(theirs):.{PLACES}f}"


def _count(by_code: Mapping[Code, int], members: frozenset[Code]) -> int:
    return sum(count for code, count in by_code.items() if code in members)

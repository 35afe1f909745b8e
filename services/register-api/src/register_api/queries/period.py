"""Over which days a read may be asked for. Reads nothing itself."""

from typing import Final

from attendance.census import Period
from servicekit.problems import INVALID, ItemProblem, Kind, Problem

LONGEST_DAYS: Final = 366  # an academic year, whichever
TOO_LONG: Final = ItemProblem(
    "/query/to", "period-too-long", f"Ask for at most {LONGEST_DAYS} days."
)
BACKWARDS: Final = ItemProblem(
    "/query/to", "ends-before-start", "The last day is not before the first."
)
PERIOD_REFUSED: Final = Kind(
    INVALID.slug,
    INVALID.title,
    INVALID.status,
    reasons=(BACKWARDS.code, TOO_LONG.code),
    item=TOO_LONG,
)


def must_be_a_period(period: Period) -> None:
    """Refuse days that are none, and more than a year's.

    Raises:
        Problem: the last day comes before the first, or they are too many (422).
    """
    days = (period.last - period.first).days + 1
    if not 1 <= days <= LONGEST_DAYS:
        wrong = BACKWARDS if days < 1 else TOO_LONG
        raise Problem(PERIOD_REFUSED, "1 item is wrong; nothing was read.", [wrong])

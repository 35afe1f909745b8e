"""How pupils are spread over rates of absence: the bands that the Department publishes.

Judged in whole numbers on the count, as persistent absence is: a rounded rate would move some up.

Source: DfE, Absence distributions, academic year 2022/23: enrolments by their own rate of absence.
"""

from typing import Final

WIDTH: Final = 5  # percentage points
OPEN_FROM: Final = 50  # the last band goes to the end

BANDS: Final = (
    *(f"{low}-<{low + WIDTH}" for low in range(0, OPEN_FROM, WIDTH)),
    f"{OPEN_FROM}+",
)
"""The bands by what they are called, in percent of possible sessions, the least absence first."""


def band_of(absent: int, possible: int) -> int:
    """Find the place of an enrolment's absence in `BANDS`.

    Args:
        possible: at least one.
    """
    return min(100 * absent // (WIDTH * possible), OPEN_FROM // WIDTH)

r"""Published figures that the simulated schools are held to, as data.

No register of marks has ever been published, only such totals. What is made of them is the
simulator's business; here stands nothing that isn't in a source.

Sources:
    DfE, Pupil attendance in schools, academic year 2025/26 to 10 July 2026: sessions by
        code, persistent absence.
    DfE, Absence distributions, academic year 2022/23: enrolments by their own rate of absence.
    DfE, Pupil attendance in schools, September and October 2023: absence by day of the week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BAND_WIDTH: Final = 5  # percentage points; the last band is open and ends at 100

# Percentage of possible sessions: primary, secondary, special.
CODE_SHARES: Final = r"""
    /   45.8978  42.8991  42.1155
    \   46.6774  44.2628  42.3848
    L    1.1219   2.7900   0.7667
    B    0.1908   0.2996   0.8892
    K    0.0176   0.0789   0.1013
    P    0.0848   0.1421   0.0477
    V    0.7329   0.7292   0.4643
    W    0.0000   0.3085   0.0612
    C    0.3674   0.4258   1.6754
    C1   0.0033   0.0051   0.0046
    C2   0.1667   0.3210   1.5882
    E    0.0369   0.2887   0.1740
    I    2.7860   3.6270   5.0194
    J1   0.0170   0.0157   0.0100
    M    0.2720   0.3763   1.0150
    R    0.0655   0.0579   0.0534
    S    0.0002   0.1004   0.0227
    T    0.0142   0.0030   0.0065
    G    0.5349   0.3144   0.4074
    N    0.0494   0.0495   0.0692
    O    0.7938   2.6084   2.7999
    U    0.1694   0.2965   0.3234
"""


class Phase(StrEnum):
    """The phases that figures are published for, by the names Rollbook gives them."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigures:
    """What is known of one phase in England. All are percentages."""

    code_shares: Mapping[str, float]  # of possible sessions; they come to 100
    absence_bands: tuple[float, ...]  # of pupils: absent 0 to under 5 %, 5 to under 10 %, … 50 % on
    weekday_absence: tuple[float, ...]  # of sessions, Monday to Friday
    persistent_absence: float  # of pupils: absent for 10 % or more


def _code_shares(column: int) -> dict[str, float]:
    rows = (line.split() for line in CODE_SHARES.strip().splitlines())
    return {code: float(figures[column]) for code, *figures in rows}


PUBLISHED: Final[Mapping[Phase, PublishedFigures]] = {
    Phase.PRIMARY: PublishedFigures(
        code_shares=_code_shares(0),
        absence_bands=(56.12, 27.67, 9.17, 3.21, 1.39, 0.72, 0.42, 0.26, 0.18, 0.13, 0.75),
        weekday_absence=(4.87, 4.44, 4.21, 4.30, 5.24),
        persistent_absence=13.77,
    ),
    Phase.SECONDARY: PublishedFigures(
        code_shares=_code_shares(1),
        absence_bands=(46.31, 27.17, 11.01, 4.77, 2.57, 1.62, 1.13, 0.83, 0.66, 0.52, 3.40),
        weekday_absence=(7.63, 7.66, 7.51, 7.66, 8.83),
        persistent_absence=23.77,
    ),
    Phase.SPECIAL: PublishedFigures(
        code_shares=_code_shares(2),
        absence_bands=(35.27, 26.40, 13.60, 7.09, 3.98, 2.54, 1.72, 1.27, 1.00, 0.89, 6.24),
        weekday_absence=(11.55, 11.51, 11.54, 11.89, 13.24),
        persistent_absence=36.06,
    ),
}

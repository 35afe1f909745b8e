"""When deliveries are tried on receivers: in winter, and while the clocks of England are ahead."""

from datetime import UTC, datetime
from typing import Final

import pytest
from attendance.calendar import LONDON

WINTER: Final = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
# As a clock on a wall in Leeds gives it, an hour ahead: who drops the zone is an hour off.
SUMMER: Final = datetime(2026, 7, 1, 15, 0, tzinfo=LONDON)

each_half_of_the_year = pytest.mark.parametrize(
    "now", [pytest.param(WINTER, id="in winter"), pytest.param(SUMMER, id="in summer time")]
)
DAY_SECONDS: Final = 24 * 3600

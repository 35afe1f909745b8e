"""How long an entry is kept: six years from the day it was made (SI 2024/208 reg 7)."""

from datetime import UTC, date, datetime

import pytest
from attendance.retention import FROM_AUGUST_2024, may_go_on

MORNING = datetime(2026, 11, 20, 8, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("made_at", "may_go"),
    [
        pytest.param(MORNING, date(2032, 11, 21), id="the anniversary is the last day it is kept"),
        pytest.param(
            datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
            date(2034, 3, 2),
            id="six years from a leap day are over when 1 March is",
        ),
        pytest.param(
            datetime(2026, 2, 28, 9, 0, tzinfo=UTC),
            date(2032, 2, 29),
            id="the day after may be a leap day",
        ),
        pytest.param(
            datetime(2026, 12, 31, 9, 0, tzinfo=UTC), date(2033, 1, 1), id="over the new year"
        ),
        pytest.param(
            datetime(2027, 7, 20, 23, 30, tzinfo=UTC),
            date(2033, 7, 22),
            id="the day is London's, where it was 21 July already",
        ),
    ],
)
def test_an_entry_may_go_the_day_after_the_sixth_anniversary_of_its_making(
    made_at: datetime, may_go: date
) -> None:
    assert may_go_on(made_at) == may_go


def test_the_years_are_the_law_s_and_dated() -> None:
    assert FROM_AUGUST_2024.years == 6
    assert FROM_AUGUST_2024.in_force_from == date(2024, 8, 19)
    assert "reg 7" in FROM_AUGUST_2024.source.reference

"""Given an enrolment's absence, when it is put in a band, then it is the one its count is in."""

import pytest
from attendance.rules.bands import BANDS, band_of


@pytest.mark.parametrize(
    ("absent", "possible", "band"),
    [
        pytest.param(0, 380, "0-<5", id="never away"),
        pytest.param(18, 380, "0-<5", id="one session under a twentieth"),
        pytest.param(19, 380, "5-<10", id="exactly a twentieth"),
        pytest.param(37, 380, "5-<10", id="one session under a tenth"),
        pytest.param(38, 380, "10-<15", id="exactly a tenth"),
        pytest.param(189, 380, "45-<50", id="one session under half"),
        pytest.param(190, 380, "50+", id="exactly half"),
        pytest.param(380, 380, "50+", id="always away"),
        pytest.param(999_999, 10_000_000, "5-<10", id="a rate that only rounds to a tenth"),
    ],
)
def test_a_band_takes_in_its_lower_bound_and_not_its_upper(
    absent: int, possible: int, band: str
) -> None:
    assert BANDS[band_of(absent, possible)] == band


def test_there_are_eleven_bands_and_the_last_is_open() -> None:
    assert len(BANDS) == 11
    assert (BANDS[0], BANDS[-1]) == ("0-<5", "50+")

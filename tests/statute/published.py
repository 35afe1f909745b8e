"""The Department's figures of 2025/26 by place and phase, read beside the checkout."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from attendance.rules.figures import Figures, figures_from
from thresholds.benchmarks.file import SESSIONS_OF

PUBLISHED: Final = (
    Path(__file__).parents[2].parent / "shared" / "data" / "dfe-attendance-2025-26.csv"
)
Row = Mapping[str, str]


def published_rows() -> list[Row]:
    """Read every row; skips the test where the file isn't there."""
    if not PUBLISHED.exists():
        pytest.skip("the Department's figures are not beside this checkout, at ../shared/data")
    with PUBLISHED.open(newline="") as file:
        return list(csv.DictReader(file))


def usable_rows() -> list[Row]:
    """Read the rows of which nothing is suppressed."""
    return [row for row in published_rows() if all(row[each].isdigit() for each in SESSIONS_OF)]


def counted(row: Row) -> Figures:
    """Count a row's sessions by code, as the law does."""
    return figures_from({code: int(row[column]) for column, code in SESSIONS_OF.items()})


def place_of(row: Row) -> tuple[str, str]:
    """Name the place and the phase that a row is about."""
    return row["la_name"] or row["region_name"] or row["country_name"], row["education_phase"]

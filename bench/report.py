"""What a benchmark found: medians, ratios and the machine; printed, and kept in bench/results/."""

import json
import os
import platform
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import asyncpg
from rich.console import Console
from rich.table import Table

RESULTS: Final = Path(__file__).with_name("results")

AIMS: Final = {
    "steady_p99_ms": "25",
    "rebuilt_marks_a_second": "500,000",
    "figure_p99_ms": "1,000",
    "alert_p99_ms": "1,000",
}

RATIOS: Final = (
    ("register / parse-only", "register_marks_a_second", "parse_marks_a_second", "aim 0.25"),
    ("register / ORM", "register_marks_a_second", "orm_marks_a_second", "aim 4"),
    ("ORM / parse-only", "orm_marks_a_second", "parse_marks_a_second", ""),
    ("followed / ingested", "followed_marks_a_second", "ingested_marks_a_second", "aim 1"),
    (
        "deliveries to 10 / bare posts",
        "deliveries_a_second_to_10",
        "bare_posts_a_second",
        "aim 0.5",
    ),
    (
        "with one of 10 hanging / without",
        "deliveries_a_second_to_10_one_hanging",
        "deliveries_a_second_to_10",
        "aim 0.9",
    ),
    (
        "with one of 100 hanging / without",
        "deliveries_a_second_to_100_one_hanging",
        "deliveries_a_second_to_100",
        "aim 0.9",
    ),
    ("year followed / naive", "year_followed_marks_a_second", "naive_marks_a_second", ""),
)


class Report:
    """The figures of one run of `make bench`."""

    def __init__(self) -> None:
        self._console = Console()
        self._figures: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, figure: float) -> None:
        """Take a figure, and show it as it comes."""
        self._figures[name].append(figure)
        self._console.print(f"  {name:44} {figure:12,.1f}")

    def finish(self) -> None:
        """Print medians and ratios, and write both to a file of the day."""
        medians = {name: median(figures) for name, figures in self._figures.items()}
        ratios = [
            (title, medians[above] / medians[below], aim)
            for title, above, below, aim in RATIOS
            if medians.get(below)
        ]
        self._console.print(_table(medians, ratios), _machine(), sep="\n")
        RESULTS.mkdir(exist_ok=True)
        found = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": _machine(),
            "medians": medians,
            "runs": self._figures,
            "ratios": {title: ratio for title, ratio, _ in ratios},
        }
        file = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
        file.write_text(json.dumps(found, indent=2) + "\n")
        self._console.print(f"written to {file}")


def _table(medians: dict[str, float], ratios: list[tuple[str, float, str]]) -> Table:
    table = Table("figure", "median", "aim")
    for name, figure in medians.items():
        table.add_row(name, f"{figure:,.1f}", AIMS.get(name, ""))
    for title, ratio, aim in ratios:
        table.add_row(title, f"{ratio:.2f}", aim)
    return table


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    model = next(
        (
            line.partition(":")[2].strip()
            for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return (
        f"{os.cpu_count()} cores, {model}; Python {platform.python_version()}; "
        f"asyncpg {asyncpg.__version__}; PostgreSQL 18 embedded, fsync on"
    )

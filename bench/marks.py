"""Marks a second through the register, beside parsing alone and beside an ORM; and latency."""

import asyncio
from datetime import date, timedelta
from typing import Final

from bench.baselines import make_table
from bench.report import Report
from bench.stage import Stage, python
from bench.steady import steady
from bench.wrk import drive

RUNS: Final = 3
REGISTERS_A_RUN: Final = 30_000  # more than any run posts
BASELINES: Final = python("-m", "bench.baselines", "{port}")
REGISTER: Final = python("-m", "servicekit", "run", "register-api")


def measure_marks(stage: Stage, report: Report) -> None:
    """Measure (a) the register, (b) parsing, (c) an ORM, in turn and thrice; then (d) latency."""
    asyncio.run(make_table(stage.database_url))
    with (
        stage.serving(BASELINES, "/live") as baselines,
        stage.serving(REGISTER, "/ready") as register,
    ):
        for run in range(RUNS):
            first = run * REGISTERS_A_RUN
            for name, url, prefix in (
                ("register", register, "/register/v1"),
                ("parse", baselines, "/parse"),
                ("orm", baselines, "/orm"),
            ):
                driven = drive(stage, url, prefix, first)
                report.add(f"{name}_marks_a_second", driven.marks_a_second)
                report.add(f"{name}_refused", driven.refused)
            found = asyncio.run(steady(stage, register, _days(run)))
            report.add("steady_p50_ms", found.p50_ms)
            report.add("steady_p99_ms", found.p99_ms)
            report.add("steady_refused", found.late)


def _days(run: int) -> list[str]:
    """School days that wrk's registers don't touch: those after the 28th of a month."""
    every = (date(2024, 9, 1) + timedelta(days=n) for n in range(690))
    free = [
        on.isoformat()
        for on in every
        if on.day > 28 and on.weekday() < 5 and on.month != 8 and (on.month, on.day) != (7, 31)
    ]
    return free[run::RUNS]

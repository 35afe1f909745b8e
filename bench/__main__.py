"""`make bench`: run everything, print it, and write it to bench/results/.

The names of measurements as arguments run those alone: `python -m bench imports`.
"""

import sys
from typing import Final

from bench.delivering import measure_deliveries
from bench.following import measure_following
from bench.imports import measure_imports
from bench.marks import measure_marks
from bench.replaying import measure_replaying
from bench.report import Report
from bench.stage import staged

MEASUREMENTS: Final = {
    "marks": measure_marks,
    "imports": measure_imports,
    "following": measure_following,
    "replaying": measure_replaying,
    "deliveries": measure_deliveries,
}


def main() -> None:
    """Measure, each on a private PostgreSQL of its own with fsync on; takes some ten minutes."""
    report = Report()
    for name in sys.argv[1:] or MEASUREMENTS:
        with staged() as stage:
            MEASUREMENTS[name](stage, report)
    report.finish()


if __name__ == "__main__":
    main()

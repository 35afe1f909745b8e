"""`make bench`: run everything, print it, and write it to bench/results/.

The names of measurements as arguments run those alone: `python -m bench imports`.
"""

import sys
from typing import Final

from bench.imports import measure_imports
from bench.marks import measure_marks
from bench.report import Report
from bench.stage import staged

MEASUREMENTS: Final = {"marks": measure_marks, "imports": measure_imports}


def main() -> None:
    """Measure on a private PostgreSQL with fsync on; takes some six minutes."""
    with staged() as stage:
        report = Report()
        for name in sys.argv[1:] or MEASUREMENTS:
            MEASUREMENTS[name](stage, report)
        report.finish()


if __name__ == "__main__":
    main()

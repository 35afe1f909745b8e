"""`make bench`: run everything, print it, and write it to bench/results/."""

from bench.marks import measure_marks
from bench.report import Report
from bench.stage import staged


def main() -> None:
    """Measure on a private PostgreSQL with fsync on; takes some three minutes."""
    with staged() as stage:
        report = Report()
        measure_marks(stage, report)
        report.finish()


if __name__ == "__main__":
    main()

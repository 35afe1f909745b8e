"""Files of published figures, made for tests, and a database to load them into."""

import csv
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

from support.command import rollbook
from support.log import connected
from thresholds.benchmarks import table
from thresholds.benchmarks.file import COLUMNS, SESSIONS_OF, benchmarks_in
from thresholds.benchmarks.published import Benchmark

ENGLAND: Final = {"country_code": "E92000001", "country_name": "England"}
SOUTH_EAST: Final = {**ENGLAND, "region_code": "E12000008", "region_name": "South East"}
KENT: Final = {**SOUTH_EAST, "old_la_code": "886", "la_name": "Kent"}
SURREY: Final = {**SOUTH_EAST, "old_la_code": "936", "la_name": "Surrey"}

Cells = Mapping[str, str]


def line(level: str, place: Cells, absent: int = 80, **cells: str) -> Cells:
    """A row of a thousand sessions, so many of them illness; the sector's figures look alike."""
    counts = {
        **dict.fromkeys(SESSIONS_OF, "0"),
        "reason_present_am": f"{1000 - absent}",
        "reason_i_authorised_illness": f"{absent}",
        "possible_sessions": "1000",
        "overall_attendance": f"{1000 - absent}",
        "authorised_absence": f"{absent}",
        "unauthorised_absence": "0",
        "late_sessions": "0",
    }
    return {
        **dict.fromkeys(COLUMNS, ""),
        **counts,
        "time_period": "202526",
        "time_identifier": "Academic year",
        "geographic_level": level,
        "education_phase": "Secondary",
        "pa_perc": "18.78176325",
        **place,
        **cells,
    }


USUAL: Final = (
    line("National", ENGLAND),
    line("National", ENGLAND, 60, education_phase="Total"),
    line("Regional", SOUTH_EAST, 70),
    line("Local authority", KENT, 90),
    line("Local authority", SURREY, 50),
)


class Loading:
    """Files of published figures, and a database to load them into."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def write(self, lines: tuple[Cells, ...], columns: tuple[str, ...] = COLUMNS) -> Path:
        """Write a file of these rows; it has a column that nobody reads, as the real one does."""
        path = self.folder / "published.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(
                file, [*columns, "num_schools"], restval="1", extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(lines)
        return path

    def command(self, path: Path) -> CompletedProcess[str]:
        """Load a file as a person does."""
        return rollbook(
            "benchmarks", "load", f"{path}", data_dir=self.folder, DATABASE_URL=self.url
        )

    async def load(self, *lines: Cells) -> None:
        """Load a file of these rows, as the command does."""
        with self.write(lines).open(newline="") as file:
            read = benchmarks_in(file)
        async with connected(self.url, "rollbook_thresholds") as conn, conn.transaction():
            await table.replace(conn, read)

    async def stored(self) -> list[Benchmark]:
        """Read all there is."""
        async with connected(self.url, "rollbook_thresholds") as conn:
            return await table.page(conn, table.Wanted(None, None, None, None, None), limit=1000)

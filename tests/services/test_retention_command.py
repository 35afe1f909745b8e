"""`rollbook retention` in a process of its own: what it says, and what it exits with."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from support.command import rollbook
from support.log import connected
from support.school_log import SchoolLog

URN = 999001
IN_2019 = datetime(2019, 9, 9, 9, 0, tzinfo=UTC)
LAST_YEAR = datetime(2025, 9, 9, 9, 0, tzinfo=UTC)
BY = ("--by", "D. Lead", "--position", "Data protection lead")

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
async def log(database_url: str) -> AsyncIterator[SchoolLog]:
    """A school that registered in 2019 and was told of last year's calendar."""
    async with connected(database_url, role=None) as conn:
        school = SchoolLog(conn, URN)
        school.now = IN_2019
        await school.open("p0421")
        school.now = LAST_YEAR
        await school.admit("p0422")
        yield school


@pytest.fixture
def retention(log: SchoolLog, database_url: str, tmp_path: Path) -> Run:
    """The command on that school's database."""
    return lambda *arguments: rollbook(
        "retention", *arguments, data_dir=tmp_path, DATABASE_URL=database_url, COLUMNS="120"
    )


def test_the_report_says_what_may_go_and_names_nobody(retention: Run) -> None:
    done = retention("report")

    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if "20" in line]
    assert [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines] == [
        ["2019-20", "3", "1", "2019-09-09", "2025-09-10", "", ""],
        ["2025-26", "1", "1", "2025-09-09", "2031-09-10", "", ""],
    ]
    assert "p0421" not in done.stdout


def test_a_year_is_dropped_once_and_then_said_to_be(retention: Run) -> None:
    first, second = (retention("drop", "2019", "--yes", *BY) for _ in range(2))

    assert (first.returncode, first.stdout) == (0, "Dropped 2019-20 of 1 school(s).\n")
    assert (second.returncode, second.stdout) == (
        0,
        "2019-20 was dropped before; nothing was done.\n",
    )
    assert "2019-20" in retention("report").stdout


def test_nothing_is_dropped_that_nobody_confirmed(retention: Run) -> None:
    asked = retention("drop", "2019", *BY)

    assert asked.returncode == 1
    assert "Drop every entry recorded in 2019-20, of all schools?" in asked.stdout
    assert retention("drop", "2019", "--yes", *BY).stdout.startswith("Dropped")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("drop", "2018", "--yes", *BY), "nothing was recorded", id="no such year"),
        pytest.param(("drop", "2025", "--yes", *BY), "2019-20 goes before", id="out of order"),
        pytest.param(
            ("drop", "2019", "--yes", "--by", "", "--position", "Lead"),
            "Give the name and position",
            id="nobody answers for it",
        ),
        pytest.param(
            ("hold", "999002", "--reason", "inquiry", *BY), "not registered", id="no such school"
        ),
        pytest.param(
            ("hold", f"{URN}", "--reason", "inquiry", "--pupil", "Zephyrine", *BY),
            "no such pupil",
            id="no such pupil",
        ),
        pytest.param(
            ("release", f"{URN}", f"{'0' * 8}-0000-4000-8000-{'0' * 12}", "--reason", "x", *BY),
            "There is no such hold.",
            id="no such hold",
        ),
    ],
)
def test_what_can_t_be_done_is_refused_in_one_line(
    retention: Run, arguments: tuple[str, ...], said: str
) -> None:
    refused = retention(*arguments)

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1, refused.stderr
    assert said in refused.stderr
    assert "Zephyrine" not in refused.stderr


def test_a_hold_keeps_a_year_until_it_is_released(retention: Run) -> None:
    held = retention("hold", f"{URN}", "--pupil", "p0421", "--reason", "inquiry", *BY)
    name = held.stdout.strip()
    report = retention("report").stdout
    refused = retention("drop", "2019", "--yes", *BY)
    released = retention("release", f"{URN}", name, "--reason", "concluded", *BY)

    assert (held.returncode, released.returncode) == (0, 0)
    [line] = [line for line in report.splitlines() if "2019-20" in line]
    assert line.split("│")[6].strip() == "1"
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "1 hold(s) keep 2019-20" in refused.stderr
    assert retention("drop", "2019", "--yes", *BY).returncode == 0


def test_a_service_s_login_can_t_drop_anything(
    retention: Run, database_url: str, tmp_path: Path
) -> None:
    joined = "&" if "?" in database_url else "?"
    as_service = f"{database_url}{joined}options=-crole%3Drollbook_register"

    failed = rollbook(
        *("retention", "drop", "2019", "--yes", *BY), data_dir=tmp_path, DATABASE_URL=as_service
    )

    assert failed.returncode == 1
    assert len(failed.stderr.splitlines()) == 1, failed.stderr
    assert "InsufficientPrivilegeError" in failed.stderr

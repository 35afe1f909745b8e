"""The house rules over all of the source, and each rule shown to catch what it is for."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from architecture.house_rules import (
    RULES,
    Rule,
    connections_are_taken_for_a_school,
    empty_packages,
    everything_is_caught_once,
    everything_public_is_explained,
    exemptions_have_a_check_and_a_reason,
    functions_stop_at_50_lines,
    identifiers_keep_to_the_glossary,
    london_is_the_calendars,
    modules_stop_at_300_lines,
    names_say_something,
    no_test_sleeps,
    nothing_is_left_for_later,
    only_the_command_line_prints,
)
from architecture.source import Module, Offence, read_module

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("libs", "services", "infra", "demonstration", "bench", "docs", "tests")
SOURCE = "services/register-api/src/register_api/marks.py"
TEST = "tests/services/test_marks.py"
MARKER = "TO" + "DO"  # spelt so that no search for unfinished work finds this file


def _files() -> Iterator[str]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT)
            hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
            if path.is_file() and not hidden:
                yield inside.as_posix()


@cache
def _modules() -> list[Module]:
    python = (path for path in _files() if path.endswith(".py"))
    return [read_module(path, (ROOT / path).read_text()) for path in python]


def _told(offences: list[Offence]) -> str:
    return "\n".join(["", *sorted(str(each) for each in offences)])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    offences = [offence for module in _modules() for offence in rule(module)]

    assert not offences, _told(offences)


def test_no_package_is_empty() -> None:
    offences = list(empty_packages(_files()))

    assert not offences, _told(offences)


OFFENDERS: list[tuple[Rule, str, str, int]] = [
    (modules_stop_at_300_lines, SOURCE, "x = 1\n" * 301, 301),
    (functions_stop_at_50_lines, SOURCE, "def f():\n" + "    x = 1\n" * 50, 1),
    (functions_stop_at_50_lines, TEST, "class A:\n  async def f():\n" + "    x = 1\n" * 50, 2),
    (everything_public_is_explained, SOURCE, "x = 1", 1),
    (everything_public_is_explained, TEST, "x = 1", 1),
    (everything_public_is_explained, SOURCE, '"""M."""\ndef f(): ...', 2),
    (everything_public_is_explained, SOURCE, '"""M."""\nclass A: ...', 2),
    (everything_public_is_explained, SOURCE, '"""M."""\nclass A:\n  """A."""\n  def f(): ...', 4),
    (names_say_something, "libs/attendance/src/attendance/utils.py", "", 1),
    (names_say_something, "libs/shared/src/marks.py", "", 1),
    (names_say_something, "tests/support/http_helpers.py", "", 1),
    (names_say_something, SOURCE, "class SessionManager: ...", 1),
    (names_say_something, SOURCE, "\ndef pupil_info(): ...", 2),
    (names_say_something, SOURCE, "EVENT_DATA = 1", 1),
    (names_say_something, SOURCE, "base_url_data: int = 1", 1),
    (london_is_the_calendars, SOURCE, f'"""M."""\nZone("{"/".join(("Europe", "London"))}")', 2),
    (everything_is_caught_once, SOURCE, "try: f()\nexcept Exception: g()", 2),
    (everything_is_caught_once, SOURCE, "try: f()\nexcept: g()", 2),
    (everything_is_caught_once, SOURCE, "try: f()\nexcept (A, BaseException): g()", 2),
    (everything_is_caught_once, SOURCE, "with contextlib.suppress(Exception): g()", 1),
    (only_the_command_line_prints, SOURCE, "def f():\n  print(1)", 2),
    (connections_are_taken_for_a_school, SOURCE, "f = a.pool.acquire()", 1),
    (connections_are_taken_for_a_school, TEST, "\nself._pool.fetchval(PING)", 2),
    (connections_are_taken_for_a_school, SOURCE, "pool.executemany(PUT, rows)", 1),
    (nothing_is_left_for_later, SOURCE, f"x = 1\ny = 2  # {MARKER}: z", 2),
    (nothing_is_left_for_later, SOURCE, f'"""M.\n\n{MARKER}: more.\n"""', 1),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # type: ignore", 1),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # type: ignore[arg-type]", 1),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # noqa", 1),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # noqa: S603, S607", 1),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # pragma: no cover", 1),
    (no_test_sleeps, TEST, "\nasync def f():\n  await asyncio.sleep(1)", 3),
    (no_test_sleeps, TEST, "from time import sleep\nsleep(1)", 2),
    (identifiers_keep_to_the_glossary, SOURCE, "def f(student): ...", 1),
    (identifiers_keep_to_the_glossary, SOURCE, "class AttendanceRecord: ...", 1),
    (identifiers_keep_to_the_glossary, SOURCE, "\nf(unpaid_fines=1)", 2),
]


@pytest.mark.parametrize(("rule", "path", "source", "line"), OFFENDERS)
def test_the_rule_points_at_the_offence(rule: Rule, path: str, source: str, line: int) -> None:
    offences = list(rule(read_module(path, source)))

    assert [(each.path, each.line) for each in offences] == [(path, line)]


def test_every_rule_is_shown_to_catch_something() -> None:
    assert {rule for rule, *_ in OFFENDERS} == set(RULES)


INNOCENTS: list[tuple[Rule, str, str]] = [
    (modules_stop_at_300_lines, SOURCE, "x = 1\n" * 300),
    (functions_stop_at_50_lines, SOURCE, "def f():\n" + "    x = 1\n" * 49),
    (everything_public_is_explained, SOURCE, '"""M."""\ndef _f(): ...\nclass _A:\n  def f(): ...'),
    (everything_public_is_explained, SOURCE, '"""M."""\n@overload\ndef f(): ...'),
    (everything_public_is_explained, TEST, '"""M."""\ndef test_f(): ...'),
    (names_say_something, SOURCE, "class Database: ...\ndatabase_url = base_url = DATA_DIR = 1"),
    (names_say_something, SOURCE, "def f():\n  data = 1"),
    (names_say_something, TEST, "def test_data_of_one_school_stays_with_it(): ..."),
    (london_is_the_calendars, SOURCE, f'"""In {"/".join(("Europe", "London"))}."""'),
    (everything_is_caught_once, SOURCE, "try: f()\nexcept ValueError: g()"),
    (connections_are_taken_for_a_school, SOURCE, "turns.acquire()\npool.close()\nconn.fetch(Q)"),
    (nothing_is_left_for_later, SOURCE, f"x = '{MARKER}'"),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # type: ignore[misc]  # no types yet"),
    (exemptions_have_a_check_and_a_reason, SOURCE, "x = 1  # noqa: S603  # no shell between"),
    (no_test_sleeps, SOURCE, "time.sleep(1)"),
    (identifiers_keep_to_the_glossary, SOURCE, "define(refined, 'a student', attendance, record)"),
]


@pytest.mark.parametrize(("rule", "path", "source"), INNOCENTS)
def test_the_rule_lets_the_innocent_pass(rule: Rule, path: str, source: str) -> None:
    assert not list(rule(read_module(path, source)))


def test_the_runner_may_catch_everything_once_and_not_twice() -> None:
    runner = "libs/servicekit/src/servicekit/runner.py"
    once = "try: f()\nexcept Exception: g()\n"

    assert not list(everything_is_caught_once(read_module(runner, once)))
    assert [each.line for each in everything_is_caught_once(read_module(runner, once * 2))] == [4]


def test_a_package_with_nothing_beside_its_init_is_found() -> None:
    files = ["a/__init__.py", "a/py.typed", "b/__init__.py", "b/c/__init__.py", "b/c/marks.sql"]

    assert [each.path for each in empty_packages(files)] == ["a/__init__.py"]

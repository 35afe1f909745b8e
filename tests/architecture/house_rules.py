"""The house rules that no other tool checks, each a function from a module to its offences.

Judges source text; knows nothing of pytest, and reads no files.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from architecture.source import (
    Module,
    Offence,
    comments,
    defined_names,
    docstrings,
    identifiers,
    public_definitions,
    words,
)

LONGEST_MODULE = 300  # lines
LONGEST_FUNCTION = 50  # lines, from `def` to the end

VAGUE = {
    *("utils", "util", "helpers", "helper", "common", "core"),
    *("manager", "base", "data", "info", "shared", "misc"),
}
EXACT = ("base_url", "data_dir")  # where the field says «base» and «data», it means something

# What the glossary says in the place of a word.
AVOIDED = {
    "student": "pupil",
    "students": "pupils",
    "attendance_record": "entry, or register",
    "attendance_records": "entries, or registers",
    "fine": "penalty notice",
    "fines": "penalty notices",
}

LONDON = "/".join(("Europe", "London"))
CALENDAR = "libs/attendance/src/attendance/calendar.py"
RUNNER = "libs/servicekit/src/servicekit/runner.py"
COMMAND_LINES = {"libs/servicekit/src/servicekit/cli.py"}
DATABASE = "libs/servicekit/src/servicekit/database.py"
# Where a test sleeps, and why that isn't waiting for an outcome.
SLEEPERS = {"tests/support/eventually.py": "the one place that polls"}
NAMED_BY_ALEMBIC = {"upgrade", "downgrade"}  # the migration's docstring says what they do

_FROM_A_POOL = re.compile(r"\b_?pool\.(acquire|fetch\w*|execute\w*|copy_\w+)$")
_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_EXEMPTION = re.compile(r"#\s*(type:\s*ignore|noqa|pragma:|ruff:|mypy:)(?P<rest>.*)")
_CHECK = re.compile(r"\s*(\[[\w\-, ]+\]|:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|no (cover|branch))")
_REASON = re.compile(r"\w+\W+\w+")

Rule = Callable[[Module], Iterable[Offence]]


def modules_stop_at_300_lines(module: Module) -> Iterator[Offence]:
    """One idea a module: a longer one holds two."""
    length = len(module.text.splitlines())
    if length > LONGEST_MODULE:
        yield module.offence(length, f"{length} lines: split it by idea, aiming under 150")


def functions_stop_at_50_lines(module: Module) -> Iterator[Offence]:
    """A longer function has a part that deserves a name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                advice = f"«{node.name}» has {length} lines: give a part of it a name"
                yield module.offence(node.lineno, advice)


def everything_public_is_explained(module: Module) -> Iterator[Offence]:
    """Every module says what it is; every public class and function adds to its name."""
    if not ast.get_docstring(module.tree):
        yield module.offence(1, "no docstring: say what this module is and what it refuses to be")
    if module.is_test:
        return
    for node in public_definitions(module.tree.body):
        if not ast.get_docstring(node) and node.name not in NAMED_BY_ALEMBIC:
            yield module.offence(node.lineno, f"«{node.name}» has no docstring: add to its name")


def names_say_something(module: Module) -> Iterator[Offence]:
    """No module, package or top-level definition is called by a word that fits anything."""
    parts = [(1, part) for part in PurePosixPath(module.path).with_suffix("").parts]
    defined = [each for each in defined_names(module.tree) if not each[1].startswith("test_")]
    for line, name in [*parts, *defined]:
        for vague in sorted(_vague_words(name)):
            yield module.offence(line, f"«{name}» says «{vague}»: name it for what it is or does")


def _vague_words(name: str) -> set[str]:
    spelt = f"_{words(name)}_"
    for phrase in EXACT:
        spelt = spelt.replace(f"_{phrase}_", "_")
    return VAGUE.intersection(spelt.split("_"))


def london_is_the_calendars(module: Module) -> Iterator[Offence]:
    """One module knows the time zone, so that no other can disagree with it."""
    if module.path == CALENDAR:
        return
    prose = docstrings(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and node not in prose and LONDON in str(node.value):
            yield module.offence(node.lineno, "ask attendance.calendar for London's time")


def everything_is_caught_once(module: Module) -> Iterator[Offence]:
    """Only the consumers' runner catches whatever may come, and in one place."""
    broad = sorted(_broad_catches(module.tree))
    for line in broad[1:] if module.path == RUNNER else broad:
        yield module.offence(line, "catch the narrowest error, at the place that can act on it")


def _broad_catches(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=caught):
                if caught is None or _is_broad(caught):
                    yield node.lineno
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
                if any(_is_broad(each) for each in args):
                    yield node.lineno


def _is_broad(caught: ast.expr) -> bool:
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return not names.isdisjoint({"Exception", "BaseException"})


def only_the_command_line_prints(module: Module) -> Iterator[Offence]:
    """Elsewhere a line on a terminal is a log that nobody can search."""
    if module.path in COMMAND_LINES:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield module.offence(node.lineno, "log it, or let the command line say it")


def connections_are_taken_for_a_school(module: Module) -> Iterator[Offence]:
    """Taken as it comes, a connection still works for the school of whoever had it before."""
    if module.path == DATABASE:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _FROM_A_POOL.search(ast.unparse(node.func)):
            yield module.offence(node.lineno, "take it by servicekit.database, for a school")


def nothing_is_left_for_later(module: Module) -> Iterator[Offence]:
    """What is unfinished belongs in the list of work, where somebody sees it."""
    prose = [(node.lineno, str(node.value)) for node in docstrings(module.tree)]
    for line, text in [*comments(module.text), *prose]:
        if _UNFINISHED.search(text):
            yield module.offence(line, "do it now, or write it where work is planned")


def exemptions_have_a_check_and_a_reason(module: Module) -> Iterator[Offence]:
    """Whoever silences a check says which, and why it is wrong here."""
    for line, comment in comments(module.text):
        exemption = _EXEMPTION.search(comment)
        if not exemption:
            continue
        check = _CHECK.match(exemption["rest"])
        if not check:
            yield module.offence(line, "name the check that is silenced")
        elif not _REASON.search(exemption["rest"][check.end() :]):
            yield module.offence(line, "add the reason: `# noqa: S603  # no shell between`")


def no_test_sleeps(module: Module) -> Iterator[Offence]:
    """A sleep is too long on a fast machine and too short on a slow one."""
    if not module.is_test or module.path in SLEEPERS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "sleep":
            yield module.offence(node.lineno, "poll with support.eventually, or pass time in")


def identifiers_keep_to_the_glossary(module: Module) -> Iterator[Offence]:
    """The regulations' word for a thing, and no other beside it."""
    for line, name in identifiers(module.tree):
        for avoided, preferred in AVOIDED.items():
            if f"_{avoided}_" in f"_{words(name)}_":
                yield module.offence(line, f"«{name}»: the glossary says {preferred}")


RULES: tuple[Rule, ...] = (
    modules_stop_at_300_lines,
    functions_stop_at_50_lines,
    everything_public_is_explained,
    names_say_something,
    london_is_the_calendars,
    everything_is_caught_once,
    only_the_command_line_prints,
    connections_are_taken_for_a_school,
    nothing_is_left_for_later,
    exemptions_have_a_check_and_a_reason,
    no_test_sleeps,
    identifiers_keep_to_the_glossary,
)


def empty_packages(files: Iterable[str]) -> Iterator[Offence]:
    """Find the packages that hold nothing but their `__init__.py`: scaffolding for later.

    Args:
        files: every file there is, as paths from the root.
    """
    paths = [PurePosixPath(each) for each in files]
    for package in (path for path in paths if path.name == "__init__.py"):
        beside = {path.name for path in paths if package.parent in path.parents and path != package}
        if beside <= {"py.typed"}:
            yield Offence(str(package), 1, "an empty package: write what it is for, or delete it")

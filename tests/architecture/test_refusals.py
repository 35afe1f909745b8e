"""Every reason that the code gives for a refusal is one that the documentation knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from servicekit.answering import OTHERWISE_SAID

from docs.catalogue.refusal_words import MEANINGS, OF_FORM
from docs.catalogue.refusals import problem_kinds

ROOT: Final = Path(__file__).parents[2]
OF_THE_LAW: Final = ("libs/attendance", "services/register-api")
OF_HTTP: Final = ("libs/servicekit", "services")

# What is called with a slug; and how one looks, which neither a pointer nor a sentence does.
SAYING_WHY: Final = {
    "ItemProblem",
    "PydanticCustomError",
    "EndpointRefused",
    "unreadable",
    "_refused",
}
SLUG: Final = re.compile(r"[a-z]+(-[a-z0-9]+)*")

# The law's own guard; over HTTP a body without both sessions isn't of its form.
UNREACHABLE: Final = {"session-times-missing"}


def calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("src/**/*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield node.func.id, node


def pattern_of(slug: ast.expr) -> str:
    """Read a slug as it stands in the code, with any word where the code puts one together."""
    match slug:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(pattern_of(part) for part in parts)
        case _:
            return "[a-z-]+"


def test_every_reason_of_the_law_is_among_those_of_a_problem() -> None:
    listed = {slug for kind in problem_kinds() for slug in (kind.reasons or (kind.slug,))}
    given = {pattern_of(call.args[1]) for name, call in calls(*OF_THE_LAW) if name == "Refusal"}

    assert len(given) > 70  # it is calls as they are written that are found
    assert "[a-z-]+" not in given, "write the slug where the refusal is made"
    assert [
        each for each in given if not any(re.fullmatch(each, s) for s in listed | UNREACHABLE)
    ] == []


def test_every_slug_of_a_problem_s_item_has_its_words() -> None:
    given = {
        argument.value
        for name, call in calls(*OF_HTTP)
        if name in SAYING_WHY
        for argument in call.args
        if isinstance(argument, ast.Constant) and SLUG.fullmatch(str(argument.value))
    }
    said = {slug for slug, _ in OTHERWISE_SAID.values()}

    assert given | said <= MEANINGS.keys() | OF_FORM.keys()
    assert OF_FORM.keys() <= given | said

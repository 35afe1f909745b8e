"""What the house rules need to see of a module: its words, its definitions, its comments.

Reads Python; judges nothing.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Offence:
    """One line that breaks a rule, and what to do about it."""

    path: str
    line: int
    advice: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.advice}"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python, read once."""

    path: str  # from the root, with forward slashes
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Whether it is test code, where a name that is a sentence serves as the docstring."""
        return self.path.startswith("tests/")

    def offence(self, line: int, advice: str) -> Offence:
        """Point at a line of this module."""
        return Offence(self.path, line, advice)


def read_module(path: str, text: str) -> Module:
    """Parse one module under the path that it has, or would have."""
    return Module(path, text, ast.parse(text))


def words(name: str) -> str:
    """Spell a name of any style as its lower-case words with `_` between: `MarkIn` is `mark_in`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return "_".join(re.findall(r"[a-z]+|\d+", spaced.lower()))


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Find every comment with its line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def docstrings(tree: ast.Module) -> set[ast.Constant]:
    """Find the strings that are prose."""
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | Definition)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }


def public_definitions(body: Iterable[ast.stmt]) -> Iterator[Definition]:
    """Find the classes, functions and methods that others may use; overloads share one."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            if "overload" not in {ast.unparse(each) for each in node.decorator_list}:
                yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body)


def defined_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find the names that a module gives at its top level."""
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.Assign(targets=targets):
                for name in (each for target in targets for each in ast.walk(target)):
                    if isinstance(name, ast.Name):
                        yield node.lineno, name.id
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield node.lineno, name


def identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find every name that a module gives or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield node.lineno, name

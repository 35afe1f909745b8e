"""Markdown tables. Knows nothing of what is in them."""

from collections.abc import Iterable, Sequence
from typing import Final

GENERATED: Final = (
    "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n"
)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table.

    Args:
        columns: the headings.
        rows: cells as plain text or inline Markdown, a bar in it included.
    """
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def code(text: str) -> str:
    """Quote a literal, a single backslash included."""
    return f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

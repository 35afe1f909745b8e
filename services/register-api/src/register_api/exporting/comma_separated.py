"""Writes comma-separated files (RFC 4180) that a spreadsheet may open: no cell is a formula.

A cell that a spreadsheet would carry out instead of showing is given an apostrophe in front, which
is no part of what was recorded.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

CARRIED_OUT: Final = ("=", "+", "-", "@", "\t", "\r")


def written(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Write a file: its header and its lines, in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # its dialect is RFC 4180's
    writer.writerow(columns)
    writer.writerows([_defused(cell) for cell in line] for line in lines)
    return text.getvalue().encode()


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(CARRIED_OUT) else cell

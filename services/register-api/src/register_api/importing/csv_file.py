"""Reads our CSV as it comes in: RFC 4180, UTF-8, a header of our names in any order.

Holds one part of the file and the row that straddles it, never more. Judges no row's content.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from servicekit.problems import ItemProblem

from register_api.importing.refused import FileUnreadable, unreadable
from register_api.importing.rows import FIELDS, LONGEST_ROW, REQUIRED, RowRead, minutes_of, read_row

COLUMNS_NAMED: Final = 100  # in the refusal of a header, which may have thousands


class CsvFile:
    """An upload of our CSV, read part by part."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._lines: list[str] = []  # of a row whose quotes aren't closed yet, and what came since
        self._characters = 0  # of these lines
        self._straddling = 0  # of the row alone, as it was read last
        self._tail = ""  # a line that hasn't ended yet
        self._before = 0  # lines of the rows read so far
        self._header: tuple[str, ...] | None = None

    def feed(self, part: bytes) -> Iterator[RowRead]:
        """Read the rows that a part completes, or soon after a row that was long.

        Raises:
            FileUnreadable: from here on this is no CSV, or the header isn't one of ours.
        """
        *whole, self._tail = (self._tail + self._decoder.decode(part)).split("\n")
        for line in whole:
            self._lines.append(f"{line}\n")
            self._characters += len(line) + 1
        # A row that goes on is read again from its beginning, and not before it has doubled: with
        # each part it would be read as often as it has parts.
        if self._characters > 2 * self._straddling:
            yield from self._rows(last=False)
        if self._straddling + len(self._tail) > LONGEST_ROW:
            raise self._not_csv()

    def finish(self) -> Iterator[RowRead]:
        """Read the last row, after the last part.

        Raises:
            FileUnreadable: it doesn't end, or the file holds nothing.
        """
        if self._tail:
            self._lines.append(self._tail)
        yield from self._rows(last=True)
        if self._header is None:
            raise unreadable("no-header", "The file is empty.")

    def _rows(self, *, last: bool) -> Iterator[RowRead]:
        """Read rows and keep the lines of one that may go on in the next part."""
        reader = csv.reader(self._lines, strict=True)
        done = 0
        try:
            for fields in reader:
                first, done = self._before + done + 1, reader.line_num
                if self._header is None:
                    self._header = _header(fields)
                elif fields:
                    yield self._row(first, fields)
        except csv.Error:
            # Inside quotes at the last line there is, it may only not have come yet.
            if last or reader.line_num < len(self._lines):
                self._before += done
                raise self._not_csv() from None
        self._lines = self._lines[done:]
        self._characters = self._straddling = sum(map(len, self._lines))
        self._before += done

    def _row(self, line: int, values: Sequence[str]) -> RowRead:
        header = self._header or ()
        fields: Mapping[str, object] = {
            name: _said(name, value)
            for name, value in zip(header, values, strict=False)
            if value and not value.isspace()
        }
        return read_row(line, fields, whole=len(values) == len(header))

    def _not_csv(self) -> FileUnreadable:
        detail = f"From line {self._before + 1} on this is no CSV. Is a quotation mark left open?"
        return unreadable("csv-unreadable", detail)


def _said(name: str, value: str) -> object:
    """Read a field; the code is kept as it was sent, and read by the law."""
    if name == "code":
        return value
    return minutes_of(value.strip()) if name == "minutes_late" else value.strip()


def _header(fields: Sequence[str]) -> tuple[str, ...]:
    """Read the header, or say everything that is wrong with it."""
    names = tuple(field.strip().lower() for field in fields)
    wrong = [*_missing(names), *islice(_strange(names), COLUMNS_NAMED)]
    if wrong:
        raise FileUnreadable(wrong)
    return names


def _missing(names: Sequence[str]) -> Iterator[ItemProblem]:
    for name in REQUIRED:
        if name not in names:
            detail = f"The header lacks the column {name}."
            yield ItemProblem("", "column-missing", detail)


def _strange(names: Sequence[str]) -> Iterator[ItemProblem]:
    """Point at columns by number: without a header, their names are somebody's entry."""
    for number, name in enumerate(names, 1):
        if name not in FIELDS:
            detail = f"Column {number} of the header is none of {', '.join(FIELDS)}."
            yield ItemProblem("", "column-unknown", detail)
        elif name in names[: number - 1]:
            detail = f"Column {number} of the header is there before."
            yield ItemProblem("", "column-repeated", detail)

"""Figures of many schools, added up one school after another: of an authority's, or a trust's.

One school's entries are in memory at a time, whoever asks, and what each came to is remembered:
until its log goes on, the same question has the same answer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple, TypeAlias

from attendance.rules.periods import NamedPeriod
from fastapi import Request
from servicekit.database import of_schools
from servicekit.service import Runtime

from thresholds.figures.of_school import Question, Row, rows_of, school_read
from thresholds.figures.table import Standing, standings
from thresholds.figures.tally import Tally

MOST_SCHOOLS: Final = 1000  # no authority has as many
MOST_ROWS: Final = 20_000  # remembered, of some two kilobytes each

Remembrance: TypeAlias = tuple[Standing, Question]


class Whose(NamedTuple):
    """Which schools figures are asked of."""

    urns: Collection[int] | None
    la_code: str | None
    trust: str | None


class Remembered:
    """What schools came to, by how far their logs had gone; the longest unasked is given up."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        """Remember nothing yet."""
        self.at_work = asyncio.Lock()  # held while a school is added up: one, of all questions
        self._rows: OrderedDict[Remembrance, list[Row]] = OrderedDict()
        self._held = 0
        self._most = most_rows

    def get(self, key: Remembrance) -> list[Row] | None:
        """Give what a school came to, where it is remembered."""
        rows = self._rows.get(key)
        if rows is not None:
            self._rows.move_to_end(key)
        return rows

    def put(self, key: Remembrance, rows: list[Row]) -> None:
        """Remember what a school came to; the rows aren't changed any more."""
        if key in self._rows:
            self._held -= _weight(self._rows.pop(key))
        self._rows[key] = rows
        self._held += _weight(rows)
        while self._held > self._most:
            _, forgotten = self._rows.popitem(last=False)
            self._held -= _weight(forgotten)


def remembered_of(request: Request) -> Remembered:
    """Give what this process remembers; nothing, at the first request."""
    state = request.app.state
    if not hasattr(state, "remembered_figures"):
        state.remembered_figures = Remembered()
    remembered: Remembered = state.remembered_figures
    return remembered


async def schools_asked(runtime: Runtime, whose: Whose) -> list[Standing]:
    """List the schools that are known here, one more than an answer may be about at most."""
    async with of_schools(runtime.pool, whose.urns) as conn:
        return await standings(conn, *whose, limit=MOST_SCHOOLS + 1)


async def figures_across(
    runtime: Runtime,
    remembered: Remembered,
    schools: Iterable[Standing],
    question: Question,
    *,
    apart: bool,
) -> list[Row]:
    """Add up several schools, group by group and period by period.

    A term or half term is the one of its name in each school: its days are from the first school's
    first to the last school's last.

    Args:
        apart: each school is a group of its own, named by its URN.

    Returns:
        The rows in order.
    """
    summed: dict[tuple[str, str], Row] = {}
    for school in schools:
        for row in await _of_school(runtime, remembered, school, question):
            group = f"{school.urn}" if apart else row.group
            key = group, row.period.name
            before = summed.get(key, Row(group, row.period, Tally()))
            before.tally.add(row.tally)
            summed[key] = Row(group, _both(before.period, row.period), before.tally)
    return sorted(summed.values(), key=lambda row: row.key)


async def _of_school(
    runtime: Runtime, remembered: Remembered, school: Standing, question: Question
) -> list[Row]:
    rows = remembered.get((school, question))
    if rows is not None:
        return rows
    async with remembered.at_work:
        rows = remembered.get((school, question))
        if rows is not None:  # another asked the same meanwhile
            return rows
        read = await school_read(runtime, school.urn, question.first, question.last)
        rows = await asyncio.to_thread(lambda: list(rows_of(read, question)))
        remembered.put((Standing(school.urn, read.version, read.position), question), rows)
    return rows


def _weight(rows: list[Row]) -> int:
    """Count an entry as a row too: a school without rows is remembered as well."""
    return len(rows) + 1


def _both(one: NamedPeriod, other: NamedPeriod) -> NamedPeriod:
    return one._replace(
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        is_long=one.is_long and other.is_long,
    )

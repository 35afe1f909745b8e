"""What following is measured beside: for each mark, read the pupil's year and ask every rule.

The same law, the plain way: a row a mark, nothing packed, no telling which rules an entry may
matter to, and nothing kept of what was found.
"""

import time
from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import Code
from attendance.events import (
    CalendarPublished,
    Event,
    EvidenceEntry,
    Mark,
    MarksRecorded,
    PupilAdmitted,
    SchoolRegistered,
)
from attendance.identifiers import PupilId
from attendance.rules.catalogue import RULES
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import PupilFacts
from attendance.rules.rule import About
from attendance.rules.told import told
from attendance.session import Half, Session
from eventlog import Connection

MAKE: Final = """
CREATE TABLE public.bench_entry (
    pupil text, session_on date, half text, code text, position bigint,
    PRIMARY KEY (pupil, session_on, half)
)
"""
PUT: Final = "INSERT INTO public.bench_entry VALUES ($1, $2, $3, $4, $5)"
YEAR: Final = """
SELECT session_on, half, code, position FROM public.bench_entry
 WHERE pupil = $1 AND session_on BETWEEN $2 AND $3 ORDER BY session_on, half
"""


class Naive:
    """A school followed the plain way."""

    def __init__(self, conn: Connection, opened: Iterable[Event]) -> None:
        self._conn = conn
        self._facts: dict[PupilId, PupilFacts] = {}
        for event in opened:
            match event:
                case SchoolRegistered():
                    self._details = event.details
                case CalendarPublished():
                    self._calendar = SchoolCalendar((event.calendar,))
                    terms = event.calendar.half_terms
                    self._year = (terms[0].starts, terms[-1].ends)
                case PupilAdmitted():
                    self._facts[event.pupil] = told(None, 1, event)

    async def begin(self, sessions: Iterable[Iterable[MarksRecorded]]) -> None:
        """Enter registers without asking any rule, so that there is something to read."""
        await self._conn.execute(MAKE)
        await self._conn.copy_records_to_table(
            "bench_entry",
            records=[
                _row(register.session, mark, 0)
                for register in chain.from_iterable(sessions)
                for mark in register.marks
            ],
        )

    async def marks_a_second(
        self, sessions: Iterable[Iterable[MarksRecorded]], *, seconds: float
    ) -> float:
        """Follow registers for so long; give the marks a second."""
        began, marks = time.perf_counter(), 0
        for position, register in enumerate(chain.from_iterable(sessions), start=1):
            for mark in register.marks:
                await self._conn.execute(PUT, *_row(register.session, mark, position))
                await self._asked(mark.pupil, register.recorded_at)
                marks += 1
            if time.perf_counter() - began > seconds:
                break
        return marks / (time.perf_counter() - began)

    async def _asked(self, pupil: PupilId, at: datetime) -> None:
        rows = await self._conn.fetch(YEAR, pupil, *self._year)
        entries = [_entry(*row) for row in rows]
        circumstances = Circumstances(
            at=at,
            school=self._details,
            calendar=self._calendar,
            facts=self._facts[pupil],
            entries=entries,
            of_age=entries,
            due=lambda _session: True,
        )
        for rule in RULES.values():
            if rule.about is About.PUPIL:
                rule.findings(circumstances, rule.terms[-1])


def _row(session: Session, mark: Mark, position: int) -> tuple[object, ...]:
    return mark.pupil, session.on, session.half.value, mark.code.value, position


def _entry(on: date, half: str, code: str, position: int) -> EvidenceEntry:
    return EvidenceEntry(Session(on, Half(half)), Code(code), position)

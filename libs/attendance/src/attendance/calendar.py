"""When a school meets: half terms, closures, sessions, school weeks, and London's clock.

A school's own calendar decides what a session, a school day and a school week are; nothing here
knows a bank holiday. The only module that names the time zone.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from attendance.errors import CalendarRefused, Refusal
from attendance.identifiers import AcademicYear
from attendance.session import Half, Session, academic_year_of

LONDON: Final = ZoneInfo("Europe/London")
DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
BOTH: Final = (Half.AM, Half.PM)
WHOLE_SCHOOL: Final = ""  # where else the name of a year group stands


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """A stretch in which the school meets on weekdays; the first and the last day are in it."""

    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Closure:
    """A weekday inside a half term, or one session of it, on which the school was never to meet.

    With year groups it is closed to their pupils alone, as at a staggered start: the school meets,
    and they aren't due in.
    """

    on: date
    reason: str
    half: Half | None = None  # None: the whole day
    year_groups: tuple[str, ...] = ()  # none: the whole school

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions it takes away."""
        return tuple(
            Session(self.on, half) for half in (BOTH if self.half is None else (self.half,))
        )


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A school's calendar for one academic year: consistent in itself, or it can't be made.

    Raises:
        CalendarRefused: half terms out of order, overlapping or outside the year; closures outside
            half terms, at a weekend or given twice. Every problem is listed.
    """

    year: AcademicYear
    half_terms: tuple[HalfTerm, ...]  # in order of date
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        refusals = [*_half_term_problems(self), *_closure_problems(self)]
        if refusals:
            raise CalendarRefused(refusals)


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Every session a school holds, over all the academic years it has published.

    Built whole and never changed: the numbering of school weeks is worked out once, since the rules
    ask for it at every unauthorised session of every pupil.
    """

    years: tuple[CalendarYear, ...] = ()  # in order of year, each once
    _open: dict[date, tuple[Half, ...]] = field(init=False, repr=False, compare=False)
    _mondays: list[date] = field(init=False, repr=False, compare=False)
    _week_number: dict[date, int] = field(init=False, repr=False, compare=False)
    _closed_to: dict[Session, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        held = {on: halves for year in self.years for on, halves in _days_held(year)}
        mondays = sorted({_monday(on) for on in held})
        numbers = {monday: number for number, monday in enumerate(mondays, start=1)}
        object.__setattr__(self, "_open", held)
        object.__setattr__(self, "_mondays", mondays)
        object.__setattr__(self, "_week_number", {on: numbers[_monday(on)] for on in held})
        object.__setattr__(self, "_closed_to", _closed_to(self.years))

    def with_year(self, year: CalendarYear) -> "SchoolCalendar":
        """Add an academic year, or put a new edition in the place of the old one."""
        others = [other for other in self.years if other.year != year.year]
        return SchoolCalendar(tuple(sorted([*others, year], key=lambda each: each.year)))

    def year(self, year: AcademicYear) -> CalendarYear | None:
        """Find the calendar published for an academic year."""
        return next((each for each in self.years if each.year == year), None)

    @property
    def last_day(self) -> date:
        """The last day of the last half term published; the first of all days where none is."""
        return max((each.ends for year in self.years for each in year.half_terms), default=date.min)

    def covers(self, on: date) -> bool:
        """Whether a calendar is published for the academic year of that date."""
        return self.year(academic_year_of(on)) is not None

    def is_open(self, session: Session) -> bool:
        """Whether the school was to meet in that session."""
        return session.half in self._open.get(session.on, ())

    def is_closed_to(self, year_group: str, session: Session) -> bool:
        """Whether a session that the school holds isn't one for a year group."""
        return year_group in self.closed_to(session)

    def closed_to(self, session: Session) -> frozenset[str]:
        """The year groups that aren't due in a session which the school holds; mostly none."""
        return self._closed_to.get(session, frozenset())

    def is_school_day(self, on: date) -> bool:
        """Whether the school was to meet for at least one session that day."""
        return on in self._open

    def school_days(self, first: date, last: date) -> Iterator[date]:
        """Walk the school days from `first` to `last`, both included, in order."""
        on = first
        while on <= last:
            if on in self._open:
                yield on
            on += DAY

    def sessions(self, first: date, last: date) -> Iterator[Session]:
        """Walk the sessions from the morning of `first` to the afternoon of `last`, in order."""
        for on in self.school_days(first, last):
            for half in self._open[on]:
                yield Session(on, half)

    def school_weeks_between(self, earlier: date, later: date) -> int:
        """Count the school weeks after the week of `earlier`, up to and with that of `later`.

        A school week is a Monday to Sunday with at least one session. Dates of one week are 0
        apart; holidays between two dates count for nothing.
        """
        return self._weeks_begun(later) - self._weeks_begun(earlier)

    def _weeks_begun(self, on: date) -> int:
        """How many school weeks have begun by the Sunday of that week."""
        number = self._week_number.get(on)
        return bisect_right(self._mondays, _monday(on)) if number is None else number


def london_date(instant: datetime) -> date:
    """The calendar day on a school's wall at an instant."""
    return instant.astimezone(LONDON).date()


def london_instant(on: date, at: time) -> datetime:
    """The instant, in UTC, at which a school's clock shows that time on that date."""
    return datetime.combine(on, at, LONDON).astimezone(UTC)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _closed_to(years: Iterable[CalendarYear]) -> dict[Session, frozenset[str]]:
    closed: dict[Session, frozenset[str]] = {}
    for closure in (each for year in years for each in year.closures if each.year_groups):
        for session in closure.sessions:
            closed[session] = closed.get(session, frozenset()).union(closure.year_groups)
    return closed


def _days_held(year: CalendarYear) -> Iterator[tuple[date, tuple[Half, ...]]]:
    whole = (closure for closure in year.closures if not closure.year_groups)
    closed = {session for closure in whole for session in closure.sessions}
    for half_term in year.half_terms:
        for ordinal in range(half_term.starts.toordinal(), half_term.ends.toordinal() + 1):
            on = date.fromordinal(ordinal)
            halves = tuple(half for half in BOTH if Session(on, half) not in closed)
            if on.weekday() < SATURDAY and halves:
                yield on, halves


def _half_term_problems(year: CalendarYear) -> Iterator[Refusal]:
    if not year.half_terms:
        yield Refusal("/half_terms", "no-half-terms", "A calendar has at least one half term.")
    for index, half_term in enumerate(year.half_terms):
        pointer = f"/half_terms/{index}"
        if half_term.ends < half_term.starts:
            yield Refusal(
                f"{pointer}/ends", "ends-before-start", "A half term ends after it starts."
            )
        for name, on in (("starts", half_term.starts), ("ends", half_term.ends)):
            if academic_year_of(on) != year.year:
                yield _outside_year(f"{pointer}/{name}")
    for index, (earlier, later) in enumerate(pairwise(year.half_terms), start=1):
        if later.starts <= earlier.ends:
            detail = "Half terms are given in order of date and don't overlap."
            yield Refusal(f"/half_terms/{index}/starts", "half-terms-overlap", detail)


def _closure_problems(year: CalendarYear) -> Iterator[Refusal]:
    closed: defaultdict[Session, set[str]] = defaultdict(set)
    for index, closure in enumerate(year.closures):
        pointer = f"/closures/{index}/date"
        if academic_year_of(closure.on) != year.year:
            yield _outside_year(pointer)
        elif closure.on.weekday() >= SATURDAY or not any(
            each.starts <= closure.on <= each.ends for each in year.half_terms
        ):
            detail = "A closure is a weekday inside a half term; other days are closed already."
            yield Refusal(pointer, "closure-outside-half-terms", detail)
        if len(set(closure.year_groups)) < len(closure.year_groups):
            detail = "A year group is named once in a closure."
            yield Refusal(f"/closures/{index}/year_groups", "closure-repeated", detail)
        if any(_closes_again(closure, closed[session]) for session in closure.sessions):
            yield Refusal(pointer, "closure-repeated", "A session is closed once.")
        for session in closure.sessions:
            closed[session].update(closure.year_groups or (WHOLE_SCHOOL,))


def _closes_again(closure: Closure, closed: Set[str]) -> bool:
    """Whether a session is closed to some of them already, or to the whole school."""
    if not closure.year_groups:
        return bool(closed)
    return WHOLE_SCHOOL in closed or not closed.isdisjoint(closure.year_groups)


def _outside_year(pointer: str) -> Refusal:
    detail = "The date is outside the academic year, 1 August to 31 July."
    return Refusal(pointer, "outside-academic-year", detail)

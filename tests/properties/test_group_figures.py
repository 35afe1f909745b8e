"""Group figures against a model that looks at one entry of one pupil at a time.

The service puts bytes and masks together, a whole group and a whole year at once. Here each entry
is asked for itself whether it was due, of which time on roll it is and who stood where that day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Final

from attendance.admission_entry import CharacteristicPeriod
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codec import encode
from attendance.codes import AUTHORISED, POSSIBLE, UNAUTHORISED, Code
from attendance.events import CalendarPublished
from attendance.identifiers import AcademicYear, PupilId
from attendance.published_cohort import Cohort, days_published
from attendance.rules.bands import BANDS, band_of
from attendance.rules.facts import Entered, Placed, PupilFacts
from attendance.rules.figures import figures_from
from attendance.rules.periods import NamedPeriod, PeriodKind, periods_between
from attendance.session import Half, Session, academic_year_of
from hypothesis import given
from hypothesis import strategies as st
from support.school_log import OPENED_AT
from thresholds.figures.grouping import WEEKDAYS, GroupBy, times_on_roll, with_and_without
from thresholds.figures.of_school import Key, Question, Row, rows_of
from thresholds.figures.spans import parts_of
from thresholds.figures.table import PackedSchool
from thresholds.figures.tally import Tally, tally_of
from thresholds.packing import BYTE_OF, PupilYear, place_of
from thresholds.timetable import timetable_of

# The last weeks of a year nobody published a calendar for, a holiday, and the weeks after it.
FIRST, LAST = date(2026, 7, 13), date(2026, 9, 27)
STARTED: Final = date(2026, 9, 2)
YEAR: Final = CalendarYear(
    AcademicYear("2026-27"),
    (
        HalfTerm("Autumn 1", STARTED, date(2026, 9, 18)),
        HalfTerm("Autumn 2", date(2026, 9, 21), LAST),
    ),
    (
        Closure(date(2026, 9, 9), "INSET"),
        Closure(date(2026, 9, 10), "polling", Half.PM),
        Closure(date(2026, 9, 2), "staggered start", None, ("7",)),
    ),
)
PUBLISHED: Final = encode(CalendarPublished(calendar=YEAR, recorded_by=None, recorded_at=OPENED_AT))
TIMETABLE: Final = timetable_of((PUBLISHED[1],))
ABSENCES: Final = AUTHORISED | UNAUTHORISED

# Few days, so that what begins and ends on one is met by entries of that day.
DAYS: Final = (
    *(date(2026, 7, 20), date(2026, 7, 21)),
    *(date(2026, 9, day) for day in (2, 3, 4, 7, 8, 9, 10, 11, 18, 21)),
)
SESSIONS: Final = tuple(Session(on, half) for on in DAYS for half in Half)
CODES: Final = (None, *(Code(each) for each in ("/", "L", "I", "O", "G", "N", "Y4", "B", "C1")))
BY: Final = (None, *(each for each in GroupBy if each is not GroupBy.SCHOOL))
days = st.sampled_from(DAYS)


@st.composite
def placements(draw: st.DrawFn) -> tuple[Placed, ...]:
    stood = {FIRST - timedelta(days=300), *draw(st.sets(days, max_size=3))}
    return tuple(
        Placed(
            from_on,
            draw(st.sampled_from("78")),
            draw(st.integers(0, 4)) == 0,
            tuple(draw(st.sets(st.sampled_from(["7A", "7B", "choir"]), max_size=2))),
        )
        for from_on in sorted(stood)
    )


@st.composite
def periods_held(draw: st.DrawFn) -> CharacteristicPeriod:
    starts, length = draw(days), draw(st.none() | st.integers(0, 9))
    return CharacteristicPeriod(
        characteristic=draw(st.sampled_from(["fsm", "eal"])),
        starts_on=starts,
        ends_on=None if length is None else starts + timedelta(days=length),
    )


facts = st.builds(
    PupilFacts,
    date_of_birth=st.dates(date(2010, 6, 1), date(2011, 12, 31)),
    placements=placements(),
    enrolments=st.sets(days, max_size=2).map(
        lambda later: tuple(
            Entered(on, on, 1) for on in sorted({FIRST - timedelta(days=90), *later})
        )
    ),
    characteristics=st.lists(periods_held(), max_size=3).map(tuple),
)
entries = st.binary(min_size=len(SESSIONS), max_size=len(SESSIONS)).map(
    lambda drawn: {
        session: code
        for session, byte in zip(SESSIONS, drawn, strict=True)
        if (code := CODES[byte % len(CODES)])
    }
)
schools = st.lists(st.tuples(facts, entries), max_size=3)
School = list[tuple[PupilFacts, dict[Session, Code]]]


@dataclass(slots=True)
class Line:
    """One line of figures, added to entry by entry."""

    entered: Counter[Code] = field(default_factory=Counter)
    on_weekday: Counter[tuple[int, bool]] = field(default_factory=Counter)  # and whether absent
    of_enrolment: dict[tuple[int, int], Counter[Code]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def enter(self, pupil: int, enrolment: int, session: Session, code: Code) -> None:
        self.entered[code] += 1
        self.of_enrolment[pupil, enrolment][code] += 1
        if code in POSSIBLE:
            self.on_weekday[session.on.weekday(), code in ABSENCES] += 1


def packed(school: School) -> PackedSchool:
    years: dict[PupilId, dict[int, bytes]] = {}
    for number, (_, entered) in enumerate(school):
        of_pupil: dict[int, PupilYear] = {}
        for session, code in entered.items():
            year, slot = place_of(session)
            of_pupil.setdefault(year, PupilYear.unpacked(b"", b"")).enter(slot, BYTE_OF[code], 1)
        years[PupilId(f"p{number}")] = {year: each.packed()[0] for year, each in of_pupil.items()}
    stated = {PupilId(f"p{number}"): each for number, (each, _) in enumerate(school)}
    return PackedSchool(1, 7, (PUBLISHED[1],), stated, years)


def is_due(of: PupilFacts, session: Session) -> bool:
    placed, calendar = of.placed_on(session.on), TIMETABLE.calendar
    if placed.boarder:
        return False
    if not calendar.covers(session.on):
        return True
    return calendar.is_open(session) and not calendar.is_closed_to(placed.year_group, session)


def enrolment_of(of: PupilFacts, on: date) -> int:
    begun = [place for place, each in enumerate(of.enrolments) if each.starting_day <= on]
    return begun[-1] if begun else 0


def is_published(of: PupilFacts, on: date) -> bool:
    starting = of.enrolments[enrolment_of(of, on)].starting_day
    period = days_published(of.date_of_birth, starting, academic_year_of(on))
    return period is not None and period.first <= on <= period.last


def groups_of(number: int, of: PupilFacts, on: date, by: GroupBy | None) -> Iterator[str]:
    placed = of.placed_on(on)
    match by:
        case None:
            yield ""
        case GroupBy.PUPIL:
            yield f"p{number}"
        case GroupBy.WEEKDAY:
            yield WEEKDAYS[on.weekday()]
        case GroupBy.YEAR_GROUP:
            yield placed.year_group
        case GroupBy.GROUP:
            yield from placed.groups
        case _:
            yield from (word for word in ("fsm", "eal") if of.has(word, on))


def plainly(school: School, question: Question) -> dict[tuple[str, NamedPeriod], Line]:
    lines: dict[tuple[str, NamedPeriod], Line] = defaultdict(Line)
    periods = periods_between(question.kind, question.first, question.last, TIMETABLE.calendar)
    for number, (of, entered) in enumerate(school):
        for session, code in entered.items():
            on = session.on
            counts = question.cohort is Cohort.SCHOOL or is_published(of, on)
            if not (counts and is_due(of, session)):
                continue
            for period in (each for each in periods if each.first <= on <= each.last):
                for group in groups_of(number, of, on, question.by):
                    enrolment = enrolment_of(of, on)
                    lines[group, period].enter(number, enrolment, session, code)
    return lines


def agree(tally: Tally, line: Line) -> None:
    each = [figures_from(entered) for entered in line.of_enrolment.values()]
    counted = [figures for figures in each if figures.possible]
    bands = Counter(band_of(figures.absent, figures.possible) for figures in counted)
    reasons = Counter(code for figures in counted for code in figures.by_code if code in ABSENCES)

    assert tally.figures == figures_from(line.entered)
    assert tally.enrolments == len(counted)
    assert tally.persistent == sum(figures.persistent for figures in counted)
    assert tally.severe == sum(figures.severe for figures in counted)
    assert tally.with_unauthorised == sum(figures.unauthorised > 0 for figures in counted)
    assert tally.bands == [bands[place] for place in range(len(BANDS))]
    assert tally.enrolments_by_reason == reasons
    assert tally.absent_on == [line.on_weekday[day, True] for day in range(7)]
    assert tally.possible_on == [
        line.on_weekday[day, True] + line.on_weekday[day, False] for day in range(7)
    ]


def last_key(rows: list[Row]) -> Key | None:
    return rows[-1].key if rows else None


questions = st.builds(
    Question,
    first=st.sampled_from(DAYS[:6]),
    last=st.sampled_from([*DAYS[6:], LAST]),
    kind=st.sampled_from(PeriodKind),
    by=st.none(),
    cohort=st.sampled_from(Cohort),
)


@given(schools, questions)
def test_a_groups_figures_are_those_of_its_entries_one_by_one(
    school: School, question: Question
) -> None:
    for by in BY:
        rows = list(rows_of(packed(school), question._replace(by=by)))
        lines = plainly(school, question._replace(by=by))

        found = {(row.group, row.period) for row in rows if not row.tally.is_empty}
        assert found == set(lines)
        for row in rows:
            agree(row.tally, lines[row.group, row.period])


@given(schools, questions)
def test_the_whole_school_is_the_sum_of_its_pupils_own(school: School, question: Question) -> None:
    whole = rows_of(packed(school), question._replace(by=None))
    own = list(rows_of(packed(school), question._replace(by=GroupBy.PUPIL)))

    for row in whole:
        summed = Tally()
        for each in own:
            if each.period == row.period:
                summed.add(each.tally)
        assert summed == row.tally


@given(schools, questions, st.integers(2, 5))
def test_pages_of_rows_put_together_are_all_of_them(
    school: School, question: Question, size: int
) -> None:
    for by in BY:
        asked = question._replace(by=by)

        paged: list[Row] = []
        while page := list(islice(rows_of(packed(school), asked, last_key(paged)), size)):
            paged += page
        assert paged == list(rows_of(packed(school), asked))


@given(schools, st.sampled_from(["fsm", "eal", "young-carer"]))
def test_those_with_a_characteristic_and_those_without_are_the_whole_school(
    school: School, word: str
) -> None:
    on_roll = list(times_on_roll(packed(school).pupils(), TIMETABLE))
    parts = parts_of(FIRST, LAST)

    held, others = (tally_of(each, parts) for each in with_and_without(on_roll, word))
    whole = tally_of([each.sessions for each in on_roll], parts)

    assert held.by_byte + others.by_byte == whole.by_byte
    lines = plainly(
        school,
        Question(FIRST, LAST, PeriodKind.WHOLE, GroupBy.CHARACTERISTIC, Cohort.SCHOOL),
    )
    entered = [line.entered for (group, _), line in lines.items() if group == word]
    assert held.figures.by_code == dict(sum(entered, Counter()))

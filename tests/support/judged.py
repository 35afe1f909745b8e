"""A pupil's weeks drawn at random, and the pupil judged from change to change as time goes by."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from attendance.admission_entry import CharacteristicPeriod
from attendance.calendar import Closure, SchoolCalendar, london_instant
from attendance.codes import Code
from attendance.events import AlertEvent, Phase, SchoolDetails
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.plan_terms import PlanKind
from attendance.rules.facts import Arrangement, Entered, Placed, PupilFacts
from attendance.session import Half, Session
from hypothesis import strategies as st
from support.school_log import FIRST_DAY, TIMES, calendar_of
from thresholds.digest import Change
from thresholds.facts import FactsInTime
from thresholds.in_time import InTime
from thresholds.judging import ENTERED, Case, Known, Look
from thresholds.packing import BYTE_OF, place_of, sessions_of
from thresholds.relevance import (
    OF_PUPILS,
)
from thresholds.school import THE_RULES_OWN, SchoolInTime
from thresholds.timetable import Timetable, Timetables

STARTED: Final = date(2026, 9, 1)
CALENDAR: Final = SchoolCalendar((calendar_of(),))
SESSIONS: Final = tuple(CALENDAR.sessions(date(2026, 9, 7), date(2026, 12, 18)))
ELMBRIDGE: Final = SchoolDetails(
    name="Elmbridge", la_code=LaCode("886"), phase=Phase.SECONDARY, times=TIMES
)

# Weeks as a pupil lives them: runs of one code, then single sessions made late or amended.
runs = st.lists(
    st.tuples(st.sampled_from("/GONIULQE4-"), st.integers(1, 24)), min_size=1, max_size=8
)
disorder = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 140), st.sampled_from("/GOIN")), max_size=8
)

# Stretches of half-days closed to a year group, by day; where a pupil stands from some day on.
closures = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.integers(1, 15),
        st.sampled_from(["AM", "PM", "AMPM"]),
        st.sampled_from("78"),
    ),
    max_size=4,
).map(
    lambda drawn: {
        (first + day, half, to)
        for first, days, halves, to in drawn
        for day in range(days)
        for half in Half
        if half in halves
    }
)
days = [date(2026, 9, 7) + timedelta(days=each) for each in range(0, 100, 3)]
stands = st.lists(
    st.tuples(st.sampled_from(days[:24]), st.sampled_from("78"), st.booleans()),
    max_size=4,
    unique_by=lambda each: each[0],
).map(sorted)

has = st.lists(
    st.builds(
        CharacteristicPeriod,
        characteristic=st.sampled_from(["ehcp", "social-worker", "looked-after", "sen-support"]),
        starts_on=st.sampled_from(days),
        ends_on=st.none() | st.sampled_from(days),
    ),
    max_size=3,
).map(tuple)
arrangements = st.lists(
    st.builds(
        lambda kind_and_code, first, length, seen: Arrangement(
            plan=UUID(int=first),
            kind=kind_and_code[0],
            code=kind_and_code[1],
            starts=SESSIONS[first],
            ends=SESSIONS[min(first + length, len(SESSIONS) - 1)],
            pattern=frozenset(),
            position=1,
            stated_on=SESSIONS[first].on,
            return_expected_on=SESSIONS[min(first + length, len(SESSIONS) - 1)].on
            + timedelta(days=1),
            evidence_seen=seen,
        ),
        st.sampled_from(
            [
                (PlanKind.ILLNESS, Code.I),
                (PlanKind.EXCLUSION, Code.E),
                (PlanKind.PART_TIME_TIMETABLE, Code.C2),
                (PlanKind.ACTIVITY, Code.B),
            ]
        ),
        st.integers(0, 130),
        st.integers(0, 80),
        st.booleans(),
    ),
    max_size=3,
).map(tuple)


def closed(place: int, half: Half, year_group: str) -> Closure:
    """Close a half-day of the term, by its day's number, to a year group."""
    on = SESSIONS[2 * place % len(SESSIONS)].on
    return Closure(on, "Staggered start", half, (year_group,))


def drawn(made: list[tuple[str, int]]) -> list[tuple[Session, Code]]:
    """Give the entries of runs of codes, one a session from the first of term."""
    codes = "".join(code * times for code, times in made)[: len(SESSIONS)]
    return [
        (session, code_of(code, session))
        for session, code in zip(SESSIONS, codes, strict=False)
        if code != "-"
    ]


def code_of(drawn_code: str, session: Session) -> Code:
    """Read one drawn character as the code of a session."""
    if drawn_code == "/" and session.half is Half.PM:
        return Code.PRESENT_PM
    return Code.Y4 if drawn_code == "4" else Code(drawn_code)


def history(made: list[tuple[str, int]], mess: list[tuple[int, int, str]]) -> list[Change]:
    """Entries in order, with some made or amended out of it."""
    acts = [(session, code, False) for session, code in drawn(made)]
    for after, place, code in mess:
        session = SESSIONS[place % len(SESSIONS)]
        entered = {each for each, _, _ in acts[: after % (len(acts) + 1)]}
        act = (session, code_of(code, session), session in entered)
        acts.insert(after % (len(acts) + 1), act)
    return [
        Change(position, place_of(session), BYTE_OF[code], amended)
        for position, (session, code, amended) in enumerate(acts, start=1)
    ]


def facts(
    *stands: tuple[date, str, bool],
    born: date = date(2015, 3, 1),
    characteristics: tuple[CharacteristicPeriod, ...] = (),
    arrangements: tuple[Arrangement, ...] = (),
) -> PupilFacts:
    """State where a pupil stands from some days on, what they have, and what is planned."""
    standing = [(STARTED, "7", False), *stands]
    return PupilFacts(
        date_of_birth=born,
        placements=tuple(Placed(*each, groups=("7B",)) for each in standing),
        enrolments=(Entered(FIRST_DAY, STARTED, 1),),
        characteristics=characteristics,
        arrangements=arrangements,
    )


def school(*timetables: tuple[int, Timetable]) -> SchoolInTime:
    """Make a school whose timetables are good from some positions on; by default it has one."""
    positions, held = zip(*(timetables or [(0, Timetable(CALENDAR))]), strict=True)
    return SchoolInTime(
        Timetables(positions, held), InTime([0], [ELMBRIDGE]), InTime([0], [THE_RULES_OWN])
    )


class Judged:
    """A pupil judged from change to change, as time goes by."""

    def __init__(self, *in_time: tuple[int, PupilFacts], held: SchoolInTime | None = None) -> None:
        positions, stated = zip(*(in_time or [(0, facts())]), strict=True)
        self.held = held or school()
        self.now = datetime(2026, 8, 30, tzinfo=UTC)
        known = Known(
            urn=Urn(999001),
            pupil=PupilId("p1"),
            facts=FactsInTime(positions, stated),
            years={},
            told=(),
        )
        self.case = Case(known)

    def happens(self, turn: Change | Look) -> list[AlertEvent]:
        """Take a turn as the engine does: at the end of the day, after what was due before."""
        if isinstance(turn, Change):
            on = sessions_of(turn.place.year)[turn.place.slot].on
            self.now = max(self.now, london_instant(on, time(16)))
        said = []
        while self.case.due_at is not None and self.case.due_at < self.now:
            said += self.case.wake(turn.position - 1, self.held, self.case.due_at)
        return said + self.case.judge(turn, self.held, self.now)

    def left_unsaid(self, position: int) -> list[AlertEvent]:
        """Ask every rule."""
        return self.case.judge(Look(position, OF_PUPILS, ENTERED), self.held, self.now)

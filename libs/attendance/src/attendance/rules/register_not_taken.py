"""When a register stands untaken although its time to be taken is over.

About registers and not about a pupil: who was due is handed in, by groups.

Source: SI 2024/208 reg 10(1): a register is taken at the beginning of each morning session and once
during each afternoon session.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from attendance.calendar import SchoolCalendar, london_date, london_instant
from attendance.identifiers import PupilId
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Finding
from attendance.rules.rule import About, Ending, Rule, Settable
from attendance.rules.terms import Source, judges
from attendance.school_details import SchoolDetails
from attendance.session import Session

RULE: Final = "register-not-taken"

DAY: Final = timedelta(days=1)
LONGEST_GRACE: Final = 240  # minutes; beyond it a morning's register is news of the afternoon


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterNotTakenTerms:
    """How long after its closing a register is waited for."""

    rule: str = RULE
    grace_minutes: int
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = RegisterNotTakenTerms(
    grace_minutes=0,
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 10(1), the taking of the register",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


class RegisterClosing(NamedTuple):
    """The instant from which a session's registers should have been taken."""

    at: datetime  # UTC
    session: Session


class NotTaken(NamedTuple):
    """A register that nobody began."""

    group: str | None  # None: of the pupils of no group
    expected: int  # pupils


def closes_at(
    school: SchoolDetails, session: Session, terms: RegisterNotTakenTerms = FROM_AUGUST_2024
) -> datetime:
    """The instant, in UTC, from which a session's registers should have been taken."""
    closes = london_instant(session.on, school.times[session.half].closes)
    return closes + timedelta(minutes=terms.grace_minutes)


def next_closing(
    calendar: SchoolCalendar,
    school: SchoolDetails,
    after: datetime,
    terms: RegisterNotTakenTerms = FROM_AUGUST_2024,
) -> RegisterClosing | None:
    """Find the first closing after an instant, of a session held that these terms judge.

    Args:
        after: an aware instant; a closing at that very instant isn't after it.

    Returns:
        None where the calendars published end before it.
    """
    first = max(london_date(after) - DAY, terms.in_force_from)  # grace may reach over midnight
    for session in calendar.sessions(first, calendar.last_day):
        at = closes_at(school, session, terms)
        if after < at:
            return RegisterClosing(at, session) if judges(terms, session.on) else None
    return None


def registers_not_taken(
    session: Session,
    groups: Mapping[str | None, Collection[PupilId]],
    entered: Collection[PupilId],
    terms: RegisterNotTakenTerms = FROM_AUGUST_2024,
) -> tuple[NotTaken, ...]:
    """Find the groups whose register for a session nobody began.

    What is missing in one that was begun is the business of whoever takes it.

    Args:
        groups: the pupils whose attendance was to be entered, by registration group; under None
            those of no group. A pupil may be in several.
        entered: the pupils with an entry in force.

    Returns:
        By name of the group, those of none first; no group without pupils.
    """
    if not judges(terms, session.on):
        return ()
    begun = registers_begun(groups, entered)
    return tuple(
        NotTaken(group, len(pupils))
        for group, pupils in sorted(groups.items(), key=lambda each: each[0] or "")
        if pupils and group not in begun
    )


def registers_begun(
    groups: Mapping[str | None, Collection[PupilId]], entered: Collection[PupilId]
) -> frozenset[str | None]:
    """Name the groups whose register for a session was begun.

    It was by the entry of a pupil who is in no other group, or by two entries. One of a pupil of
    several groups alone may have been made in any of their registers, so it tells nothing, unless
    all of a group's pupils are in others too. (Interpretation: decision 0032.)

    Args:
        groups: as `registers_not_taken` takes them.
        entered: the pupils with an entry in force.
    """
    having = frozenset(entered)
    registers_of = Counter(pupil for pupils in groups.values() for pupil in pupils)

    def is_begun(pupils: Collection[PupilId]) -> bool:
        found = [pupil for pupil in pupils if pupil in having]
        if len(found) != 1:
            return bool(found)
        return registers_of[found[0]] == 1 or all(registers_of[each] > 1 for each in pupils)

    return frozenset(group for group, pupils in groups.items() if is_begun(pupils))


def _nothing_of_a_pupil(_of: Circumstances, _terms: RegisterNotTakenTerms) -> Sequence[Finding]:
    return ()


DEFINITION: Final = Rule(
    slug=RULE,
    title="Register not taken",
    met_when="the register of a group closed and nobody had begun it",
    terms=TERMS,
    units={"grace_minutes": "minutes from the closing of the register"},
    evidence="none, since there is no register",
    told_to="the school",
    about=About.REGISTER,
    ending=Ending.CLOSED,
    findings=_nothing_of_a_pupil,
    settable={
        "grace_minutes": Settable(
            meaning="how many minutes after its closing a register is still waited for",
            most=LONGEST_GRACE,
        )
    },
)

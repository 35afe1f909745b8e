"""When a school must tell the local authority of a name entered in the admission register.

Source: SI 2024/208 reg 13(1) to (3): by the end of the fifth day after the day of the entry, a day
of the calendar and not a school day. Not for whom the school takes into its most junior class on
the first day of the school year, unless the authority has asked.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Entered
from attendance.rules.finding import Finding
from attendance.rules.rule import Cause, Rule, Settable
from attendance.rules.terms import Source, judges
from attendance.rules.transitions import begins_school_year, is_most_junior
from attendance.session import Half, Session

RULE: Final = "new-pupil-return"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPupilReturnTerms:
    """By when, and of whom nothing need be told."""

    rule: str = RULE
    calendar_days: int  # after the day of the entry
    asked_by_authority: bool = False  # for all pupils, from the day after it asked
    most_junior: str = ""  # class, in the school's word; empty: the usual one of its phase
    from_starting_day: date | None = None  # before it, pupils were entered in another register
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = NewPupilReturnTerms(
    calendar_days=5,
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 13(1) to (3), new pupil return",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def new_pupil_return(
    of: Circumstances, terms: NewPupilReturnTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every time the pupil's name was entered and the authority is to be told.

    Known as soon as it is recorded, also of a pupil who starts later: a name stands from the
    starting day, and is entered that day or when it is recorded, whichever is later.
    (Interpretation: decision 0032.)

    Returns:
        One finding an entry, oldest first. It rests on the event that entered the name,
        and on those that gave it another starting day.
    """
    return tuple(
        _finding(entered, terms)
        for entered in of.facts.enrolments
        if judges(terms, _entered_on(entered)) and _is_to_be_told(entered, of, terms)
    )


def _entered_on(entered: Entered) -> date:
    return max(entered.recorded_on, entered.starting_day)


def _is_to_be_told(entered: Entered, of: Circumstances, terms: NewPupilReturnTerms) -> bool:
    on = entered.starting_day
    if terms.from_starting_day is not None and on < terms.from_starting_day:
        return False
    year_group = of.facts.placed_on(on).year_group
    expected = begins_school_year(on, of.calendar) and is_most_junior(
        year_group, of.school, terms.most_junior
    )
    return terms.asked_by_authority or not expected


def _finding(entered: Entered, terms: NewPupilReturnTerms) -> Finding:
    on = _entered_on(entered)
    return Finding(
        rule=RULE,
        met_on=Session(on, Half.AM),
        evidence=(),
        figures={},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        rests_on=(entered.position, *entered.moved),
        due_on=on + timedelta(days=terms.calendar_days),
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="New pupil return",
    met_when="a pupil's name is entered in the admission register, other than in the most junior "
    "class on the first day of the school year: due by the end of the fifth day after",
    terms=TERMS,
    units={
        "calendar_days": "days after the day of the entry, weekends and holidays counted",
        "asked_by_authority": "whether the authority has asked to be told of every pupil",
        "most_junior": "a year group in the school's word; empty: the usual one of its phase",
        "from_starting_day": "a day; pupils who started before it are passed over",
    },
    evidence="the event that entered the name, and those that gave it another starting day",
    told_to="the local authority",
    causes=frozenset({Cause.ADMISSION}),
    findings=new_pupil_return,
    settable={
        "asked_by_authority": Settable(
            meaning="whether the authority has asked to be told of every pupil; in force from the "
            "day after it asked"
        ),
        "most_junior": Settable(
            meaning="the year group that is the school's most junior class, where it isn't the "
            "usual one of its phase"
        ),
        "from_starting_day": Settable(
            meaning="the first starting day of pupils entered in this register; those who started "
            "before it were entered in another"
        ),
    },
)

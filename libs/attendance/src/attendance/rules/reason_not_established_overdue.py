"""When the reason for an absence should have been established: five school days after it.

Code N is a placeholder. Left standing it must become O, which a person enters: nothing is written
here.

Source: SI 2024/208 reg 10(7) to (9); Working together to improve school attendance (DfE, in force
19 August 2024), on code N. Where that guidance elsewhere says working days, the regulation governs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from attendance.codes import Code
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Entry, Finding
from attendance.rules.pupil_days import DAY, beginning_of, days_due
from attendance.rules.rule import Ending, Rule
from attendance.rules.standing import Standing
from attendance.rules.terms import Source, judges

RULE: Final = "reason-not-established-overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonTerms:
    """How long which codes may stand."""

    rule: str = RULE
    school_days: int  # after the day of the session
    codes: frozenset[Code]
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = ReasonTerms(
    school_days=5,
    codes=frozenset({Code.N}),
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 10(7) to (9) (as guidance has it)",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def reason_not_established_overdue(
    of: Circumstances, terms: ReasonTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every entry that stands although its last day to be replaced has ended.

    Counted are the pupil's own school days, so that neither a training day nor a day closed to
    their year group uses the time up. (Interpretation: decision 0032.)

    Returns:
        One finding a session, oldest first. Evidence: the entry.
    """
    return tuple(
        _finding(entry, last, terms) for entry, last in _clocks(of, terms) if last < of.today
    )


def _wakes(of: Circumstances, terms: ReasonTerms) -> Iterator[datetime]:
    return (beginning_of(last + DAY) for _, last in _clocks(of, terms) if of.today <= last)


def _clocks(of: Circumstances, terms: ReasonTerms) -> Iterator[tuple[Entry, date]]:
    """Give each entry with the last day for its reason, as far as the calendar tells that."""
    for entry in of.entries:
        if entry.code in terms.codes and judges(terms, entry.session.on):
            days = list(islice(days_due(of, entry.session.on + DAY), terms.school_days))
            if len(days) == terms.school_days:
                yield entry, days[-1]


def _finding(entry: Entry, last: date, terms: ReasonTerms) -> Finding:
    return Finding(
        rule=RULE,
        met_on=entry.session,
        evidence=(entry,),
        figures={"sessions": 1},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        due_on=last,
    )


def _is_replaced(alert: Standing, of: Circumstances) -> bool:
    """Whether the session has another code now; one that wasn't due needed none."""
    told = {(entry.session, entry.code) for entry in alert.evidence}
    standing = ((entry.session, entry.code) for entry in of.entries)
    return of.due(alert.met_on) and told.isdisjoint(standing)


DEFINITION: Final = Rule(
    slug=RULE,
    title="Reason for absence not established in time",
    met_when="a session is still entered with N when the fifth school day after it has ended: "
    "enter the reason, or O",
    terms=TERMS,
    units={
        "school_days": "school days of the pupil after that of the session, the last one whole",
        "codes": "the codes that a reason takes the place of",
    },
    evidence="the entry",
    told_to="the school",
    ending=Ending.CLOSED,
    findings=reason_not_established_overdue,
    wakes=_wakes,
    done=_is_replaced,
)

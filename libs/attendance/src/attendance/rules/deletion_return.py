"""When a school must tell the local authority of a name deleted from the admission register.

Source: SI 2024/208 reg 13(4) to (6): as soon as the ground is met, and no later than the deletion
(as authorities' guidance has it). Not for whom it deletes at the end of the last term of the most
senior class, unless the authority has asked (recalled).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import Deleted
from attendance.rules.finding import Finding
from attendance.rules.rule import Cause, Rule, Settable
from attendance.rules.terms import Source, judges
from attendance.rules.transitions import ends_school_year, is_most_senior
from attendance.session import Half, Session

RULE: Final = "deletion-return"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionReturnTerms:
    """Of whom nothing need be told."""

    rule: str = RULE
    asked_by_authority: bool = False  # for all pupils
    most_senior: str = ""  # class, in the school's word; empty: the usual one of its phase
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = DeletionReturnTerms(
    source=Source(
        "School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208",
        "reg 13(4) to (6), deletion return (time and exception as guidance has them)",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def deletion_return(
    of: Circumstances, terms: DeletionReturnTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every deletion of the pupil's name of which the authority is to be told.

    The last day to tell it is the one on which the name was deleted in fact: the last day on roll
    may lie before it. (Interpretation: decision 0032.)

    Returns:
        One finding a deletion, oldest first. It rests on the event that deleted the name.
    """
    deletions = [each.deleted for each in of.facts.enrolments if each.deleted is not None]
    return tuple(
        _finding(deleted, terms)
        for deleted in deletions
        if judges(terms, deleted.last_on) and _is_to_be_told(deleted, of, terms)
    )


def _is_to_be_told(deleted: Deleted, of: Circumstances, terms: DeletionReturnTerms) -> bool:
    year_group = of.facts.placed_on(deleted.last_on).year_group
    expected = ends_school_year(deleted.last_on, of.calendar) and is_most_senior(
        year_group, of.school, terms.most_senior
    )
    return terms.asked_by_authority or not expected


def _finding(deleted: Deleted, terms: DeletionReturnTerms) -> Finding:
    return Finding(
        rule=RULE,
        met_on=Session(deleted.last_on, Half.PM),
        evidence=(),
        figures={},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        rests_on=(deleted.position,),
        due_on=deleted.recorded_on,  # never before the last day on roll
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Deletion return",
    met_when="a pupil's name is deleted from the admission register, other than at the end of the "
    "last term in the most senior class: due when it is deleted",
    terms=TERMS,
    units={
        "asked_by_authority": "whether the authority has asked to be told of every pupil",
        "most_senior": "a year group in the school's word; empty: the usual one of its phase",
    },
    evidence="the event that deleted the name",
    told_to="the local authority",
    causes=frozenset({Cause.ADMISSION}),
    findings=deletion_return,
    settable={
        "asked_by_authority": Settable(
            meaning="whether the authority has asked to be told of every pupil"
        ),
        "most_senior": Settable(
            meaning="the year group that is the school's most senior class, where it isn't the "
            "usual one of its phase"
        ),
    },
)

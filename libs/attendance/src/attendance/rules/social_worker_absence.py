"""What the practitioners around a vulnerable child are to be told: absence, and changes of place.

Each of its grounds is a trigger: an unexplained or an unauthorised absence, severe absence, the
deletion of the name, a part-time timetable, an exclusion.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on pupils with
a social worker and looked-after children (recalled). When it is told is ours (decision 0031).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Final

from attendance.codes import POSSIBLE, Code
from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.facts import PupilFacts
from attendance.rules.finding import Entry, Finding
from attendance.rules.rule import Cause, Rule
from attendance.rules.spells import absence_to_date, spells
from attendance.rules.terms import Source, judges
from attendance.session import Half, Session

RULE: Final = "social-worker-absence"

UNEXPLAINED: Final = "unexplained"
UNAUTHORISED: Final = "unauthorised"
SEVERE: Final = "severe"
DELETION: Final = "deletion"
PLANS: Final = (PlanKind.PART_TIME_TIMETABLE, PlanKind.EXCLUSION)  # triggers by their own names


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialWorkerTerms:
    """Of which pupils, which absence."""

    rule: str = RULE
    characteristics: frozenset[str]
    unexplained: frozenset[Code]
    unauthorised: frozenset[Code]
    severe_one_in: int  # of the possible sessions of the academic year
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = SocialWorkerTerms(
    characteristics=frozenset(
        {"social-worker", "looked-after", "child-in-need", "child-protection-plan"}
    ),
    unexplained=frozenset({Code.N}),
    unauthorised=frozenset({Code.G, Code.O, Code.U}),
    severe_one_in=2,
    source=Source(
        "Working together to improve school attendance (DfE)",
        "pupils with a social worker (recalled); when it is told by decision 0031",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 1),
)

TERMS: Final = (FROM_AUGUST_2024,)


def social_worker_absence(
    entries: Sequence[Entry], facts: PupilFacts, terms: SocialWorkerTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find everything that is to be told of a pupil, on days when one of those words held of them.

    A run of absence is told at its first session, which alone is its evidence: more of the same
    changes nothing. It ends with the first possible session that isn't of it, or is of another time
    on roll. Sessions with nothing
    possible, or not entered, neither end nor lengthen it. What the admission register or a plan
    states is told as soon as it is stated. (Interpretations: decision 0031.)

    Args:
        entries: the pupil's entries in force, oldest first, over any number of academic years.

    Returns:
        Findings of all triggers, oldest first.
    """
    found = chain(
        _runs(entries, facts, terms, UNEXPLAINED, terms.unexplained),
        _runs(entries, facts, terms, UNAUTHORISED, terms.unauthorised),
        _severe(entries, facts, terms),
        _deletions(facts, terms),
        _arrangements(facts, terms),
    )
    return tuple(sorted(found, key=lambda each: (each.met_on, each.trigger, each.rests_on)))


def _concerns(facts: PupilFacts, terms: SocialWorkerTerms, on: date) -> bool:
    return judges(terms, on) and any(facts.has(word, on) for word in terms.characteristics)


def _runs(
    entries: Sequence[Entry],
    facts: PupilFacts,
    terms: SocialWorkerTerms,
    trigger: str,
    codes: frozenset[Code],
) -> Iterator[Finding]:
    begun: Finding | None = None
    counted = (entry for entry in entries if entry.code in POSSIBLE | codes)

    def stretch(each: Entry) -> tuple[bool, int]:
        on = each.session.on
        return each.code in codes and _concerns(facts, terms, on), facts.time_on_roll(on)

    for (of_run, _), run in groupby(counted, key=stretch):
        first = next(run)
        if begun is not None:
            yield replace(begun, lapsed_on=first.session)
        begun = _of_run(trigger, first, terms) if of_run else None
    if begun is not None:
        yield begun


def _severe(
    entries: Sequence[Entry], facts: PupilFacts, terms: SocialWorkerTerms
) -> Iterator[Finding]:
    return spells(
        entries,
        terms,
        lambda year: (
            terms.severe_one_in * len(year.absences) >= len(year.possible)
            and _concerns(facts, terms, year.possible[-1].session.on)
        ),
        lambda year: absence_to_date(year, terms, trigger=SEVERE),
    )


def _deletions(facts: PupilFacts, terms: SocialWorkerTerms) -> Iterator[Finding]:
    for deleted in (each.deleted for each in facts.enrolments if each.deleted is not None):
        if _concerns(facts, terms, deleted.last_on):
            last = Session(deleted.last_on, Half.PM)
            yield _stated(DELETION, last, deleted.position, terms)


def _arrangements(facts: PupilFacts, terms: SocialWorkerTerms) -> Iterator[Finding]:
    for each in facts.arrangements:
        if each.kind in PLANS and _concerns(facts, terms, each.starts.on):
            yield _stated(each.kind.value, each.starts, each.position, terms)


def _of_run(trigger: str, first: Entry, terms: SocialWorkerTerms) -> Finding:
    return Finding(
        rule=RULE,
        trigger=trigger,
        met_on=first.session,
        evidence=(first,),
        figures={},
        provisional=first.code is Code.N,
        lapsed_on=None,
        terms=terms,
    )


def _stated(trigger: str, met_on: Session, position: int, terms: SocialWorkerTerms) -> Finding:
    return Finding(
        rule=RULE,
        trigger=trigger,
        met_on=met_on,
        evidence=(),
        figures={},
        provisional=False,
        lapsed_on=None,
        terms=terms,
        rests_on=(position,),
    )


def _findings(of: Circumstances, terms: SocialWorkerTerms) -> Sequence[Finding]:
    stated = {each.characteristic for each in of.facts.characteristics}
    if stated.isdisjoint(terms.characteristics):
        return ()
    return social_worker_absence(of.entries, of.facts, terms)


DEFINITION: Final = Rule(
    slug=RULE,
    title="Absence of a child with a social worker",
    met_when="a pupil with a social worker, looked after, in need or on a child protection plan "
    "begins to be absent unexplained (`unexplained`) or without leave (`unauthorised`), has missed "
    "half of the possible sessions of the academic year (`severe`), is deleted from the admission "
    "register (`deletion`), goes on a part-time timetable (`part-time-timetable`) or is excluded "
    "(`exclusion`)",
    terms=TERMS,
    units={
        "characteristics": "the words of the admission register of which one must hold that day",
        "unexplained": "the codes of an unexplained absence",
        "unauthorised": "the codes of an absence without leave",
        "severe_one_in": "the share of severe absence, as one in so many possible sessions",
    },
    evidence="of a run of absence its first session, of severe absence every absence of the year "
    "up to the session it began with; else the event that states it, in `rests_on`",
    told_to="the pupil's social worker, the Virtual School, Early Help and youth justice workers",
    to_home_authority=True,
    causes=frozenset({Cause.ENTRIES, Cause.ADMISSION, Cause.PLANS}),
    findings=_findings,
    of_spells=True,
)

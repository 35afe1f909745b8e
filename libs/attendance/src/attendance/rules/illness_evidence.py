"""When an illness has lasted long enough for its evidence to be worth a question.

No text of law says after how many days; schools' policies do. Evidence may be asked for where there
is genuine doubt about the illness, and never as a matter of course: a finding is a prompt to think.

Source: Working together to improve school attendance (DfE, in force 19 August 2024), on medical
evidence (recalled). The number is a customary one (decision 0032).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final

from attendance.codes import POSSIBLE, Code
from attendance.plan_terms import PlanKind
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Entry, Finding
from attendance.rules.pupil_days import by_time_on_roll, sessions_due
from attendance.rules.rule import Cause, Ending, Rule, Settable
from attendance.rules.standing import Standing
from attendance.rules.terms import Source, judges
from attendance.session import Session

RULE: Final = "illness-evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class IllnessEvidenceTerms:
    """How much illness on end goes without a question."""

    rule: str = RULE
    half_days: int  # met by the session after so many
    codes: frozenset[Code]
    source: Source
    in_force_from: date
    in_force_to: date | None = None


FROM_AUGUST_2024: Final = IllnessEvidenceTerms(
    half_days=10,
    codes=frozenset({Code.I}),
    source=Source(
        "Working together to improve school attendance (DfE)",
        "on medical evidence (recalled); five school days by schools' policies",
        date(2024, 8, 19),
    ),
    in_force_from=date(2024, 8, 19),
)

TERMS: Final = (FROM_AUGUST_2024,)


def illness_evidence(
    of: Circumstances, terms: IllnessEvidenceTerms = FROM_AUGUST_2024
) -> tuple[Finding, ...]:
    """Find every illness on end that went on for longer, no evidence of it having been seen.

    Sessions on which nothing was possible neither count nor break it; nor do sessions not entered,
    but a finding over one is provisional. Evidence seen of any session of it is evidence of the
    whole. (Interpretations: decision 0032.)

    Returns:
        One finding an illness, oldest first. Evidence: its entries up to the one that was too many.
    """
    return tuple(
        _finding(run, of, terms)
        for entries in by_time_on_roll(of.entries, of.facts)
        for run in _runs(entries, terms.codes)
        if len(run) > terms.half_days
        and judges(terms, run[terms.half_days].session.on)
        and not _seen(run, of)
    )


def _runs(entries: Sequence[Entry], codes: frozenset[Code]) -> Iterator[list[Entry]]:
    run: list[Entry] = []
    for entry in entries:
        if entry.code in codes:
            run.append(entry)
        elif entry.code in POSSIBLE:
            yield run
            run = []
    yield run


def _seen(run: Sequence[Entry], of: Circumstances) -> bool:
    return any(
        plan.kind is PlanKind.ILLNESS
        and plan.evidence_seen
        and any(plan.covers(entry.session) for entry in run)
        for plan in of.facts.arrangements
    )


def _finding(run: Sequence[Entry], of: Circumstances, terms: IllnessEvidenceTerms) -> Finding:
    evidence = tuple(run[: terms.half_days + 1])
    met_on = evidence[-1].session
    missing = sum(1 for _ in _not_entered(evidence[0].session, met_on, of))
    return Finding(
        rule=RULE,
        met_on=met_on,
        evidence=evidence,
        figures={"sessions": len(evidence), "not_entered": missing},
        provisional=missing > 0,
        lapsed_on=None,
        terms=terms,
    )


def _not_entered(first: Session, last: Session, of: Circumstances) -> Iterator[Session]:
    entered = {entry.session for entry in of.entries}
    until = takewhile(lambda session: session < last, sessions_due(of, first.on))
    return (session for session in until if first < session and session not in entered)


def _is_seen(alert: Standing, of: Circumstances) -> bool:
    """Whether evidence was seen of the illness as it stands now, though it may be a longer one."""
    told = {entry.session for entry in alert.evidence}
    codes = frozenset(entry.code for entry in alert.evidence)
    return any(
        _seen(run, of)
        for entries in by_time_on_roll(of.entries, of.facts)
        for run in _runs(entries, codes)
        if not told.isdisjoint(entry.session for entry in run)
    )


DEFINITION: Final = Rule(
    slug=RULE,
    title="Long illness without evidence",
    met_when="a pupil was ill for more than five school days on end and no evidence was seen: it "
    "may be asked for where there is genuine doubt",
    terms=TERMS,
    units={
        "half_days": "sessions on end with one of `codes`, after which the next one meets it",
        "codes": "the codes of illness",
    },
    evidence="the entries of the illness, up to the one that was too many",
    told_to="the school",
    causes=frozenset({Cause.ENTRIES, Cause.PLANS}),
    ending=Ending.CLOSED,
    findings=illness_evidence,
    done=_is_seen,
    settable={
        "half_days": Settable(
            meaning="how many sessions of illness on end go without a question", least=1, most=60
        )
    },
)

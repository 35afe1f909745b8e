"""Given alerts of several grounds, when those go or move, then each alert follows its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from attendance.codes import Code
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    EvidenceEntry,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.rules.alerts import LAPSED, standing_after
from attendance.rules.catalogue import RULES
from attendance.rules.finding import Finding
from attendance.rules.persistent_absence import PERSISTENT_ABSENCE, persistent_absence
from attendance.rules.rule import Ending
from domain.deciding import DECIDED, MONDAY, decided, steps
from domain.given import OFFICER
from statute.registers import am, pm, register

OVERDUE: Final = "reason-not-established-overdue"
SOCIAL_WORKER: Final = "social-worker-absence"
RETURN: Final = "new-pupil-return"
REASON: Final = "The register was amended."


def finding(rule: str, **changes: object) -> Finding:
    stated: dict[str, object] = {
        "rule": rule,
        "met_on": am(MONDAY),
        "evidence": (),
        "figures": {},
        "provisional": False,
        "lapsed_on": None,
        "terms": RULES[rule].terms[-1],
        **changes,
    }
    return Finding(**stated)  # type: ignore[arg-type]  # what a test changes is its own


def overdue(on: date = MONDAY) -> Finding:
    entry = EvidenceEntry(am(on), Code.N, 41)
    return finding(OVERDUE, met_on=entry.session, evidence=(entry,), due_on=date(2026, 9, 21))


def told(*findings: Finding) -> list[AlertEvent]:
    return list(steps(findings, rule=findings[0].rule))


def follow(findings: Sequence[Finding], before: Sequence[AlertEvent]) -> tuple[AlertEvent, ...]:
    return steps(findings, before, rule=before[0].rule)


def considered(before: Sequence[AlertEvent]) -> AlertConsidered:
    met = before[0]
    outcome = "no-further-action"
    return decided(before, outcome, DECIDED, alert=met.alert, by=OFFICER)


def test_what_was_true_and_is_done_is_closed_once_for_the_reason_it_was() -> None:
    before = told(overdue())
    assert RULES[OVERDUE].ending is Ending.CLOSED

    (closed,) = follow([], before)

    assert isinstance(closed, ThresholdLapsed)
    assert (closed.lapsed_on, closed.reason) == (am(MONDAY), REASON)
    assert follow([], [*before, closed]) == ()


def test_what_was_done_and_is_undone_opens_its_alert_again() -> None:
    before = told(overdue())
    before += follow([], before)

    (reopened,) = follow([overdue()], before)

    assert isinstance(reopened, ThresholdCorrected)
    assert reopened.reopened
    assert reopened.due_on == date(2026, 9, 21)
    (alert,) = standing_after((), [*before, reopened])
    assert not alert.lapsed


def test_of_what_a_person_closed_it_is_not_said_that_it_was_done() -> None:
    before = told(overdue())
    before.append(considered(before))

    assert follow([], before) == ()
    assert follow([overdue()], before) == ()


def test_a_spell_that_a_person_closed_neither_lapses_nor_is_reopened() -> None:
    holds = persistent_absence(register("/////////.", monday=MONDAY))
    over = persistent_absence(register("/////////.", "//////////", monday=MONDAY))
    before = told(*holds)
    before.append(considered(before))

    assert follow(over, before) == ()
    assert follow(holds, before) == ()
    lapsed = told(*over)
    assert isinstance(lapsed[1], ThresholdLapsed)
    assert (lapsed[1].reason, lapsed[1].rule) == (LAPSED, PERSISTENT_ABSENCE)


def test_another_spell_after_one_that_a_person_closed_is_a_new_alert() -> None:
    one = persistent_absence(register("/////////.", monday=MONDAY))
    weeks = ("/////////.", "//////////", "..////////")
    both = persistent_absence(register(*weeks, monday=MONDAY))
    before = told(*one)
    before.append(considered(before))

    (met,) = follow(both, before)

    assert isinstance(met, ThresholdMet)
    assert met.episode == 2


def test_a_finding_is_never_taken_for_an_alert_of_another_trigger() -> None:
    entry = EvidenceEntry(am(MONDAY), Code.N, 41)
    unexplained = finding(SOCIAL_WORKER, trigger="unexplained", evidence=(entry,))
    unauthorised = replace(unexplained, trigger="unauthorised")
    before = told(unexplained)

    kinds = [type(step) for step in follow([unauthorised], before)]

    assert kinds == [ThresholdMet, ThresholdWithdrawn]
    assert before[0].episode == 1  # type: ignore[union-attr]  # it was met
    (met, _) = follow([unauthorised], before)
    assert isinstance(met, ThresholdMet)
    assert (met.trigger, met.episode) == ("unauthorised", 2)


def test_what_rests_on_an_event_keeps_its_alert_when_its_day_is_moved() -> None:
    stated = finding(RETURN, rests_on=(7,), due_on=date(2026, 9, 19))
    before = told(stated)
    moved = replace(stated, met_on=am(date(2026, 9, 21)), rests_on=(7, 9), due_on=date(2026, 9, 26))

    (corrected,) = follow([moved], before)

    assert isinstance(corrected, ThresholdCorrected)
    assert (corrected.rests_on, corrected.due_on) == ((7, 9), date(2026, 9, 26))
    assert follow([moved], [*before, corrected]) == ()


@pytest.mark.parametrize("due_on", [None, date(2026, 9, 26)])
def test_another_day_to_be_done_by_alone_is_a_correction(due_on: date | None) -> None:
    stated = finding(RETURN, rests_on=(7,), due_on=date(2026, 9, 19))

    (corrected,) = follow([replace(stated, due_on=due_on)], told(stated))

    assert isinstance(corrected, ThresholdCorrected)
    assert corrected.due_on == due_on


def test_of_two_met_on_one_day_each_is_the_alert_of_its_own_ground() -> None:
    plans = [
        finding(SOCIAL_WORKER, trigger="exclusion", met_on=pm(MONDAY), rests_on=(position,))
        for position in (7, 9)
    ]
    before = told(*plans)

    (withdrawn,) = follow([plans[1]], before)

    assert isinstance(withdrawn, ThresholdWithdrawn)
    assert withdrawn.alert == before[0].alert


def test_whatever_its_alert_was_a_finding_without_one_is_raised_with_its_ground() -> None:
    (met,) = told(finding(RETURN, rests_on=(7,), due_on=date(2026, 9, 19)))

    assert isinstance(met, ThresholdMet)
    assert (met.rests_on, met.due_on, met.trigger) == ((7,), date(2026, 9, 19), None)

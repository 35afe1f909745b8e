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
from attendance.rules.circumstances import Circumstances
from attendance.rules.finding import Finding
from attendance.rules.illness_evidence import illness_evidence
from attendance.rules.part_time_timetable_review import part_time_timetable_review
from attendance.rules.persistent_absence import PERSISTENT_ABSENCE, persistent_absence
from attendance.rules.rule import Ending
from domain.deciding import DECIDED, MONDAY, decided, steps
from domain.given import OFFICER
from statute.arrangements import illness, timetable
from statute.circumstances import circumstances, pupil
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


def follow(
    findings: Sequence[Finding], before: Sequence[AlertEvent], of: Circumstances | None = None
) -> tuple[AlertEvent, ...]:
    return steps(findings, before, rule=before[0].rule, of=of)


def kinds(said: Sequence[AlertEvent]) -> list[type[AlertEvent]]:
    return [type(each) for each in said]


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


def test_a_reason_that_was_never_due_takes_its_alert_back() -> None:
    before = told(overdue())
    standing = register("N---------", monday=MONDAY)
    closed_since = circumstances(due=lambda session: session != am(MONDAY))

    assert kinds(follow([], before, circumstances(standing))) == [ThresholdWithdrawn]
    assert kinds(follow([], before, closed_since)) == [ThresholdWithdrawn]


def test_an_illness_is_closed_when_evidence_is_seen_and_withdrawn_when_it_was_none() -> None:
    ill = register("..........", "......----", monday=MONDAY)
    before = told(*illness_evidence(circumstances(ill)))
    seen_late = illness(pm(date(2026, 9, 22)), evidence_seen=True)
    seen = circumstances(ill, pupil(arrangements=(seen_late,)))
    amended = circumstances(register("//////....", "......----", monday=MONDAY))

    assert kinds(follow(illness_evidence(seen), before, seen)) == [ThresholdLapsed]
    assert kinds(follow(illness_evidence(amended), before, amended)) == [ThresholdWithdrawn]


def test_a_review_is_closed_when_the_timetable_is_revised_and_withdrawn_when_it_was_none() -> None:
    plan = timetable(MONDAY, date(2026, 12, 18), date(2026, 9, 25), position=7)
    stated = circumstances(facts=pupil(arrangements=(plan,)))
    before = told(*part_time_timetable_review(stated))[:1]
    other = timetable(date(2026, 11, 2), date(2026, 12, 18), position=9)
    revised = circumstances(facts=pupil(arrangements=(other._replace(revises=(7,)),)))
    mistaken = circumstances(facts=pupil(arrangements=(other,)))
    over = circumstances(facts=pupil(arrangements=(plan._replace(ends=pm(MONDAY)),)))

    assert kinds(follow([], before, revised)) == [ThresholdLapsed]
    assert kinds(follow([], before, mistaken)) == [ThresholdWithdrawn]
    assert kinds(follow([], before, over)) == [ThresholdWithdrawn]


def test_what_a_person_closed_is_withdrawn_when_it_was_none() -> None:
    before = told(overdue())
    before.append(considered(before))

    closed_since = circumstances(due=lambda session: session != am(MONDAY))

    assert kinds(follow([], before, closed_since)) == [ThresholdWithdrawn]


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

    assert kinds(follow([unauthorised], before)) == [ThresholdMet, ThresholdWithdrawn]
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


def test_a_starting_day_moved_past_a_decision_is_still_what_was_decided() -> None:
    stated = finding(RETURN, rests_on=(7,), due_on=date(2026, 9, 19))
    before = told(stated)
    before.append(considered(before))
    moved = replace(stated, met_on=am(date(2026, 10, 12)), rests_on=(7, 9))

    (corrected,) = follow([moved], before)

    assert isinstance(corrected, ThresholdCorrected)
    assert follow([moved], [*before, corrected]) == ()


def test_another_review_of_a_timetable_is_not_what_was_decided_of_the_one_before() -> None:
    review = "part-time-timetable-review"
    stated = finding(review, rests_on=(7,), due_on=MONDAY)
    before = told(stated)
    before.append(considered(before))
    later = replace(stated, met_on=am(date(2026, 10, 12)), due_on=date(2026, 10, 12))

    assert ThresholdMet in kinds(follow([later], before))

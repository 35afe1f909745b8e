"""Given a part-time timetable or an exclusion, then the authority is told of it and of changes."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pytest
from attendance.events import AlertEvent, ThresholdCorrected, ThresholdMet, ThresholdWithdrawn
from attendance.identifiers import PupilId
from attendance.rules.alerts import reconcile, standing_after
from attendance.rules.catalogue import RULES
from attendance.rules.circumstances import Circumstances
from attendance.rules.exclusion_notice import exclusion_notice
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Finding
from attendance.rules.part_time_timetable_notice import part_time_timetable_notice
from attendance.rules.rule import Cause
from domain.given import URN
from statute.arrangements import exclusion, illness, timetable
from statute.circumstances import circumstances, pupil
from statute.registers import am, pm

STARTS: Final = date(2026, 12, 14)
ENDS: Final = date(2026, 12, 18)
AFTER: Final = date(2027, 1, 4)
TIMETABLE: Final = timetable(STARTS, ENDS, position=31)
SUSPENDED: Final = exclusion(am(STARTS), pm(ENDS), position=31)
FOR_GOOD: Final = exclusion(am(STARTS), None, position=31)
EITHER: Final = pytest.mark.parametrize(
    "plan",
    [
        pytest.param(TIMETABLE, id="part-time-timetable-notice"),
        pytest.param(SUSPENDED, id="exclusion-notice"),
    ],
)


def of(*plans: Arrangement) -> Circumstances:
    return circumstances((), pupil(arrangements=plans))


def found(*plans: Arrangement) -> tuple[Finding, ...]:
    return (*part_time_timetable_notice(of(*plans)), *exclusion_notice(of(*plans)))


def follow(findings: Sequence[Finding], told: Sequence[AlertEvent]) -> tuple[AlertEvent, ...]:
    (rule,) = {each.rule for each in (*findings, *told)}
    return reconcile(
        URN,
        PupilId("ann"),
        rule,
        findings,
        standing_after((), told),
        episodes_so_far=len(told),
        reason="Plans were changed.",
        of=of(),
    )


@EITHER
def test_it_is_told_before_it_starts_as_soon_as_it_is_stated(plan: Arrangement) -> None:
    (finding,) = found(plan)

    assert finding.met_on == am(STARTS)
    assert (finding.evidence, finding.rests_on, finding.provisional) == ((), (31,), False)


def test_of_a_timetable_its_length_is_told_and_how_many_sessions_a_week_it_takes() -> None:
    (finding,) = found(TIMETABLE)

    assert finding.figures == {"calendar_days": 5, "sessions_a_week": 5}
    assert finding.trigger is None
    (endless,) = found(TIMETABLE._replace(ends=None))
    assert endless.figures == {"sessions_a_week": 5}


def test_a_suspension_is_told_with_its_length_and_one_for_good_is_another_ground() -> None:
    (suspended,), (for_good,) = found(SUSPENDED), found(FOR_GOOD)

    assert (suspended.trigger, suspended.figures) == ("suspension", {"calendar_days": 5})
    assert (for_good.trigger, for_good.figures) == ("permanent", {})


def test_each_is_told_of_itself_in_order_and_no_other_plan_is() -> None:
    later = exclusion(am(AFTER), pm(AFTER), position=30)

    findings = exclusion_notice(of(later, SUSPENDED, TIMETABLE, illness(am(STARTS))))

    assert [each.met_on for each in findings] == [am(STARTS), am(AFTER)]


@EITHER
def test_a_revised_plan_is_a_correction_of_what_was_told(plan: Arrangement) -> None:
    told = follow(found(plan), ())
    revised = plan._replace(starts=am(AFTER), ends=pm(AFTER), position=40, revises=(31,))

    (correction,) = follow(found(revised), told)

    assert isinstance(correction, ThresholdCorrected)
    assert (correction.met_on, correction.rests_on) == (am(AFTER), (31, 40))


@EITHER
def test_an_early_end_is_a_correction_too(plan: Arrangement) -> None:
    told = follow(found(plan), ())

    (correction,) = follow(found(plan._replace(ends=pm(STARTS))), told)

    assert isinstance(correction, ThresholdCorrected)
    assert correction.figures["calendar_days"] == 1


@EITHER
def test_a_plan_withdrawn_withdraws_what_was_told(plan: Arrangement) -> None:
    told = follow(found(plan), ())

    (withdrawn,) = follow((), told)

    assert isinstance(withdrawn, ThresholdWithdrawn)
    assert withdrawn.alert == told[0].alert


def test_a_suspension_recorded_for_one_for_good_is_told_anew() -> None:
    told = follow(found(SUSPENDED), ())
    revised = FOR_GOOD._replace(position=40, revises=(31,))

    met, withdrawn = follow(found(revised), told)

    assert isinstance(met, ThresholdMet)
    assert (met.trigger, met.episode) == ("permanent", 2)
    assert isinstance(withdrawn, ThresholdWithdrawn)


@pytest.mark.parametrize("slug", ["part-time-timetable-notice", "exclusion-notice"])
def test_the_authority_of_the_pupil_s_home_is_told_too(slug: str) -> None:
    assert RULES[slug].to_home_authority


@pytest.mark.parametrize("slug", ["part-time-timetable-notice", "exclusion-notice"])
def test_a_deletion_may_cut_short_what_was_told(slug: str) -> None:
    assert RULES[slug].causes == {Cause.PLANS, Cause.ADMISSION}

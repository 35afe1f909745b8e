"""Given what was said of a pupil, when the register says otherwise, then the alerts follow it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from attendance.codes import Code
from attendance.events import (
    AlertEvent,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import PupilId
from attendance.rules.alerts import Standing, reconcile, standing_after
from attendance.rules.attendance_return import attendance_return
from attendance.rules.finding import Entry, Finding
from attendance.rules.penalty_notice_threshold import RULE, penalty_notice_threshold
from attendance.rules.persistent_absence import (
    PERSISTENT_ABSENCE,
    persistent_absence,
    severe_absence,
)
from attendance.session import Half, Session
from attendance.streams import alert_id
from domain.given import URN
from hypothesis import given
from hypothesis import strategies as st
from statute.circumstances import circumstances
from statute.registers import CALENDAR, am, pm, register

PUPIL = PupilId("p-1")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 9, 14)
AMENDED = "Entries were amended."


def steps_for(
    findings: Sequence[Finding],
    standing: Sequence[Standing] = (),
    *,
    rule: str = RULE,
    episodes_so_far: int = 0,
) -> tuple[AlertEvent, ...]:
    return reconcile(
        URN,
        PUPIL,
        rule,
        findings,
        standing,
        episodes_so_far=episodes_so_far,
        reason=AMENDED,
        of=circumstances(at=NOW),
    )


def threshold(*weeks: str | None) -> tuple[Finding, ...]:
    return penalty_notice_threshold(register(*weeks, monday=MONDAY), CALENDAR)


def absence(*weeks: str | None) -> tuple[Finding, ...]:
    return persistent_absence(register(*weeks, monday=MONDAY))


def test_a_finding_not_yet_told_is_raised_with_its_evidence_and_terms() -> None:
    findings = threshold("GGGGGGGGGG")

    (met,) = steps_for(findings)

    assert isinstance(met, ThresholdMet)
    assert met.alert == alert_id(URN, PUPIL, RULE, 1)
    assert (met.rule, met.pupil, met.episode) == (RULE, PUPIL, 1)
    assert met.met_on == pm(date(2026, 9, 18))
    assert met.evidence == findings[0].evidence
    assert met.terms["sessions"] == 10
    assert met.raised_at == NOW
    assert not met.provisional


def test_a_finding_told_already_is_not_told_again() -> None:
    findings = threshold("GGGGGGGGGG")
    standing = standing_after([], steps_for(findings))

    assert steps_for(findings, standing, episodes_so_far=1) == ()


def test_an_alert_without_ground_is_withdrawn_with_the_reason() -> None:
    standing = standing_after([], steps_for(threshold("GGGGGGGGGG")))

    (withdrawn,) = steps_for(threshold("GGGGGGGGG."), standing, episodes_so_far=1)

    assert withdrawn == ThresholdWithdrawn(
        alert=alert_id(URN, PUPIL, RULE, 1),
        rule=RULE,
        pupil=PUPIL,
        reason=AMENDED,
        withdrawn_at=NOW,
    )
    assert standing_after(standing, [withdrawn]) == []


def test_the_identity_of_a_withdrawn_alert_never_returns() -> None:
    (met,) = steps_for(threshold("GGGGGGGGGG"), episodes_so_far=1)

    assert isinstance(met, ThresholdMet)
    assert met.episode == 2
    assert met.alert == alert_id(URN, PUPIL, RULE, 2)


def test_an_alert_on_other_grounds_is_corrected_and_keeps_its_identity() -> None:
    standing = standing_after([], steps_for(threshold("GGGGGGGGGG")))

    (corrected,) = steps_for(threshold("GGGGGGGGG.", "O/////////"), standing, episodes_so_far=1)

    assert isinstance(corrected, ThresholdCorrected)
    assert corrected.alert == standing[0].alert
    assert corrected.met_on == am(date(2026, 9, 21))
    assert corrected.reason == AMENDED
    assert not corrected.reopened


def test_a_reason_established_corrects_the_alert_that_was_provisional() -> None:
    standing = standing_after([], steps_for(threshold("NGGGGGGGGG")))
    assert standing[0].provisional

    (corrected,) = steps_for(threshold("OGGGGGGGGG"), standing, episodes_so_far=1)

    assert isinstance(corrected, ThresholdCorrected)
    assert not corrected.provisional


def test_an_alert_whose_rate_fell_back_lapses_once() -> None:
    standing = standing_after([], steps_for(absence("/////////."), rule=PERSISTENT_ABSENCE))
    recovered = absence("/////////.", "//////////")

    (lapsed,) = steps_for(recovered, standing, rule=PERSISTENT_ABSENCE, episodes_so_far=1)

    assert isinstance(lapsed, ThresholdLapsed)
    assert lapsed.lapsed_on == am(date(2026, 9, 21))
    standing = standing_after(standing, [lapsed])
    assert standing[0].lapsed
    assert steps_for(recovered, standing, rule=PERSISTENT_ABSENCE, episodes_so_far=1) == ()


def test_a_spell_already_over_is_raised_and_lapsed() -> None:
    met, lapsed = steps_for(absence("/////////.", "//////////"), rule=PERSISTENT_ABSENCE)

    assert isinstance(met, ThresholdMet)
    assert isinstance(lapsed, ThresholdLapsed)
    assert met.alert == lapsed.alert


def test_an_amendment_that_lengthens_a_lapsed_spell_reopens_its_alert() -> None:
    standing = standing_after(
        [], steps_for(absence("/////////.", "//////////"), rule=PERSISTENT_ABSENCE)
    )

    (corrected,) = steps_for(
        absence("/////////.", ".---------"),
        standing,
        rule=PERSISTENT_ABSENCE,
        episodes_so_far=1,
    )

    assert isinstance(corrected, ThresholdCorrected)
    assert corrected.reopened
    assert not standing_after(standing, [corrected])[0].lapsed


def test_a_lapsed_alert_on_other_grounds_is_corrected_and_stays_lapsed() -> None:
    before = steps_for(absence("N/////////", "//////////"), rule=PERSISTENT_ABSENCE)
    standing = standing_after([], before)

    (corrected,) = steps_for(
        absence("O/////////", "//////////"),
        standing,
        rule=PERSISTENT_ABSENCE,
        episodes_so_far=1,
    )

    assert isinstance(corrected, ThresholdCorrected)
    assert not corrected.reopened
    assert standing_after(standing, [corrected])[0].lapsed


def test_a_spell_taken_away_leaves_the_other_its_own_alert() -> None:
    """Spells of one year share their absences, so what they share can't tell them apart."""
    both = absence("./////////", "//////////", "..////////")
    standing = standing_after([], steps_for(both, rule=PERSISTENT_ABSENCE))
    assert [alert.episode for alert in standing] == [1, 2]

    (withdrawn,) = steps_for([both[1]], standing, rule=PERSISTENT_ABSENCE, episodes_so_far=2)

    assert isinstance(withdrawn, ThresholdWithdrawn)
    assert withdrawn.alert == standing[0].alert


def test_an_earlier_absence_entered_late_leaves_a_spell_its_alert() -> None:
    told = absence("-/////////", ".---------")
    standing = standing_after([], steps_for(told, rule=PERSISTENT_ABSENCE))

    (corrected,) = steps_for(
        absence("./////////", ".---------"), standing, rule=PERSISTENT_ABSENCE, episodes_so_far=1
    )

    assert isinstance(corrected, ThresholdCorrected)
    assert corrected.alert == standing[0].alert
    assert corrected.met_on == am(MONDAY)


def test_an_alert_of_one_year_is_never_taken_for_a_spell_of_the_year_before() -> None:
    (this_year,) = absence("..--------")
    standing = standing_after([], steps_for([this_year], rule=PERSISTENT_ABSENCE))
    last_year = persistent_absence(register("..--------", monday=date(2026, 6, 15)))

    steps = steps_for(last_year, standing, rule=PERSISTENT_ABSENCE, episodes_so_far=1)

    assert [type(step) for step in steps] == [ThresholdMet, ThresholdWithdrawn]


CODES = st.sampled_from(
    [Code.PRESENT_AM, Code.PRESENT_AM, Code.O, Code.O, Code.G, Code.N, Code.I, Code.Y4]
)
REGISTERS = st.lists(st.none() | CODES, min_size=20, max_size=60)
SESSIONS = [
    Session(MONDAY + timedelta(days=day), half)
    for day in range(84)
    for half in Half
    if CALENDAR.is_open(Session(MONDAY + timedelta(days=day), half))
]


def entries_of(codes: Sequence[Code | None]) -> list[Entry]:
    return [
        Entry(session, code, position)
        for position, (session, code) in enumerate(zip(SESSIONS, codes, strict=False), start=1)
        if code is not None
    ]


def findings_of(codes: Sequence[Code | None]) -> dict[str, tuple[Finding, ...]]:
    entries = entries_of(codes)
    return {
        "penalty-notice-threshold": penalty_notice_threshold(entries, CALENDAR),
        "attendance-return": attendance_return(entries, CALENDAR),
        "persistent-absence": persistent_absence(entries),
        "severe-absence": severe_absence(entries),
    }


@given(REGISTERS, REGISTERS)
def test_once_the_steps_are_taken_there_are_none_left_and_the_alerts_are_the_findings(
    before: list[Code | None], after: list[Code | None]
) -> None:
    now = findings_of(after)
    for rule, earlier in findings_of(before).items():
        raised = steps_for(earlier, rule=rule)
        standing = standing_after([], raised)

        steps = steps_for(now[rule], standing, rule=rule, episodes_so_far=len(earlier))
        settled = standing_after(standing, steps)

        episodes = len(earlier) + sum(isinstance(step, ThresholdMet) for step in steps)
        assert steps_for(now[rule], settled, rule=rule, episodes_so_far=episodes) == ()
        assert {(alert.met_on, alert.evidence) for alert in settled} == {
            (finding.met_on, finding.evidence) for finding in now[rule]
        }
        assert len({alert.alert for alert in settled}) == len(now[rule])


@given(REGISTERS, st.integers(0, 60))
def test_entries_made_in_order_never_correct_or_withdraw_what_was_found(
    codes: list[Code | None], cut: int
) -> None:
    sooner, later = findings_of(codes[:cut]), findings_of(codes)
    for rule, findings in sooner.items():
        standing = standing_after([], steps_for(findings, rule=rule))

        steps = steps_for(later[rule], standing, rule=rule, episodes_so_far=len(findings))

        assert all(isinstance(step, ThresholdMet | ThresholdLapsed) for step in steps)

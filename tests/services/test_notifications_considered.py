"""What receivers are told of a decision on an alert, and what they aren't. Without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from attendance.codes import Code
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    EvidenceEntry,
    Signatory,
    ThresholdCorrected,
    ThresholdLapsed,
    ThresholdMet,
)
from attendance.identifiers import PupilId, Urn
from attendance.penalty_notices import PenaltyNotice
from attendance.session import Half, Session
from notifications.alerts import told
from notifications.codec import EventType
from notifications.schemas.messages import AlertPart

URN: Final = Urn(999001)
NOTICE_RULE: Final = "penalty-notice-threshold"
ALERT: Final = UUID("6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69")
AT: Final = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
FRIDAY: Final = Session(date(2026, 11, 20), Half.PM)
MET: Final = ThresholdMet(
    alert=ALERT,
    rule="new-pupil-return",
    pupil=PupilId("p1"),
    episode=1,
    met_on=FRIDAY,
    provisional=False,
    evidence=(EvidenceEntry(FRIDAY, Code.G, 41),),
    figures={},
    terms={"calendar_days": 5},
    source="SI 2024/208",
    rests_on=(7,),
    due_on=date(2026, 11, 25),
    raised_at=AT,
)
CORRECTED: Final = ThresholdCorrected(
    alert=ALERT,
    rule=MET.rule,
    pupil=MET.pupil,
    met_on=FRIDAY,
    provisional=False,
    evidence=MET.evidence,
    figures={},
    reason="The register was amended.",
    corrected_at=AT,
)
CONSIDERED: Final = AlertConsidered(
    alert=ALERT,
    rule=MET.rule,
    pupil=MET.pupil,
    outcome="no-further-action",
    reason="Mrs Adeyemi rang about her divorce",
    closes=True,
    through=date(2026, 11, 20),
    notice=PenaltyNotice(parent="N. Adeyemi", issued_on=date(2026, 11, 20)),
    decided_by=Signatory("A. Smith", "Head"),
    decided_at=AT,
)


def tell(*events: AlertEvent) -> tuple[EventType, dict[str, Any]]:
    alerts: dict[UUID, dict[str, Any]] = {}
    for position, event in enumerate(events, start=42):
        what, alerts[ALERT] = told(URN, position, event, alerts)
    return what, alerts[ALERT]


def test_a_decision_is_told_with_its_outcome_and_not_with_a_person_s_words() -> None:
    what, alert = tell(MET, CORRECTED, CONSIDERED)

    assert what is EventType.ALERT_CONSIDERED
    assert (alert["outcome"], alert["considered_at"]) == (
        "no-further-action",
        "2026-11-20T16:05:00Z",
    )
    assert (alert["status"], alert["position"]) == ("closed", 44)
    assert "reason" not in alert
    assert "Adeyemi" not in str(alert)
    assert "Smith" not in str(alert)
    AlertPart.model_validate(alert)


def test_a_decision_that_closes_nothing_leaves_the_alert_as_it_stands() -> None:
    _, alert = tell(MET, replace(CONSIDERED, outcome="considered", closes=False))

    assert (alert["outcome"], alert["status"]) == ("considered", "open")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("not-the-right-tool", "closed"), ("notice-withdrawn", "closed"), ("considered", "open")],
)
def test_only_what_no_person_closed_is_told_as_open_again(outcome: str, status: str) -> None:
    lapsed = ThresholdLapsed(
        alert=ALERT,
        rule=NOTICE_RULE,
        pupil=MET.pupil,
        lapsed_on=FRIDAY,
        reason="With later entries it holds no longer.",
        lapsed_at=AT,
    )
    decided = replace(CONSIDERED, rule=NOTICE_RULE, outcome=outcome, closes=status == "closed")
    reopened = replace(CORRECTED, rule=NOTICE_RULE, reopened=True)

    what, alert = tell(replace(MET, rule=NOTICE_RULE), decided, lapsed, reopened)

    assert what is EventType.THRESHOLD_CORRECTED
    assert (alert["status"], "lapsed_on" in alert) == (status, False)


def test_a_correction_states_anew_what_is_due_and_what_proves_it() -> None:
    _, before = tell(MET)
    _, after = tell(MET, CORRECTED)
    _, moved = tell(MET, replace(CORRECTED, due_on=date(2026, 11, 30), rests_on=(9,)))

    assert (before["due_on"], before["rests_on"]) == ("2026-11-25", [7])
    assert {"due_on", "rests_on"}.isdisjoint(after)
    assert (moved["due_on"], moved["rests_on"]) == ("2026-11-30", [9])

"""What the tests of decisions start from: a threshold met, and somebody to decide on it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from attendance.events import AlertConsidered, AlertEvent
from attendance.identifiers import PupilId
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.alerts import reconcile, standing_after
from attendance.rules.circumstances import Circumstances
from attendance.rules.considering import ConsiderAlert, consider_alert
from attendance.rules.finding import Finding
from attendance.rules.penalty_notice_threshold import RULE, penalty_notice_threshold
from attendance.rules.standing import considered_of
from attendance.streams import alert_id
from domain.given import OFFICER, URN
from statute.circumstances import circumstances
from statute.registers import CALENDAR, register

PUPIL: Final = PupilId("p-1")
FOUND: Final = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)
DECIDED: Final = datetime(2026, 9, 25, 10, 0, tzinfo=UTC)
MONDAY: Final = date(2026, 9, 14)
HOLIDAY: Final = "GGGGGGGGGG"
FIRST: Final = alert_id(URN, PUPIL, RULE, 1)
ISSUED: Final = PenaltyNotice(
    parent="N. Adeyemi", issued_on=date(2026, 9, 23), received_on=date(2026, 9, 25)
)


def found(*weeks: str | None, told: Sequence[AlertEvent] = ()) -> tuple[Finding, ...]:
    """Find the threshold met, with what was decided before in mind."""
    entries = register(*weeks, monday=MONDAY)
    return penalty_notice_threshold(entries, CALENDAR, considered=considered_of(told, RULE))


def steps(
    findings: Sequence[Finding],
    told: Sequence[AlertEvent] = (),
    *,
    rule: str = RULE,
    of: Circumstances | None = None,
) -> tuple[AlertEvent, ...]:
    """Say what findings change in what was told."""
    standing = [each for each in standing_after((), told) if each.rule == rule]
    raised = len({event.alert for event in told if event.rule == rule})
    return reconcile(
        URN,
        PUPIL,
        rule,
        findings,
        standing,
        episodes_so_far=raised,
        reason="The register was amended.",
        of=of or circumstances(at=FOUND),
    )


def raised(*weeks: str | None) -> list[AlertEvent]:
    """Tell of a threshold met."""
    return list(steps(found(*weeks)))


def decision(outcome: str, **changes: object) -> ConsiderAlert:
    """A decision on the first alert, with a reason and somebody who answers for it."""
    asked: dict[str, object] = {
        "alert": FIRST,
        "outcome": outcome,
        "reason": "support is in place",
        "by": OFFICER,
        **changes,
    }
    return ConsiderAlert(**asked)  # type: ignore[arg-type]  # what a test changes is its own


def decided(
    told: Sequence[AlertEvent], outcome: str, now: datetime = DECIDED, /, **changes: object
) -> AlertConsidered:
    """Decide on the first alert of what was told."""
    return consider_alert(told, decision(outcome, **changes), now)

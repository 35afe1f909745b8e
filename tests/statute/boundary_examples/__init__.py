"""Examples at the edge of every rule's numbers, by the rule's slug; a module a rule."""

from collections.abc import Mapping, Sequence
from typing import Final

from attendance.rules import penalty_notice_limits as limits
from attendance.rules.catalogue import RULES
from attendance.rules.terms import Terms
from statute.boundaries import Example
from statute.boundary_examples import (
    at_risk_of_persistent_absence,
    attendance_return,
    deletion_return,
    ehcp_attendance_fall,
    exclusion_notice,
    exclusion_sixth_day,
    illness_evidence,
    new_pupil_return,
    part_time_timetable_notice,
    part_time_timetable_review,
    penalty_notice_limits,
    penalty_notice_threshold,
    persistent_absence,
    reason_not_established_overdue,
    register_not_taken,
    sickness_return,
    social_worker_absence,
)

TERMS: Final[Mapping[str, Sequence[Terms]]] = {
    **{slug: rule.terms for slug, rule in RULES.items()},
    "penalty-notice-limits": limits.TERMS,  # which no alert is raised by
}

EXAMPLES: Final[Mapping[str, Sequence[Example]]] = {
    "persistent-absence": persistent_absence.PERSISTENT,
    "severe-absence": persistent_absence.SEVERE,
    "at-risk-of-persistent-absence": at_risk_of_persistent_absence.EXAMPLES,
    "penalty-notice-limits": penalty_notice_limits.EXAMPLES,
    "attendance-return": attendance_return.EXAMPLES,
    "ehcp-attendance-fall": ehcp_attendance_fall.EXAMPLES,
    "social-worker-absence": social_worker_absence.EXAMPLES,
    "penalty-notice-threshold": penalty_notice_threshold.EXAMPLES,
    "sickness-return": sickness_return.EXAMPLES,
    "illness-evidence": illness_evidence.EXAMPLES,
    "reason-not-established-overdue": reason_not_established_overdue.EXAMPLES,
    "register-not-taken": register_not_taken.EXAMPLES,
    "new-pupil-return": new_pupil_return.EXAMPLES,
    "deletion-return": deletion_return.EXAMPLES,
    "part-time-timetable-notice": part_time_timetable_notice.EXAMPLES,
    "part-time-timetable-review": part_time_timetable_review.EXAMPLES,
    "exclusion-notice": exclusion_notice.EXAMPLES,
    "exclusion-sixth-day": exclusion_sixth_day.EXAMPLES,
}

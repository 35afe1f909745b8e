"""Every rule there is, by its slug. Lists; judges nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attendance.rules import (
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
    penalty_notice_threshold,
    persistent_absence,
    reason_not_established_overdue,
    register_not_taken,
    sickness_return,
    social_worker_absence,
)
from attendance.rules.rule import Rule

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.slug: rule
        for rule in (
            *persistent_absence.DEFINITIONS,
            at_risk_of_persistent_absence.DEFINITION,
            penalty_notice_threshold.DEFINITION,
            attendance_return.DEFINITION,
            ehcp_attendance_fall.DEFINITION,
            social_worker_absence.DEFINITION,
            sickness_return.DEFINITION,
            illness_evidence.DEFINITION,
            reason_not_established_overdue.DEFINITION,
            register_not_taken.DEFINITION,
            new_pupil_return.DEFINITION,
            deletion_return.DEFINITION,
            part_time_timetable_notice.DEFINITION,
            part_time_timetable_review.DEFINITION,
            exclusion_notice.DEFINITION,
            exclusion_sixth_day.DEFINITION,
        )
    }
)

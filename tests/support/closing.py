"""What a school states that says when its registers close, and who is on them."""

from attendance.admission_entry import Placement
from attendance.events import (
    Phase,
    RuleTermsSet,
    SchoolDetails,
    SchoolDetailsChanged,
    SessionTimes,
    TermsPeriod,
)
from attendance.identifiers import LaCode
from attendance.session import Half
from support.followed import FIRST
from support.school_log import OFFICER, TIMES, SchoolLog


def in_groups(*groups: str) -> Placement:
    """Say that a pupil is on the registers of some groups from the first day on."""
    return Placement(from_on=FIRST, year_group="7", groups=groups, boarder=False)


async def state_times(log: SchoolLog, *, morning: SessionTimes) -> None:
    """State the school's details anew, with other times of the morning."""
    details = SchoolDetails(
        name="Elmbridge",
        la_code=LaCode("886"),
        phase=Phase.SECONDARY,
        times={**TIMES, Half.AM: morning},
    )
    await log.append(SchoolDetailsChanged(details=details, recorded_by=None, recorded_at=log.now))


async def set_grace(log: SchoolLog, *, minutes: int) -> None:
    """Set for how long after its closing a register is waited for."""
    period = TermsPeriod(terms={"grace_minutes": minutes}, in_force_from=FIRST, source="governors")
    await log.append(
        RuleTermsSet(
            rule="register-not-taken", periods=(period,), recorded_by=OFFICER, recorded_at=log.now
        )
    )

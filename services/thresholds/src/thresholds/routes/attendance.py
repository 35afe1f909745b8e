"""HTTP for a pupil's figures. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.calendar import london_date
from fastapi import APIRouter, Query
from servicekit.caller import RegisterReader
from servicekit.fields import PupilPath, UrnPath
from servicekit.problems import INVALID, refusals

from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.asked import AttendanceAsked, Once
from thresholds.figures.asked import days_asked
from thresholds.figures.of_pupil import pupil_figures
from thresholds.schemas import AttendanceOut

router = APIRouter()


@router.get(
    "/schools/{urn}/pupils/{pupil}/attendance",
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
    dependencies=[Once],
)
async def read_attendance(
    urn: UrnPath,
    pupil: PupilPath,
    asked: Annotated[AttendanceAsked, Query()],
    caller: RegisterReader,
    runtime: OwnRuntime,
) -> AttendanceOut:
    """Read a pupil's attendance over a period: by default the academic year to date."""
    days = days_asked(asked.from_, asked.to, london_date(runtime.clock()))
    await school_in_view(runtime, caller, urn, asked.min_position)
    return AttendanceOut.of(await pupil_figures(runtime, urn, pupil, days), days)

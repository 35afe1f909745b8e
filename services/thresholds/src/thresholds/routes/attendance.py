"""HTTP for a pupil's figures. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.calendar import london_date
from fastapi import APIRouter, Query
from servicekit.caller import RegisterReader
from servicekit.fields import PupilPath, UrnPath
from servicekit.problems import INVALID, ItemProblem, Problem, refusals

from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.asked import AttendanceAsked, Once
from thresholds.figures.of_pupil import academic_year_start, figures_between
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
    last = asked.to or london_date(runtime.clock())
    first = asked.from_ or academic_year_start(last)
    if first > last:
        wrong = ItemProblem("/query/from", "from-after-to", "Give a first day before the last.")
        raise Problem(INVALID, "1 item is wrong.", [wrong])
    await school_in_view(runtime, caller, urn, asked.min_position)
    figures, position = await figures_between(runtime, urn, pupil, first, last)
    return AttendanceOut.of(figures, first, last, position)

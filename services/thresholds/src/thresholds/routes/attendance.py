"""HTTP for a pupil's figures. Translates; decides nothing, and holds no SQL."""

from datetime import date
from typing import Annotated, Final

from attendance.calendar import london_date
from fastapi import APIRouter, Query
from servicekit.caller import RegisterReader
from servicekit.fields import MinPosition, PupilPath, UrnPath
from servicekit.problems import INVALID, ItemProblem, Problem, refusals

from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.figures import academic_year_start, figures_between
from thresholds.schemas import AttendanceOut

router = APIRouter()

EARLIEST: Final = date(1900, 1, 1)  # before any pupil; the academic year of year 1 has no start


@router.get(
    "/schools/{urn}/pupils/{pupil}/attendance",
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
)
async def attendance(
    urn: UrnPath,
    pupil: PupilPath,
    caller: RegisterReader,
    runtime: OwnRuntime,
    from_: Annotated[
        date | None,
        Query(
            alias="from",
            ge=EARLIEST,
            description="first day, included; by default the academic year of `to` from its start",
        ),
    ] = None,
    to: Annotated[
        date | None, Query(ge=EARLIEST, description="last day, included; by default today")
    ] = None,
    min_position: MinPosition = None,
) -> AttendanceOut:
    """Read a pupil's attendance over a period: by default the academic year to date."""
    last = to or london_date(runtime.clock())
    first = from_ or academic_year_start(last)
    if first > last:
        wrong = ItemProblem("/query/from", "from-after-to", "Give a first day before the last.")
        raise Problem(INVALID, "1 item is wrong.", [wrong])
    await school_in_view(runtime, caller, urn, min_position)
    figures, position = await figures_between(runtime, urn, pupil, first, last)
    return AttendanceOut.of(figures, first, last, position)

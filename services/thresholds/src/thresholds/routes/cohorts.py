"""HTTP for a week's analysis of cohorts. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from attendance.calendar import london_date
from fastapi import APIRouter, Query
from servicekit.caller import RegisterReader
from servicekit.fields import UrnPath
from servicekit.problems import INVALID, refusals

from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.asked import Once
from thresholds.figures.asked import CohortsAsked
from thresholds.figures.cohort_schemas import CohortsOut
from thresholds.figures.cohorts import cohort_week

router = APIRouter()


@router.get(
    "/schools/{urn}/cohorts",
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
    dependencies=[Once],
)
async def read_cohorts(
    urn: UrnPath,
    asked: Annotated[CohortsAsked, Query()],
    caller: RegisterReader,
    runtime: OwnRuntime,
) -> CohortsOut:
    """Read a week's attendance of pupils by characteristic, each beside all the others."""
    on = asked.week or london_date(runtime.clock())
    await school_in_view(runtime, caller, urn, asked.min_position)
    return CohortsOut.of(urn, await cohort_week(runtime, urn, on))

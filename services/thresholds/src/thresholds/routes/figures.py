"""HTTP for figures of many pupils. Translates; decides nothing, and holds no SQL."""

from typing import Annotated, Final

from attendance.calendar import london_date
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import Caller, RegisterReader
from servicekit.errors import NotFound
from servicekit.fields import UrnPath
from servicekit.paging import encode_cursor, link_next
from servicekit.problems import INVALID, ItemProblem, Problem, refusals

from thresholds.access import NOT_FOUND, VIEW_BEHIND, OwnRuntime, school_in_view
from thresholds.answering import answered
from thresholds.asked import Once
from thresholds.benchmarks.beside import benchmark_of
from thresholds.benchmarks.schemas import BenchmarkOut
from thresholds.figures.across import (
    MOST_SCHOOLS,
    Whose,
    figures_across,
    remembered_of,
    schools_asked,
)
from thresholds.figures.asked import FiguresAcrossAsked, SchoolFiguresAsked
from thresholds.figures.grouping import GroupBy
from thresholds.figures.of_school import Question, Row, school_figures
from thresholds.figures.schemas import AttendanceAcrossOut, SchoolAttendanceOut, figures_out
from thresholds.queueing import one_at_a_time
from thresholds.refusals import FIGURES_UNDER_WAY

TOO_MANY: Final = ItemProblem(
    "/query/la", "too-many-schools", f"Name an LA or a trust: at most {MOST_SCHOOLS} schools."
)

router = APIRouter()


@router.get(
    "/schools/{urn}/attendance",
    response_model=SchoolAttendanceOut,
    responses=refusals(INVALID, NOT_FOUND, VIEW_BEHIND),
    dependencies=[Once],
)
async def read_school_attendance(
    urn: UrnPath,
    asked: Annotated[SchoolFiguresAsked, Query()],
    caller: RegisterReader,
    runtime: OwnRuntime,
    request: Request,
) -> Response:
    """Read a school's attendance by period and group: by default its academic year to date."""
    first, last = asked.days(london_date(runtime.clock()))
    question = Question(first, last, asked.period, asked.group_by, asked.cohort)
    after = asked.after
    await school_in_view(runtime, caller, urn, asked.min_position)
    rows, position = await school_figures(runtime, urn, question, limit=asked.limit, after=after)
    published = await benchmark_of(runtime, urn, asked.benchmark, last)
    benchmark = BenchmarkOut.of(published) if published else None
    following = _cursor(rows, asked.limit)
    response = await answered(
        lambda: SchoolAttendanceOut(
            urn=urn,
            position=position,
            cohort=asked.cohort,
            benchmark=benchmark,
            items=[figures_out(row, asked.group_by, asked.cohort, benchmark) for row in rows],
            next=following,
        )
    )
    link_next(request, response, following)
    return response


@router.get(
    "/attendance",
    response_model=AttendanceAcrossOut,
    responses=refusals(INVALID, NOT_FOUND, FIGURES_UNDER_WAY),
    dependencies=[Once],
)
async def list_attendance(
    asked: Annotated[FiguresAcrossAsked, Query()],
    caller: RegisterReader,
    runtime: OwnRuntime,
    request: Request,
) -> Response:
    """Read the attendance of the schools the token is for, of an authority or of a trust."""
    first, last = asked.days(london_date(runtime.clock()))
    after = asked.after or ("", "", "")
    apart = asked.group_by is GroupBy.SCHOOL
    by = None if apart else asked.group_by
    question = Question(first, last, asked.period, by, asked.cohort)
    schools = await schools_asked(runtime, _whose(asked, caller))
    if len(schools) > MOST_SCHOOLS:
        raise Problem(INVALID, "1 item is wrong.", [TOO_MANY])
    remembered = remembered_of(request)
    # Each client may ask for every school there is.
    detail = "Figures you asked for are under way; ask again shortly."
    with one_at_a_time(request, FIGURES_UNDER_WAY, detail, of=("figures", caller.client)):
        summed = await figures_across(runtime, remembered, schools, question, apart=apart)
    rows = [row for row in summed if row.key > after][: asked.limit]
    following = _cursor(rows, asked.limit)
    response = await answered(
        lambda: AttendanceAcrossOut(
            schools=len(schools),
            cohort=asked.cohort,
            items=[figures_out(row, asked.group_by, asked.cohort, None) for row in rows],
            next=following,
        )
    )
    link_next(request, response, following)
    return response


def _whose(asked: FiguresAcrossAsked, caller: Caller) -> Whose:
    if caller.la_code is None:
        return Whose(caller.urns, asked.la, asked.trust)
    if asked.la not in (None, caller.la_code):
        raise NotFound("There is no such authority.")
    return Whose(None, caller.la_code, asked.trust)


def _cursor(rows: list[Row], limit: int) -> str | None:
    return encode_cursor(rows[-1].key) if len(rows) == limit else None

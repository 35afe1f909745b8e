"""HTTP for published figures. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import RegisterReader
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import INVALID, refusals

from thresholds.access import OwnRuntime
from thresholds.asked import Once
from thresholds.benchmarks.asked import BenchmarksAsked
from thresholds.benchmarks.beside import benchmarks_page
from thresholds.benchmarks.schemas import BenchmarkOut, BenchmarksOut
from thresholds.benchmarks.table import Wanted

router = APIRouter()


@router.get("/benchmarks", responses=refusals(INVALID), dependencies=[Once])
async def list_benchmarks(
    asked: Annotated[BenchmarksAsked, Query()],
    _caller: RegisterReader,
    runtime: OwnRuntime,
    request: Request,
    response: Response,
) -> BenchmarksOut:
    """List what the Department published of England, its regions and authorities."""
    after = decode_cursor(asked.cursor, (str,) * 5)
    wanted = Wanted(asked.level, asked.code, asked.phase, asked.time_period, after)
    found = await benchmarks_page(runtime, wanted, asked.limit)
    following = encode_cursor(found[-1].key) if len(found) == asked.limit else None
    link_next(request, response, following)
    return BenchmarksOut(items=[BenchmarkOut.of(each) for each in found], next=following)

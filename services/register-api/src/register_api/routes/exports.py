"""HTTP for extracts of the registers. Translates; decides nothing, and holds no SQL."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from attendance.census import Period
from attendance.identifiers import PupilId
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import RegisterReader
from servicekit.fields import PupilPath, UrnPath
from servicekit.negotiation import NOT_ACCEPTABLE
from servicekit.problems import refusals

from register_api.access import registry_of
from register_api.exporting.answering import (
    CSV,
    EXTRACT_HEADERS,
    HEADERS,
    HTML,
    PDF,
    FigureForm,
    PageForm,
    extract_answer,
    figures_answer,
    form_asked,
)
from register_api.exporting.census import census_of
from register_api.exporting.daily_share import daily_share_of
from register_api.exporting.extracts import certificate_extract, register_extract
from register_api.exporting.refusals import (
    ENTRIES_DROPPED,
    NO_CALENDAR,
    TOO_MANY_PUPILS,
    TYPESETTING_BUSY,
)
from register_api.queries.period import PERIOD_REFUSED
from register_api.refusals import NO_PUPIL, NO_SCHOOL
from register_api.schemas.exports import (
    CensusOut,
    CensusQuery,
    CertificateQuery,
    DailyShareOut,
    DailyShareQuery,
    RegisterExportQuery,
)

TEXT: Final = {"type": "string"}
PAGES: Final[Mapping[str, Any]] = {
    HTML: {"schema": TEXT, "example": "<!doctype html>…"},
    PDF: {"schema": {"type": "string", "contentMediaType": PDF}},
    CSV: {"schema": TEXT, "example": "date,session,pupil,…\r\n2026-11-20,AM,p0421,…\r\n"},
}
REFUSALS: Final = (NO_SCHOOL, NO_CALENDAR, ENTRIES_DROPPED)

router = APIRouter()


@router.get(
    "/schools/{urn}/exports/register",
    response_class=Response,
    responses={
        200: {"content": PAGES, "headers": EXTRACT_HEADERS},
        **refusals(*REFUSALS, NOT_ACCEPTABLE, TOO_MANY_PUPILS, TYPESETTING_BUSY),
    },
)
async def export_register(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[RegisterExportQuery, Query()],
) -> Response:
    """Export the register of a month, to be printed or kept: a line a pupil, a column a session.

    Every amendment follows with its five items (reg 6). As CSV it has a line an entry, originals
    and amendments alike.
    """
    form = form_asked(request, query.format, PageForm)
    registry = registry_of(request)
    extract = await register_extract(
        registry,
        caller,
        urn,
        query.month,
        group=query.group,
        as_of=query.as_of,
        with_lines=form is PageForm.CSV,
    )
    return await extract_answer(extract, form, registry.runtime.clock())


@router.get(
    "/schools/{urn}/pupils/{pupil}/certificate",
    response_class=Response,
    responses={
        200: {"content": PAGES, "headers": EXTRACT_HEADERS},
        **refusals(*REFUSALS, NO_PUPIL, NOT_ACCEPTABLE, PERIOD_REFUSED, TYPESETTING_BUSY),
    },
)
async def export_certificate(
    urn: UrnPath,
    pupil: PupilPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[CertificateQuery, Query()],
) -> Response:
    """Export a pupil's registration certificate for a period, for the head to sign.

    Parents are on it for a token that has `admissions:write` or `audit:read` as well.
    """
    form = form_asked(request, query.format, PageForm)
    registry, period = registry_of(request), Period(query.first, query.last)
    extract = await certificate_extract(
        registry,
        caller,
        urn,
        PupilId(pupil),
        period,
        as_of=query.as_of,
        with_lines=form is PageForm.CSV,
    )
    return await extract_answer(extract, form, registry.runtime.clock())


@router.get(
    "/schools/{urn}/exports/census",
    response_model=CensusOut,
    responses={
        200: {
            "content": {CSV: {"schema": TEXT, "example": "pupil,upn,…\r\np0421,…\r\n"}},
            "headers": HEADERS,
        },
        **refusals(*REFUSALS, NOT_ACCEPTABLE),
    },
)
async def export_census(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[CensusQuery, Query()],
) -> Response:
    """Export the school census of attendance: totals and reasons of each pupil over a term.

    Needs `admissions:write` or `audit:read` as well. Pupils of 4 to 15 on 31 August before, leavers
    too, and no boarders; one who left and came back has two lines.
    """
    form = form_asked(request, query.format, FigureForm)
    census, known = await census_of(registry_of(request), caller, urn, query, form)
    return figures_answer(census, form, f"census-{urn}-{query.year}-{query.term}", known)


@router.get(
    "/schools/{urn}/exports/daily-share",
    response_model=DailyShareOut,
    responses={200: {"headers": HEADERS}, **refusals(*REFUSALS)},
)
async def export_daily_share(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[DailyShareQuery, Query()],
) -> Response:
    """Export what the school shares with the Department of a day, and what it shares again.

    Needs `admissions:write` or `audit:read` as well. Pupils in reception, of compulsory school age
    and in years 12 and 13; remarks on entries aren't shared.
    """
    share, known = await daily_share_of(registry_of(request), caller, urn, query)
    return figures_answer(share, FigureForm.JSON, f"daily-share-{urn}", known)

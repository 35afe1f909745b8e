"""Gives an extract in the form that was asked for, with what lets its reader check it.

No file name and no header names a pupil: they end up in histories, logs and lists of downloads.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from servicekit.negotiation import JSON, form_of_answer
from servicekit.problems import ItemProblem

from register_api.exporting import comma_separated, entry_lines
from register_api.exporting.extracts import Extract
from register_api.exporting.known import KnownSchool
from register_api.exporting.page import POLICY, rendered
from register_api.exporting.refusals import TOO_MANY_PUPILS, refused
from register_api.exporting.typeset import typeset

HTML: Final = "text/html"
PDF: Final = "application/pdf"
CSV: Final = "text/csv"

PDF_PUPILS: Final = 500  # takes some four seconds of a core and 200 MB

AS_OF: Final = "X-As-Of"
LOG_POSITION: Final = "X-Log-Position"
DIGEST: Final = "X-Extract-Digest"

HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    AS_OF: {
        "description": "the instant as of which this was known; as `as_of`, it gives this again",
        "schema": {"type": "string", "format": "date-time"},
    },
    LOG_POSITION: {
        "description": "of the last event in the school's log that was known then",
        "schema": {"type": "integer", "minimum": 0},
    },
}
EXTRACT_HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    **HEADERS,
    DIGEST: {
        "description": "SHA-256 of what the page says of the register, and printed on it: the same "
        "for the same content as of the same instant, whatever the form",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}

# Personal data is kept by no cache, and no other page is told where a reader comes from.
PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}


class PageForm(StrEnum):
    """How an extract is given; the first to whoever accepts anything."""

    HTML = "html"
    PDF = "pdf"
    CSV = "csv"


class FigureForm(StrEnum):
    """How figures are given; the first to whoever accepts anything."""

    JSON = "json"
    CSV = "csv"


MEDIA_TYPES: Final[Mapping[str, str]] = {"html": HTML, "pdf": PDF, "csv": CSV, "json": JSON}

Form = TypeVar("Form", PageForm, FigureForm)


def form_asked(request: Request, asked: Form | None, forms: type[Form]) -> Form:
    """Choose the form of an answer: as the query says, or else as the Accept header does.

    Raises:
        Problem: the client accepts none of them (406).
    """
    if asked is not None:
        return asked
    accepted = form_of_answer(request, *(MEDIA_TYPES[form] for form in forms))
    return next(form for form in forms if MEDIA_TYPES[form] == accepted)


async def extract_answer(extract: Extract, form: PageForm, now: datetime) -> Response:
    """Render an extract, beside the loop, and answer with it.

    Raises:
        Problem: it is too large for a PDF (422), or too many are being made (503).
    """
    headers = {DIGEST: extract.stamp.digest}
    match form:
        case PageForm.HTML:
            body = await asyncio.to_thread(rendered, extract.template, extract.plain, extract.stamp)
            headers["Content-Security-Policy"] = POLICY
        case PageForm.PDF:
            _must_fit(extract)
            body = await typeset(extract.template, extract.plain, extract.stamp, timed=now)
        case PageForm.CSV:
            body = await asyncio.to_thread(
                comma_separated.written, entry_lines.COLUMNS, extract.lines or ()
            )
    return _answer(body, form, extract.filename, {**known_headers(extract.known), **headers})


def figures_answer(body: bytes, form: FigureForm, filename: str, known: KnownSchool) -> Response:
    """Answer with figures that were rendered."""
    return _answer(body, form, filename, known_headers(known))


def known_headers(known: KnownSchool) -> dict[str, str]:
    """Say as of when an answer is, so that it can be asked for again."""
    as_of = known.as_of.isoformat().replace("+00:00", "Z")
    return {**PRIVATE, AS_OF: as_of, LOG_POSITION: str(known.position)}


def _answer(
    body: bytes, form: PageForm | FigureForm, filename: str, headers: Mapping[str, str]
) -> Response:
    media_type = MEDIA_TYPES[form]
    shown = "attachment" if media_type == CSV else "inline"
    disposition = {"Content-Disposition": f'{shown}; filename="{filename}.{form}"'}
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Response(body, headers={**headers, **disposition}, media_type=f"{media_type}{charset}")


def _must_fit(extract: Extract) -> None:
    if extract.pupils > PDF_PUPILS:
        detail = f"Ask for one group, or for HTML: a PDF has at most {PDF_PUPILS} pupils."
        raise refused(TOO_MANY_PUPILS, ItemProblem("/query/group", "too-many-pupils", detail))

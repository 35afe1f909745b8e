"""Making a PDF: any letter, the same bytes for the same values, and so many at once."""

import asyncio
import io
import threading
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import typst
from domain.given import DETAILS, URN, a_school
from register_api.exporting import typeset as typesetting
from register_api.exporting.answering import PDF_PUPILS, PageForm, extract_answer
from register_api.exporting.extracts import Extract
from register_api.exporting.known import KnownSchool
from register_api.exporting.stamp import Stamp
from register_api.exporting.typeset import AT_ONCE, STANDARD, WITHIN, compiled, typeset
from servicekit.problems import Problem

NOW = datetime(2026, 11, 20, 16, 0, 0, 271413, tzinfo=UTC)  # a clock gives microseconds too
STAMP = Stamp(exported_by="A. Smith", exported_at="2026-11-20T16:00:00Z", digest="0" * 64)


def page(name: str = "Adeyemi, Bo") -> dict[str, Any]:
    """A month with one pupil and no day."""
    totals = ("possible", "attended", "authorised", "unauthorised")
    late = ("late_before_close", "late_after_close", "missing")
    pupil = {"name": name, "pupil": "p1", "cells": [], "totals": dict.fromkeys(totals + late, 0)}
    return {
        "heading": {"school": "Elm", "urn": 1, "la_code": "886", "as_of": "now", "position": 1},
        "month": "November 2026",
        "group": None,
        "days": [],
        "pupils": [pupil],
        "amendments": [],
        "late_entries": [],
        "key": [],
    }


def words(pdf: bytes) -> str:
    return " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("letters", WITHIN, ids=lambda each: f"{each[0]:04X} to {each[-1]:04X}")
def test_the_fonts_within_have_the_letters_they_are_said_to_have(letters: range) -> None:
    written = [chr(each) for each in letters if unicodedata.category(chr(each)) != "Cn"]

    made = typst.compile(
        b'#set document(date: auto)\n#set text(font: "Libertinus Serif")\n#sys.inputs.letters',
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letters": " ".join(written)},
        pdf_standards=[STANDARD],
    )

    assert made


def test_a_letter_that_no_font_has_is_written_as_its_code_point() -> None:
    made = words(compiled("month", page("\N{CUNEIFORM SIGN A}, Zoë"), STAMP, NOW))

    # A machine may have a font with it, and then it is printed as it is.
    assert "[U+12000], Zoë" in made or "\N{CUNEIFORM SIGN A}, Zoë" in made


def test_a_letter_is_written_as_its_code_point_only_where_it_must() -> None:
    assert typesetting.without_others("Łęcki, Zoë") == "Łęcki, Zoë"
    assert typesetting.without_others("\N{CUNEIFORM SIGN A} Ω") == "[U+12000] Ω"


def test_the_same_values_make_the_same_bytes() -> None:
    assert compiled("month", page(), STAMP, NOW) == compiled("month", page(), STAMP, NOW)


def test_the_pdf_is_one_for_archives_with_its_fonts_in_it() -> None:
    read = pypdf.PdfReader(io.BytesIO(compiled("month", page(), STAMP, NOW)))

    metadata = read.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "A")
    assert str(read.root_object["/Lang"]) == "en-GB"


async def test_when_every_thread_is_busy_a_client_is_told_to_come_again() -> None:
    done = threading.Event()
    busy = [typesetting.threads.submit(done.wait) for _ in range(AT_ONCE)]
    try:
        with pytest.raises(Problem) as raised:
            await typeset("month", page(), STAMP, timed=NOW, wait_seconds=0.01)
    finally:
        done.set()
        await asyncio.gather(*map(asyncio.wrap_future, busy))

    assert raised.value.kind.slug == "typesetting-busy"


async def test_a_pdf_of_too_many_pupils_is_refused_before_it_is_made() -> None:
    known = KnownSchool(urn=URN, details=DETAILS, school=a_school(), as_of=NOW, position=1)
    extract = Extract(
        template="month",
        filename="register",
        known=known,
        pupils=PDF_PUPILS + 1,
        plain=page(),
        stamp=STAMP,
        lines=None,
    )

    with pytest.raises(Problem) as raised:
        await extract_answer(extract, PageForm.PDF, NOW)

    assert [each.pointer for each in raised.value.errors] == ["/query/group"]
    assert (await extract_answer(extract, PageForm.HTML, NOW)).status_code == 200

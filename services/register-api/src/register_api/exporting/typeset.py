"""Renders what was laid out as a PDF: paginated, tagged, for archives. Knows no register.

The values go in as data and never as markup, so a name can't become a command. What typst works out
it keeps for its next ten documents; those are spent at once on empty ones, or a process would hold
some gigabytes for nobody.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from servicekit.problems import Problem

from register_api.exporting.refusals import TYPESETTING_BUSY
from register_api.exporting.stamp import Stamp

TEMPLATES: Final = Path(__file__).with_name("templates")
STANDARD: Final = "a-2a"  # PDF/A: kept as long as a register is; a: read aloud as well as shown
AT_ONCE: Final = 2
WAIT_SECONDS: Final = 60
KEPT_DOCUMENTS: Final = 10
LARGE_BYTES: Final = 200_000  # of values: below it, what is kept isn't worth the while

# What the fonts within typst have letters for. Others come from the machine's own fonts, if it has.
WITHIN: Final = (
    *(range(0x20, 0x7F), range(0xA0, 0x378), range(0x384, 0x500), range(0x5D0, 0x5EB)),
    *(range(0x1E00, 0x1F16), range(0x2010, 0x2028), range(0x2030, 0x2041)),
)

threads: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="typeset")


async def typeset(
    template: str,
    plain: Mapping[str, Any],
    stamp: Stamp,
    *,
    timed: datetime,
    wait_seconds: float = WAIT_SECONDS,
) -> bytes:
    """Make a PDF in a thread, when one is free.

    Args:
        template: the name of what was laid out, `month` or `certificate`.
        plain: it, as plain values.
        timed: when it was made, as its metadata say; the same values give the same bytes.
        wait_seconds: for a thread and for the PDF together.

    Raises:
        Problem: none was free in time (503).
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(wait_seconds):
            return await loop.run_in_executor(threads, compiled, template, plain, stamp, timed)
    except TimeoutError:
        raise Problem(TYPESETTING_BUSY, "Ask again in a while, or for HTML.") from None


def compiled(template: str, plain: Mapping[str, Any], stamp: Stamp, timed: datetime) -> bytes:
    """Make a PDF; a letter that no font has is written as its code point, `[U+5F20]`."""
    values = json.dumps({**plain, "stamp": asdict(stamp)}, ensure_ascii=False)
    try:
        made = _compile(template, values, timed)
    except typst.TypstError:
        made = _compile(template, without_others(values), timed)
    if len(values) > LARGE_BYTES:
        for _ in range(KEPT_DOCUMENTS + 1):
            typst.compile(b"", format="svg", font_paths=_fonts())
    return made


def without_others(text: str) -> str:
    """Write letters that the fonts within don't have as their code points."""
    return "".join(
        each if any(ord(each) in part for part in WITHIN) else f"[U+{ord(each):04X}]"
        for each in text
    )


def _compile(template: str, values: str, timed: datetime) -> bytes:
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"page": values},
        pdf_standards=[STANDARD],
        timestamp=timed.replace(microsecond=0),  # metadata have no fractions of a second
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()

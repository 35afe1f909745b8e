"""A return as a page to be printed and handed over. Renders; knows no table.

Everything is escaped, there is no script, and the page loads nothing: the policy sent with it
allows its own style sheet and nothing else, so a name can't become markup that does something.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from attendance.calendar import london_date
from attendance.deletion_grounds import GROUNDS, Letter
from attendance.return_contents import KINDS
from attendance.rules.catalogue import RULES
from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.schemas.returns import PackOut

HTML: Final = "text/html"


def day(on: date | datetime) -> str:
    """Write a day as people do; an instant's day is that in England."""
    spoken = london_date(on) if isinstance(on, datetime) else on
    return f"{spoken.day} {spoken:%B %Y}"


def meaning_of_ground(letter: str) -> str:
    """Say what a ground for deletion is."""
    return GROUNDS[Letter(letter)].meaning


ENVIRONMENT: Final = Environment(
    loader=PackageLoader("notifications"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters.update(day=day, meaning_of_ground=meaning_of_ground)
STYLE: Final = ENVIRONMENT.get_template("return.css").render()
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

PACK: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The return, ready to be handed over",
        "content": {
            HTML: {"schema": {"type": "string"}, "example": "<!doctype html><title>…</title>"}
        },
    }
}


def private() -> dict[str, str]:
    """Make the headers of an answer with names in it: no cache keeps it."""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept",
    }


def law_of(kind: str) -> tuple[str, str]:
    """Name a kind of return, and the law that asks for it."""
    source = RULES[kind].terms[-1].source
    return KINDS[kind], f"{source.title}, {source.reference}"


def page_of(pack: PackOut) -> Response:
    """Give a pack as a page. Its name says nothing of the pupil: it ends up in histories."""
    made = pack.statutory_return
    shown: Mapping[str, Any] = {
        "pack": pack,
        "made": made,
        "contents": made.contents,
        "overdue": made.overdue,
    }
    body = ENVIRONMENT.get_template("return.html").render(shown, style=STYLE)
    headers = {
        **private(),
        "Content-Security-Policy": POLICY,
        "Content-Disposition": f'inline; filename="{made.kind}.html"',
    }
    return Response(body, media_type=f"{HTML}; charset=utf-8", headers=headers)

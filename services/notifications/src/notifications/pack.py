"""A return as a page to be printed and handed over. Renders; knows no table.

Everything is escaped, there is no script, and the page loads nothing: the policy sent with it
allows its own style sheet and nothing else, so a name can't become markup that does something.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from attendance.calendar import london_date
from attendance.deletion_grounds import GROUNDS, Letter
from attendance.return_contents import KINDS
from attendance.rules.catalogue import RULES
from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.return_record import ReturnStatus
from notifications.schemas.returns import PackOut, WholeReturnOut
from notifications.statutory_return import WithdrawnBecause

HTML: Final = "text/html"

WITHDRAWALS: Final[Mapping[WithdrawnBecause, str]] = MappingProxyType(
    {
        WithdrawnBecause.NO_GROUND: "the registers as amended show no ground for it",
        WithdrawnBecause.NOT_REQUIRED: "it was decided that none is required",
        WithdrawnBecause.ANOTHER_AUTHORITY: "it is for another authority",
    }
)


def day(on: date | datetime) -> str:
    """Write a day as people do; an instant's day is that in England."""
    spoken = london_date(on) if isinstance(on, datetime) else on
    return f"{spoken.day} {spoken:%B %Y}"


def meaning_of_ground(letter: str) -> str:
    """Say what a ground for deletion is."""
    return GROUNDS[Letter(letter)].meaning


def meaning_of_withdrawal(because: WithdrawnBecause) -> str:
    """Say why a return was withdrawn."""
    return WITHDRAWALS[because]


ENVIRONMENT: Final = Environment(
    loader=PackageLoader("notifications"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters.update(
    day=day, meaning_of_ground=meaning_of_ground, meaning_of_withdrawal=meaning_of_withdrawal
)
STYLE: Final = ENVIRONMENT.get_template("return.css").render()
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

UNSENT: Final = frozenset({ReturnStatus.DUE, ReturnStatus.UNDELIVERED})

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


def pack_of(made: WholeReturnOut, now: datetime) -> PackOut:
    """Make a return ready to be handed over; one that was and is withdrawn since, its withdrawal.

    Args:
        now: when it is asked for.
    """
    source = RULES[made.kind].terms[-1].source
    title = KINDS[made.kind]
    return PackOut(
        title=f"Withdrawal of a {title.lower()}" if _withdraws(made) else title,
        source=f"{source.title}, {source.reference}",
        prepared_at=now,
        statutory_return=made,
    )


def page_of(pack: PackOut) -> Response:
    """Give a pack as a page. Its name says nothing of the pupil: it ends up in histories."""
    made = pack.statutory_return
    shown: Mapping[str, Any] = {
        "pack": pack,
        "made": made,
        "contents": made.contents,
        "withdraws": _withdraws(made),
        "unsent": made.status in UNSENT or _withdraws(made),
    }
    body = ENVIRONMENT.get_template("return.html").render(shown, style=STYLE)
    headers = {
        **private(),
        "Content-Security-Policy": POLICY,
        "Content-Disposition": f'inline; filename="{made.kind}.html"',
    }
    return Response(body, media_type=f"{HTML}; charset=utf-8", headers=headers)


def _withdraws(made: WholeReturnOut) -> bool:
    """Whether what is to be handed over is that the return was withdrawn."""
    return made.status is ReturnStatus.WITHDRAWN and made.overdue

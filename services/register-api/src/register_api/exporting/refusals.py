"""Why an extract isn't made."""

from http import HTTPStatus
from typing import Final

from servicekit.problems import ItemProblem, Kind, Problem

NO_CALENDAR: Final = Kind(
    "no-calendar", "The school's calendar isn't published", HTTPStatus.CONFLICT
)
ENTRIES_DROPPED: Final = Kind(
    "entries-dropped", "The entries of that time aren't kept any more", HTTPStatus.GONE
)
TOO_MANY_PUPILS: Final = Kind(
    "too-many-pupils",
    "That is too much for one PDF",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    item=ItemProblem("/query/group", "too-many-pupils", "Ask for one group, or for HTML."),
)
TYPESETTING_BUSY: Final = Kind(
    "typesetting-busy",
    "Too many PDFs are being made at this moment",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "5"},
)


def refused(kind: Kind, item: ItemProblem) -> Problem:
    """Make the refusal of one parameter."""
    return Problem(kind, "1 item is wrong; nothing was stored.", [item])

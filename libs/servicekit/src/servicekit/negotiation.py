"""Which of its forms an answer is given in: reads the Accept header as RFC 9110 has it."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, NamedTuple

from fastapi import Request

from servicekit.problems import Kind, Problem

JSON: Final = "application/json"
JSON_LINES: Final = "application/jsonl"
EVENT_STREAM: Final = "text/event-stream"

NOT_ACCEPTABLE: Final = Kind(
    "not-acceptable", "There is no form of this that you accept", HTTPStatus.NOT_ACCEPTABLE
)

NAME: Final = r"[a-z0-9!#$%&'^_`|~.+-]+"  # RFC 9110 section 5.6.2, without `*`, in lower case
RANGE: Final = re.compile(rf"\*/\*|{NAME}/\*|{NAME}/{NAME}")
WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


class Accepted(NamedTuple):
    """One of the media ranges that a client accepts, and how much it wants it, from 0 to 1."""

    media_range: str
    weight: float


def form_of_answer(request: Request, *offered: str) -> str:
    """Choose the form that the client wants most, among equals the first that is offered.

    Parameters of a media type other than its weight are passed over, and so is what can't be read.

    Raises:
        Problem: it accepts none of them (406).
    """
    accepted = list(_accepted(",".join(request.headers.getlist("accept"))))
    best = max(offered, key=lambda form: _weight(form, accepted))  # the first of equals
    if not _weight(best, accepted):
        raise Problem(NOT_ACCEPTABLE, f"Accept {' or '.join(offered)}.")
    return best


def _accepted(header: str) -> Iterator[Accepted]:
    elements = [element.strip().lower() for element in header.split(",")]
    if not any(elements):  # who names nothing accepts anything
        yield Accepted("*/*", 1.0)
    for element in elements:
        media_range, *parameters = (part.strip() for part in element.split(";"))
        weights = [each[2:] for each in parameters if each.startswith("q=")] or ["1"]
        if RANGE.fullmatch(media_range) and WEIGHT.fullmatch(weights[0]):
            yield Accepted(media_range, float(weights[0]))


def _weight(form: str, accepted: list[Accepted]) -> float:
    """Weigh a form by the most specific range that holds it; 0 when none does."""
    for media_range in (form, f"{form.partition('/')[0]}/*", "*/*"):
        weights = [each.weight for each in accepted if each.media_range == media_range]
        if weights:
            return max(weights)
    return 0.0

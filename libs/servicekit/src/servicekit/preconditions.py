"""Entity tags and `If-Match` (RFC 9110): a change is made to the state that was read, or refused.

A tag here is the revision of a thing, in quotes. Knows no thing.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Header

from servicekit.problems import ItemProblem, Kind, Problem

ETAG: Final[dict[str, Any]] = {
    "ETag": {
        "description": "the revision, in quotes; send it in `If-Match` to change this state",
        "required": True,
        "schema": {"type": "string"},
        "example": '"1"',
    }
}
"""How a route documents the tag that its answer carries."""

PRECONDITION_REQUIRED: Final = Kind(
    "precondition-required",
    "Say which state you change",
    HTTPStatus.PRECONDITION_REQUIRED,
    item=ItemProblem("/header/If-Match", "precondition-required", "Send the ETag that you read."),
)
PRECONDITION_FAILED: Final = Kind(
    "precondition-failed", "It has changed since you read it", HTTPStatus.PRECONDITION_FAILED
)

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="the `ETag` that was read; `*` for whatever it is. Without it: 428",
        examples=['"1"'],
    ),
]


def etag(revision: int) -> str:
    """Write a revision as an entity tag."""
    return f'"{revision}"'


def revisions_of(if_match: str | None) -> frozenset[int] | None:
    """Read at which revisions a thing may be changed; None: at whichever it is.

    A tag that isn't one of ours, a weak one too, is at no revision.

    Raises:
        Problem: the header is missing (428).
    """
    if if_match is None:
        detail = "Send the ETag that you read in If-Match, so that no other change is undone."
        missing = ItemProblem("/header/If-Match", PRECONDITION_REQUIRED.slug, detail)
        raise Problem(PRECONDITION_REQUIRED, "1 item is wrong; nothing was stored.", [missing])
    tags = [tag.strip() for tag in if_match.split(",")]
    if "*" in tags:
        return None
    return frozenset(int(tag[1:-1]) for tag in tags if _is_ours(tag))


def _is_ours(tag: str) -> bool:
    inner = tag[1:-1]
    return tag == f'"{inner}"' and inner.isascii() and inner.isdigit()

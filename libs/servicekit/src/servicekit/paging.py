"""Pages of a list: an opaque cursor and a Link header. Never an offset."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request, Response
from starlette.datastructures import URL

from servicekit.problems import INVALID, ItemProblem, Problem

LARGEST: Final = 2**62  # beyond any position or place, within PostgreSQL's bigint
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")  # in its text: NUL, half a character


def encode_cursor(key: Sequence[object]) -> str:
    """Make a cursor of the sort key of the last item on a page."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, types: Sequence[type]) -> list[Any] | None:
    """Read a cursor back: the sort key after which the page begins; None for the first page.

    Raises:
        Problem: it isn't one of ours (422).
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if (
        not isinstance(key, list)
        or len(key) != len(types)
        or not all(_is(kind, part) for kind, part in zip(types, key, strict=True))
    ):
        raise cursor_refused()
    return key


def cursor_refused() -> Problem:
    """Make the refusal of a cursor that isn't one of ours."""
    wrong = ItemProblem("/query/cursor", "cursor-invalid", "Use the cursor of the page before.")
    return Problem(INVALID, "1 item is wrong.", [wrong])


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Point to the next page in a Link header, when there is one."""
    if cursor is not None:
        following = _as_reached(request).include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following}>; rel="next"'


def _as_reached(request: Request) -> URL:
    """Give the address a client used: behind a proxy that ends TLS, ours begins with http."""
    public: str | None = request.app.state.public_url
    if public is None:
        return request.url
    return URL(f"{public}{request.url.path}?{request.url.query}")


def _is(kind: type, part: object) -> bool:
    if type(part) is not kind:  # a bool is an int to isinstance
        return False
    if isinstance(part, str):
        return UNSTORABLE.search(part) is None
    return not isinstance(part, int) or 0 <= part <= LARGEST

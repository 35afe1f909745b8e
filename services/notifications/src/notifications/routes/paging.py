"""Pages of this service's lists, both by time and id. Holds no SQL."""

from datetime import datetime
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response
from servicekit.paging import cursor_refused, decode_cursor, encode_cursor, link_next

Cursor = Annotated[str | None, Query(description="`next` of the page before")]


class Listed(Protocol):
    """What can be listed."""

    @property
    def id(self) -> UUID:
        """Tells apart what was made at one instant."""

    @property
    def created_at(self) -> datetime:
        """What the list is ordered by."""


T = TypeVar("T", bound=Listed)


def page_key(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Read a cursor: the instant and id that a page begins after; None for the first page.

    Raises:
        Problem: it isn't one of ours (422).
    """
    key = decode_cursor(cursor, (str, str))
    if key is None:
        return None
    try:
        instant, last = datetime.fromisoformat(key[0]), UUID(key[1])
    except ValueError:
        raise cursor_refused() from None
    if instant.tzinfo is None:
        raise cursor_refused()
    return instant, last


def cut(
    request: Request, response: Response, found: list[T], limit: int
) -> tuple[list[T], str | None]:
    """Cut a list to one page, and link to the next where there is more.

    Args:
        found: one item more than the page takes, if there are so many.

    Returns:
        The page, and the cursor of the next; None on the last.
    """
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    cursor = encode_cursor([page[-1].created_at.isoformat(), str(page[-1].id)])
    link_next(request, response, cursor)
    return page, cursor

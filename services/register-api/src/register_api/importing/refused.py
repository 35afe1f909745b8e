"""Why an import is refused whole, before a row of it counts. Judges nothing itself."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from servicekit.problems import ItemProblem, Kind, Problem

NAME_THEM: Final = ItemProblem(
    "/header/by-name",
    "signatory-required",
    "Give the name of the person who answers for these entries, in letters that can be seen.",
)
PLACE_THEM: Final = ItemProblem(
    "/header/by-position",
    "signatory-required",
    "Give the position of the person who answers for these entries, in letters that can be seen.",
)

FILE_UNREADABLE: Final = Kind(
    "file-unreadable",
    "The file can't be read",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    reasons=(
        "column-missing",
        "column-unknown",
        "column-repeated",
        "csv-unreadable",
        "json-unreadable",
        "no-header",
        "no-rows",
        "not-utf-8",
        "too-many-problems",
    ),
)
TOO_MANY_IMPORTS: Final = Kind(
    "too-many-imports",
    "As many imports of the school are at work as may be",
    HTTPStatus.TOO_MANY_REQUESTS,
    {"Retry-After": "60"},
)
OTHER_MEDIA_TYPE: Final = Kind(
    "media-type-not-supported",
    "An import is text/csv or application/json",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
SIGNATORY_REQUIRED: Final = Kind(
    "signatory-required",
    "Somebody answers for entries",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    item=NAME_THEM,
)
UPLOAD_STOPPED: Final = Kind(
    "upload-stopped", "Nothing more of the file came in time", HTTPStatus.REQUEST_TIMEOUT
)
IMPORT_ENDED: Final = Kind("import-ended", "The import has ended", HTTPStatus.CONFLICT)


class FileUnreadable(Problem):
    """It isn't the file it says it is, or not to its end; nothing of it was kept."""

    def __init__(self, wrong: Sequence[ItemProblem]) -> None:
        slugs = {each.code for each in wrong}
        kind = replace(FILE_UNREADABLE, slug=slugs.pop()) if len(slugs) == 1 else FILE_UNREADABLE
        super().__init__(kind, counted(wrong), wrong)


def unsigned(wrong: Sequence[ItemProblem]) -> Problem:
    """Make the refusal of an upload that nobody answers for, or somebody who can't be read."""
    return Problem(SIGNATORY_REQUIRED, counted(wrong), wrong)


def counted(wrong: Sequence[ItemProblem]) -> str:
    """Say how many items are wrong."""
    return (
        f"{len(wrong)} {'item is' if len(wrong) == 1 else 'items are'} wrong; nothing was stored."
    )


def unreadable(slug: str, detail: str) -> FileUnreadable:
    """Make the refusal of a file that has one thing wrong with it, the whole of it."""
    return FileUnreadable([ItemProblem("", slug, detail)])


def stopped() -> Problem:
    """Make the refusal of an upload that isn't waited for any longer."""
    return Problem(UPLOAD_STOPPED, "The file didn't come in time; send it again, or in parts.")

"""Writes the generated pages: `PYTHONPATH=tests python -m docs.catalogue`, from the root."""

from pathlib import Path
from typing import Annotated, Final

import typer

from docs.catalogue.admission_register import admission_register_page
from docs.catalogue.asyncapi import asyncapi_document
from docs.catalogue.codes import codes_page
from docs.catalogue.events import events_page
from docs.catalogue.refusals import refusals_page
from docs.catalogue.rules import rules_page
from docs.catalogue.settings import settings_page

PAGES: Final = {
    "admission-register.md": admission_register_page,
    "asyncapi.json": asyncapi_document,
    "codes.md": codes_page,
    "events.md": events_page,
    "refusals.md": refusals_page,
    "rules.md": rules_page,
    "settings.md": settings_page,
}


def write_pages(
    folder: Annotated[Path, typer.Option(help="where the pages are written")] = Path("docs"),
) -> None:
    """Write every generated page; a test compares them with those in the repository."""
    for name, page in PAGES.items():
        (folder / name).write_text(page())


if __name__ == "__main__":
    typer.run(write_pages)

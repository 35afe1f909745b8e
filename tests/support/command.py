"""The `rollbook` command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx

ROLLBOOK: Final = Path(sys.executable).with_name("rollbook")


def environment(data_dir: Path, **variables: str) -> dict[str, str]:
    """The caller's environment without any setting of ours but these."""
    ours = ("ROLLBOOK_", "DATABASE_URL", "OTEL_")
    others = {name: each for name, each in os.environ.items() if not name.startswith(ours)}
    return {**others, "ROLLBOOK_DATA_DIR": f"{data_dir}", **variables}


def rollbook(*arguments: str, data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [ROLLBOOK, *arguments],
        env=environment(data_dir, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def answers(url: str) -> bool:
    """Say whether a server there answers with success."""
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(url)).is_success
        except httpx.TransportError:
            return False

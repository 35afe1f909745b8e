"""Programs in Node, each in a process of its own that says what it does in lines of JSON."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contract.npm import NODE, installed_packages

HERE: Final = Path(__file__).parent
PATIENCE_SECONDS: Final = 60  # for the slowest machine


@dataclass(frozen=True, slots=True)
class Program:
    """A running program."""

    process: asyncio.subprocess.Process

    async def says(self) -> dict[str, Any]:
        """Wait for the next thing it says."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self.process.stdout.readline()
        assert line, "the program has ended"
        said: dict[str, Any] = json.loads(line)
        return said

    async def is_told(self, **said: object) -> None:
        """Tell it something, and wait until it has taken it in."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(said).encode() + b"\n")
        await self.says()


@asynccontextmanager
async def program(script: str, *arguments: str, zone: str = "UTC") -> AsyncIterator[Program]:
    """Run a program of this folder while the block lasts.

    Args:
        zone: the time zone its machine is set to.
    """
    process = await asyncio.create_subprocess_exec(
        NODE,
        HERE / script,
        *arguments,
        env={**os.environ, "NODE_PATH": f"{installed_packages()}", "TZ": zone},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()

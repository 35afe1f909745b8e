"""Drives a server with wrk and reads what it found. wrk leaves the machine to the server."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.stage import GROUPS, PUPILS_A_GROUP, SCHOOLS, Stage

SCRIPT: Final = Path(__file__).with_name("marks.lua")
CONNECTIONS: Final = 48  # at 8:55 everyone is there at once
SECONDS: Final = 8


@dataclass(frozen=True, slots=True)
class Driven:
    """What one run of wrk found."""

    requests: int
    seconds: float
    refused: int  # answers other than 2xx

    @property
    def marks_a_second(self) -> float:
        """Marks accepted a second."""
        return (self.requests - self.refused) * PUPILS_A_GROUP / self.seconds


def drive(stage: Stage, url: str, prefix: str, first: int) -> Driven:
    """Post class registers as fast as they are taken, for some seconds.

    Args:
        first: number of the first register, so that no run repeats another's.

    Raises:
        RuntimeError: wrk isn't installed.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is needed: apt-get install wrk")
    arguments = [prefix, stage.token, str(first), str(SCHOOLS), str(GROUPS)]
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(SCRIPT), url, "--"]
    run = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return read(run.stdout)


def read(printed: str) -> Driven:
    """Read the figures wrk printed."""
    total = re.search(r"(\d+) requests in ([\d.]+)(m?)s", printed)
    if total is None:
        raise RuntimeError(f"wrk printed no figures: {printed}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    seconds = float(total[2]) * (60 if total[3] else 1)
    return Driven(int(total[1]), seconds, int(refused[1]) if refused else 0)

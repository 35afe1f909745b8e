"""The integrator's guide, done word for word in an empty folder, once in each of its languages."""

import asyncio
import json
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
from contract.npm import NODE, installed_packages
from support.command import ROLLBOOK, answers, environment
from support.eventually import eventually

GUIDE: Final = (Path(__file__).parents[2] / "docs" / "integrating.md").read_text()
BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS: Final = 120  # it promises ten minutes to a person who reads

IN_PYTHON: Final = "python3 receiver.py"
IN_NODE: Final = "node receiver.mjs"
ADMITTED: Final = "verified uk.attendance.pupil-admitted.v1"
P1, P2 = (f"{ADMITTED} schools/999010/pupils/p{number}" for number in (1, 2))
PING: Final = "verified uk.attendance.ping.v1 "


def blocks(language: str) -> list[str]:
    """Give the guide's blocks of a language, in order."""
    return [text for said, text in BLOCK.findall(GUIDE) if said == language]


def free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@asynccontextmanager
async def rollbook_running(database_url: str, data_dir: Path) -> AsyncIterator[str]:
    """Run everything as `make run` does, but for its demonstration; give the address."""
    port = free_port()
    variables = environment(
        data_dir,
        DATABASE_URL=database_url,
        ROLLBOOK_PORT=f"{port}",
        ROLLBOOK_ALLOW_LOOPBACK_ENDPOINTS="1",
    )
    process = await asyncio.create_subprocess_exec(
        ROLLBOOK, "run", env=variables, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        await eventually(lambda: answers(f"{address}/ready"), within_seconds=PATIENCE_SECONDS)
        yield address
    finally:
        process.terminate()
        await process.wait()


async def done(script: str, folder: Path, variables: dict[str, str]) -> tuple[int, str]:
    """Type a script into a shell; gives its exit code and all it said."""
    shell = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _ = await shell.communicate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)  # a receiver that the script has left behind
    return shell.returncode or 0, said.decode()


def lines(said: Path) -> list[str]:
    """Give the pings and admissions that a receiver said it verified; rules say more of a pupil."""
    return [line for line in said.read_text().splitlines() if line.startswith((PING, ADMITTED))]


@pytest.mark.parametrize("receiver", [IN_PYTHON, IN_NODE])
async def test_the_guide_leads_to_a_verified_event_and_to_what_was_missed(
    database_url: str, tmp_path: Path, receiver: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "receiver.py").write_text(*blocks("python"))
    (folder / "receiver.mjs").write_text(*blocks("js"))
    (folder / "node_modules").symlink_to(installed_packages())
    script = "\n".join(blocks("sh")).replace(IN_PYTHON, receiver)
    data_dir = tmp_path / "data"
    async with rollbook_running(database_url, data_dir) as address:
        variables = environment(data_dir, ROLLBOOK=address, PORT=f"{free_port()}")
        variables["PATH"] = f"{ROLLBOOK.parent}:{NODE.parent}:{variables['PATH']}"
        code, said = await done(script, folder, variables)

    assert code == 0, said
    assert (lines(folder / "received.txt"), lines(folder / "again.txt")) == ([PING, P1], [P2, P1])
    assert lines(folder / "renewed.txt") == [PING]
    whole = json.loads((folder / "return.json").read_text())
    assert (whole["kind"], whole["pupil"]) == ("new-pupil-return", "p1")
    assert whole["contents"]["legal_surname"] == "Trial"
    assert json.loads((folder / "acknowledged.json").read_text())["position"] > 0


def test_what_the_guide_has_installed_is_all_its_receivers_need() -> None:
    (python,), (javascript,) = blocks("python"), blocks("js")
    assert "pip install standardwebhooks\n" in blocks("console")
    assert "npm install standardwebhooks\n" in blocks("console")
    assert set(re.findall(r"^(?:import|from) (.+?)(?: import.*)?$", python, re.MULTILINE)) == {
        "json, os",
        "http.server",
        "standardwebhooks",
    }
    assert set(re.findall(r'from "(.+?)"', javascript)) == {"node:http", "standardwebhooks"}

"""What the container tests see of the image and of the compose file. Reads; judges nothing."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(:(?P<how>[-?])(?P<rest>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile, its continued lines joined."""

    keyword: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its arguments: as the JSON array it is written as, or split as a shell would."""
        written = self.text[self.text.find("[") :] if "[" in self.text else ""
        return json.loads(written) if written else shlex.split(self.text)


def read_dockerfile(path: Path) -> list[list[Instruction]]:
    """Read a Dockerfile as its stages, each beginning with its FROM."""
    stages: list[list[Instruction]] = []
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            keyword, _, text = line.partition(" ")
            if keyword == "FROM":
                stages.append([])
            stages[-1].append(Instruction(keyword, text.strip()))
    return stages


def only(stage: list[Instruction], keyword: str) -> Instruction:
    """Give the one instruction of a kind that a stage has."""
    (found,) = (each for each in stage if each.keyword == keyword)
    return found


def copied(stage: list[Instruction]) -> Iterator[str]:
    """Give what a stage copies from the build context, by path from the root."""
    for each in stage:
        if each.keyword == "COPY" and "--from" not in each.text:
            yield from each.words[:-1]


def environment_of(stage: list[Instruction]) -> dict[str, str]:
    """Give what the ENV instructions of a stage set."""
    pairs = (word.partition("=") for each in stage if each.keyword == "ENV" for word in each.words)
    return {name: value for name, _, value in pairs}


def read_compose() -> dict[str, Any]:
    """Read the compose file, its anchors and merges resolved."""
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return compose


def variables_in(text: str) -> Iterator[tuple[str, bool]]:
    """Find the variables a text interpolates, and whether it refuses to go without them."""
    for match in _VARIABLE.finditer(text):
        yield match["name"], match["how"] == "?"


def interpolated(written: Mapping[str, object], given: Mapping[str, str]) -> dict[str, str]:
    """Work out a container's variables as compose does, from what `.env` and the shell give.

    A variable named without a value passes through, where it is given.
    """
    worked_out = {
        name: _VARIABLE.sub(lambda match: given.get(match["name"], match["rest"] or ""), str(value))
        for name, value in written.items()
        if value is not None
    }
    passed = {
        name: given[name] for name, value in written.items() if value is None and name in given
    }
    return worked_out | passed

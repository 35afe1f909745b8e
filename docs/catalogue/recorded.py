"""What is recorded, read off the frozen JSON and the decoder: fields, types, what may be left out.

Asks the decoder that reads the log, and not whoever wrote this.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any, Final

from architecture.frozen_events import FROZEN
from attendance.codec import decode
from attendance.errors import MalformedEvent

# Its keys aren't fields: they are sessions, counts, or the names of a rule's own numbers.
OPEN: Final = {"sessions", "figures", "terms", "conditions"}
JSON_TYPES: Final = {
    str: "string",
    bool: "boolean",
    int: "integer",
    list: "array",
    dict: "object",
    type(None): "null",
}

Fields = dict[str, Any]


def fields_of(kind: str) -> list[tuple[str, object]]:
    """Give every field of a kind with a value it had, in the order of its fullest JSON."""
    found: dict[str, object] = {}
    for payload in payloads_of(kind):
        for path, value in _walk(payload, ""):
            found.setdefault(path, value)
    return list(found.items())


def _walk(fields: Fields, within: str) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        path = f"{within}{name}"
        yield path, value
        if isinstance(value, dict) and name not in OPEN:
            yield from _walk(value, f"{path}.")
        if isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    yield from _walk(each, f"{path}[].")


def json_type_of(value: object) -> str:
    """Name the type of a value as JSON Schema does."""
    return JSON_TYPES[type(value)]


def may_be_left_out(kind: str, path: str) -> bool:
    """Tell whether the decoder reads every frozen JSON of a kind without a field."""
    return all(_is_read_without(kind, payload, path) for payload in payloads_of(kind))


def _is_read_without(kind: str, payload: Fields, path: str) -> bool:
    *outer, name = path.split(".")
    for holder in _holders(payload, outer):
        holder.pop(name, None)
    try:
        decode(kind, json.dumps(payload))
    except MalformedEvent:
        return False
    return True


def _holders(fields: Fields, outer: list[str]) -> list[Fields]:
    if not outer:
        return [fields]
    inner = fields.get(outer[0].removesuffix("[]"), [])
    return [
        holder
        for each in (inner if isinstance(inner, list) else [inner])
        for holder in _holders(each, outer[1:])
    ]


def payloads_of(kind: str) -> list[Fields]:
    """Read the frozen JSON of a kind, the fullest first."""
    frozen = [payload for _, each, payload in FROZEN if each == kind]
    return [json.loads(payload) for payload in sorted(frozen, key=len, reverse=True)]


def said_of(kind: str) -> str:
    """Read what the code itself says of a kind."""
    event = next(type(event) for event, each, _ in FROZEN if each == kind)
    return inspect.cleandoc(event.__doc__ or "")

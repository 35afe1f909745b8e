"""JSON Schemas of what is recorded: from the frozen JSON of each kind, and what is said of it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from docs.catalogue.event_fields import meaning_of
from docs.catalogue.recorded import OPEN, json_type_of, may_be_left_out, payloads_of, said_of

Schema = dict[str, Any]

# What names mean here: those ending `_at` are instants, those ending `_on` are days.
FORMATS: Final = {"_at": "date-time", "_on": "date"}
LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")  # leads nowhere from a schema


def schema_of(kind: str) -> Schema:
    """Make the schema of a kind's JSON; it leaves room for fields that come later."""
    payloads = payloads_of(kind)
    return {"description": said_of(kind), **_object(kind, "", payloads), "examples": payloads[:1]}


def _object(kind: str, within: str, found: Sequence[dict[str, Any]]) -> Schema:
    names = dict.fromkeys(name for each in found for name in each)
    properties = {
        name: _field(kind, f"{within}{name}", [each[name] for each in found if name in each])
        for name in names
    }
    required = [name for name in names if not may_be_left_out(kind, f"{within}{name}")]
    return {"type": "object", "properties": properties} | (
        {"required": required} if required else {}
    )


def _field(kind: str, path: str, found: Sequence[Any]) -> Schema:
    name = path.rpartition(".")[2]
    said = {"description": LINK.sub(r"\1", meaning_of(path)[1])}
    return {**_shape(kind, path, name, found), **said}


def _shape(kind: str, path: str, name: str, found: Sequence[Any]) -> Schema:
    types = sorted({json_type_of(each) for each in found})
    objects = [each for each in found if isinstance(each, dict)]
    items = [item for each in found if isinstance(each, list) for item in each]
    if objects and name not in OPEN:
        return {**_object(kind, f"{path}.", objects), **_typed(types)}
    if items and all(isinstance(item, dict) for item in items):
        return {**_typed(types), "items": _object(kind, f"{path}[].", items)}
    if items:
        return {**_typed(types), "items": _typed(sorted({json_type_of(item) for item in items}))}
    form = FORMATS.get(name[-3:]) if types == ["string"] else None
    return {**_typed(types), **({"format": form} if form else {})}


def _typed(types: Sequence[str]) -> Schema:
    return {"type": types[0] if len(types) == 1 else list(types)}

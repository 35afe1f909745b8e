"""The page of the events: every kind, field by field, with the JSON its test has frozen.

What may be left out is asked of the decoder that reads the log, and not of whoever writes this.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any, Final

from architecture.frozen_events import FROZEN
from attendance.codec import KINDS, decode
from attendance.errors import MalformedEvent
from register_api.cloudevents import public_kind

from docs.catalogue.event_fields import MEANINGS, meaning_of
from docs.catalogue.markdown import GENERATED, code, table

HEAD: Final = """# Events

Every fact in a school's log, as it is kept and as `GET /register/v1/schools/{urn}/events` gives it
in `data`. A log is append-only: no field here is ever renamed or reshaped, a new need is a new
field that may be left out, or a new kind. Read past fields you don't know.

A field with nothing to say is left out, never `null`. Days are `2026-09-07`, instants RFC 3339 in
UTC, codes as in [codes.md](codes.md). `recorded_by` is left out only where a system acted under its
own token; entries in either register always have it. Beside its data each event has a position in
the school's log, 1 for the first and no number missed, but where a recording year was dropped
([retention.md](retention.md)).

"""

# Its keys aren't fields: they are sessions, counts, or the names of a rule's own numbers.
OPEN: Final = {"sessions", "figures", "terms", "conditions"}
# Stated anew in full, so that the newest stands alone.
RESTATES: Final = {"SchoolDetailsChanged.v1": "SchoolRegistered.v1"}
JSON_TYPES: Final = {
    str: "string",
    bool: "boolean",
    int: "integer",
    list: "array",
    dict: "object",
}

Fields = dict[str, Any]


def events_page() -> str:
    """Lay out every kind of event.

    Raises:
        KeyError: a field has no meaning written down.
        ValueError: a meaning is written down for a field that is in no event.
    """
    _refuse_unused_meanings()
    kinds = ([f"[{kind}](#{_anchor(kind)})", code(_public(kind)), _gist(kind)] for kind in KINDS)
    overview = table(("Kind", "CloudEvents type", "What happened"), kinds)
    return f"{GENERATED}{HEAD}{overview}\n" + "\n".join(_section(kind) for kind in KINDS)


def _refuse_unused_meanings() -> None:
    used = {meaning_of(path)[0] for kind in KINDS for path, _ in _fields_of(kind)}
    if unused := set(MEANINGS) - used:
        raise ValueError(f"no event has the field {', '.join(sorted(unused))}")


def _section(kind: str) -> str:
    if kind in RESTATES:
        fields = f"Its fields are those of `{RESTATES[kind]}`.\n"
    else:
        rows = (_row(kind, path, value) for path, value in _fields_of(kind))
        fields = table(("Field", "JSON", "Meaning"), rows)
    example = json.dumps(_payloads(kind)[0], indent=2, ensure_ascii=False)
    return f"## {kind}\n\n{_docstring(kind)}\n\n{fields}\n```json\n{example}\n```\n"


def _row(kind: str, path: str, value: object) -> list[str]:
    optional = ", may be left out" if _may_be_left_out(kind, path) else ""
    return [code(path), JSON_TYPES[type(value)] + optional, meaning_of(path)[1]]


def _fields_of(kind: str) -> list[tuple[str, object]]:
    """Give every field of a kind with a value it had, in the order of its fullest JSON."""
    found: dict[str, object] = {}
    for payload in _payloads(kind):
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


def _may_be_left_out(kind: str, path: str) -> bool:
    return all(_is_read_without(kind, payload, path) for payload in _payloads(kind))


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


def _payloads(kind: str) -> list[Fields]:
    """Read the frozen JSON of a kind, the fullest first."""
    frozen = [payload for _, each, payload in FROZEN if each == kind]
    return [json.loads(payload) for payload in sorted(frozen, key=len, reverse=True)]


def _docstring(kind: str) -> str:
    event = next(type(event) for event, each, _ in FROZEN if each == kind)
    return inspect.cleandoc(event.__doc__ or "")


def _gist(kind: str) -> str:
    return _docstring(kind).splitlines()[0]


def _public(kind: str) -> str:
    return f"uk.attendance.{public_kind(kind)}.{kind.partition('.')[2]}"


def _anchor(kind: str) -> str:
    return kind.lower().replace(".", "")

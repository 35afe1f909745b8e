"""The page of the events: every kind, field by field, with the JSON its test has frozen.

What may be left out is asked of the decoder that reads the log, and not of whoever writes this.
"""

import json
from typing import Final

from attendance.codec import KINDS
from register_api.cloudevents import public_kind

from docs.catalogue.event_fields import MEANINGS, meaning_of
from docs.catalogue.markdown import GENERATED, code, table
from docs.catalogue.recorded import (
    fields_of,
    json_type_of,
    may_be_left_out,
    payloads_of,
    said_of,
)

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

# Stated anew in full, so that the newest stands alone.
RESTATES: Final = {"SchoolDetailsChanged.v1": "SchoolRegistered.v1"}


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
    used = {meaning_of(path)[0] for kind in KINDS for path, _ in fields_of(kind)}
    if unused := set(MEANINGS) - used:
        raise ValueError(f"no event has the field {', '.join(sorted(unused))}")


def _section(kind: str) -> str:
    if kind in RESTATES:
        fields = f"Its fields are those of `{RESTATES[kind]}`.\n"
    else:
        rows = (_row(kind, path, value) for path, value in fields_of(kind))
        fields = table(("Field", "JSON", "Meaning"), rows)
    example = json.dumps(payloads_of(kind)[0], indent=2, ensure_ascii=False)
    return f"## {kind}\n\n{said_of(kind)}\n\n{fields}\n```json\n{example}\n```\n"


def _row(kind: str, path: str, value: object) -> list[str]:
    optional = ", may be left out" if may_be_left_out(kind, path) else ""
    return [code(path), json_type_of(value) + optional, meaning_of(path)[1]]


def _gist(kind: str) -> str:
    return said_of(kind).splitlines()[0]


def _public(kind: str) -> str:
    return f"uk.attendance.{public_kind(kind)}.{kind.partition('.')[2]}"


def _anchor(kind: str) -> str:
    return kind.lower().replace(".", "")

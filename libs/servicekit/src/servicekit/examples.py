"""An example of what is sent or answered, put together from the examples of its fields.

Reads the JSON Schemas of an OpenAPI document. What it can't know, such as a name without an example
of its own, it leaves out; a test says where that leaves an example incomplete.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

UNKNOWN: Final = object()  # None is an example too

OF_FORMAT: Final[Mapping[str, str]] = {
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:05:00Z",
    "time": "08:55",
    "uuid": "6f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10",
}


def example_of(schema: Schema, schemas: Mapping[str, Schema]) -> object:
    """Put an example together.

    Args:
        schemas: the document's own, by name, that `$ref` points to.

    Returns:
        The schema's own example where it has one; UNKNOWN where nothing can be said.
    """
    for listed in ("examples", "enum"):
        if listed in schema:
            return schema[listed][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema:
            return _of_alternatives(schema[alternatives], schemas)
    return _of_value(schema, schemas)


def _of_alternatives(alternatives: list[Schema], schemas: Mapping[str, Schema]) -> object:
    for each in alternatives:
        found = None if each.get("type") == "null" else example_of(each, schemas)
        if found is not UNKNOWN:
            return found
    return UNKNOWN


def _of_value(schema: Schema, schemas: Mapping[str, Schema]) -> object:
    match schema:
        case {"const": only}:
            return only
        case {"format": str(form)} if form in OF_FORMAT:
            return OF_FORMAT[form]
        case {"properties": properties}:
            return _of_object(properties, schemas)
        case {"items": items}:
            item = example_of(items, schemas)
            return schema.get("default", UNKNOWN) if item is UNKNOWN else [item]
        case {"default": default}:
            return default
        case {"type": "boolean"}:
            return False
        case {"type": "integer"}:
            return schema.get("minimum", 1)
    return UNKNOWN


def _of_object(
    properties: Mapping[str, Schema], schemas: Mapping[str, Schema]
) -> dict[str, object]:
    found = {name: example_of(each, schemas) for name, each in properties.items()}
    return {name: each for name, each in found.items() if each is not UNKNOWN}

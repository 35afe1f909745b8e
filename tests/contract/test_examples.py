"""An example is put together from what a schema's fields say of themselves, and invents nothing."""

from typing import Any

import pytest
from servicekit.examples import UNKNOWN, example_of

NAME = {"type": "string", "examples": ["A. Smith"]}
SCHEMAS: dict[str, dict[str, Any]] = {
    "By": {"type": "object", "properties": {"name": NAME}},
    "Half": {"type": "string", "enum": ["AM", "PM"]},
}
BY: dict[str, Any] = {"$ref": "#/components/schemas/By"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (NAME, "A. Smith"),
        (BY, {"name": "A. Smith"}),
        (BY | {"examples": [{"name": "B. Jones"}]}, {"name": "B. Jones"}),
        ({"$ref": "#/components/schemas/Half"}, "AM"),
        ({"type": "string", "const": "leave"}, "leave"),
        ({"type": "string", "format": "date"}, "2026-11-20"),
        ({"type": "integer", "minimum": 100_000}, 100_000),
        ({"type": "boolean"}, False),
        ({"type": "array", "items": BY}, [{"name": "A. Smith"}]),
        ({"anyOf": [{"type": "string"}, NULL]}, None),
        ({"anyOf": [NAME, NULL]}, "A. Smith"),
        ({"oneOf": [BY, NULL]}, {"name": "A. Smith"}),
        ({"type": "array", "items": {"type": "string"}, "default": []}, []),
        (
            {"type": "object", "properties": {"name": NAME, "of": {"type": "string"}}},
            {"name": "A. Smith"},
        ),
    ],
)
def test_an_example_is_what_the_schema_says(schema: dict[str, Any], example: object) -> None:
    assert example_of(schema, SCHEMAS) == example


def test_of_a_text_that_says_nothing_of_itself_there_is_no_example() -> None:
    assert example_of({"type": "string"}, SCHEMAS) is UNKNOWN
    assert example_of({"type": "array", "items": {"type": "string"}}, SCHEMAS) is UNKNOWN

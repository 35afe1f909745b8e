"""The OpenAPI documents are clean under every rule of Spectral's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from contract.linting import lint

OPENAPI: Final = Path(__file__).parents[2] / "openapi"
DOCUMENTS: Final = sorted({*OPENAPI.glob("*.json")} - {OPENAPI / "asyncapi.json"})
MARKS: Final = "/register/v1/schools/{urn}/registers/{date}/{session}/marks"


def test_the_documents_give_the_linter_nothing_to_say() -> None:
    assert lint(*DOCUMENTS) == []


def without_description(operation: dict[str, Any]) -> None:
    del operation["description"]


def with_an_example_it_forbids(operation: dict[str, Any]) -> None:
    operation["requestBody"]["content"]["application/json"]["example"]["marks"] = "/"


def with_a_reference_to_nothing(operation: dict[str, Any]) -> None:
    operation["responses"]["201"]["headers"]["ETag"] = {"$ref": "#/components/headers/Nothing"}


@pytest.mark.parametrize(
    ("mistake", "rule"),
    [
        (without_description, "operation-description"),
        (with_an_example_it_forbids, "oas3-valid-media-example"),
        (with_a_reference_to_nothing, "invalid-ref"),
    ],
)
def test_a_mistake_is_found(
    mistake: Callable[[dict[str, Any]], None], rule: str, tmp_path: Path
) -> None:
    document = json.loads(next(d for d in DOCUMENTS if d.stem == "register-api").read_text())
    mistake(document["paths"][MARKS]["post"])
    mistaken = tmp_path / "register-api.json"
    mistaken.write_text(json.dumps(document))

    at_fault = [found.rule for found in lint(mistaken) if found.place.startswith(f"paths/{MARKS}")]
    assert at_fault == [rule]

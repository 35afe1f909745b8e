"""The contracts in `openapi/` are those the code makes, and a client can rely on their form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from servicekit.openapi import document_of
from servicekit.service import Service, chosen_services

OPENAPI: Final = Path(__file__).parents[2] / "openapi"
SERVICES: Final = chosen_services([])

every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def operations(service: Service) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document_of(service)["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@every_service
def test_the_contract_on_disk_is_the_one_the_code_makes(service: Service) -> None:
    file = OPENAPI / f"{service.name}.json"

    assert file.exists(), f"{file.name} is missing: run `make openapi`"
    written = json.loads(file.read_text())
    assert written == document_of(service), f"{file.name} is stale: run `make openapi`"


def test_no_contract_is_left_of_a_service_there_no_longer_is() -> None:
    services = {each.name for each in SERVICES}

    assert {file.stem for file in OPENAPI.glob("*.json")} == services | {"asyncapi"}


@every_service
def test_every_operation_says_what_it_does_and_that_it_can_refuse(service: Service) -> None:
    for name, operation in operations(service):
        if not operation.get("security"):
            continue
        assert operation["description"], name
        assert {"401", "403"} <= set(operation["responses"]), name


@every_service
def test_every_refusal_is_a_problem(service: Service) -> None:
    for name, operation in operations(service):
        for status, answer in operation["responses"].items():
            if status >= "400" and operation.get("security"):
                assert list(answer["content"]) == ["application/problem+json"], f"{name} {status}"


@every_service
def test_every_operation_on_a_school_can_answer_that_there_is_none(service: Service) -> None:
    for name, operation in operations(service):
        if "{urn}" in name:
            assert "404" in operation["responses"], name


@every_service
def test_every_command_states_its_idempotency_key_and_its_refusals(service: Service) -> None:
    for name, operation in operations(service):
        headers = {each["name"].lower() for each in operation.get("parameters", [])}
        if "idempotency-key" in headers:
            assert {"409", "422"} <= set(operation["responses"]), name

"""What every operation of every document says of itself, however new its route is."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from servicekit.openapi import document_of
from servicekit.problems import MEDIA_TYPE, ProblemOut
from servicekit.service import Service, chosen_services

VERB_AND_NOUN: Final = re.compile(r"[a-z]+(_[a-z]+)+")
JSON: Final = "application/json"
OF_EVERY_CALLER: Final = {"401", "403", "422", "429", "503"}


def operations() -> Iterator[Any]:
    for service in chosen_services([]):
        for path, methods in document_of(service)["paths"].items():
            for method, operation in methods.items():
                yield pytest.param(operation, id=f"{method.upper()} {path}")


every_operation: Final = pytest.mark.parametrize("operation", list(operations()))


def parts(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each body an operation takes or answers with, and of which status."""
    yield "body", operation.get("requestBody", {}).get("content", {})
    for status, answer in operation["responses"].items():
        yield status, answer.get("content", {})


@pytest.mark.parametrize("service", chosen_services([]), ids=lambda service: service.name)
def test_no_two_operations_of_a_service_have_one_name(service: Service) -> None:
    paths = document_of(service)["paths"].values()
    names = [operation["operationId"] for path in paths for operation in path.values()]

    assert len(names) == len(set(names))


@every_operation
def test_an_operation_is_named_as_a_client_would_name_its_method(operation: dict[str, Any]) -> None:
    name = operation["operationId"]

    assert VERB_AND_NOUN.fullmatch(name), f"{name}: name the function a verb and a noun"
    assert operation["summary"]
    assert operation["description"].endswith((".", "…")), operation["description"]


@every_operation
def test_every_parameter_is_described_and_a_required_one_has_an_example(
    operation: dict[str, Any],
) -> None:
    for parameter in operation.get("parameters", []):
        assert parameter.get("description"), parameter["name"]
        assert not parameter["required"] or "example" in parameter, parameter["name"]


@every_operation
def test_every_body_has_an_example(operation: dict[str, Any]) -> None:
    for whose, content in parts(operation):
        for media_type, said in content.items():
            binary = "contentMediaType" in said["schema"]
            assert binary or said.keys() & {"example", "examples"}, f"{whose} {media_type}"


@every_operation
def test_an_operation_with_a_token_says_what_any_such_may_refuse(operation: dict[str, Any]) -> None:
    if operation.get("security"):
        takes_something = "parameters" in operation or "requestBody" in operation
        expected = OF_EVERY_CALLER - (set() if takes_something else {"422"})

        assert expected <= set(operation["responses"])


@every_operation
def test_the_example_of_a_refusal_is_a_problem_of_that_status(operation: dict[str, Any]) -> None:
    for status, content in parts(operation):
        for name, example in content.get(MEDIA_TYPE, {}).get("examples", {}).items():
            problem = ProblemOut.model_validate(example["value"])
            reason = problem.type.removeprefix("/problems/")

            assert problem.status == int(status), name
            assert f"`{reason}`" in operation["responses"][status]["description"], name
            assert problem.detail, name


@every_operation
def test_every_answer_says_its_headers(operation: dict[str, Any]) -> None:
    asked = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    for status, answer in operation["responses"].items():
        said = set(answer.get("headers", {}))
        succeeded = status.startswith("2")

        assert "X-Request-Id" in said, status
        assert not operation.get("security") or {"RateLimit", "RateLimit-Policy"} <= said, status
        assert not (succeeded and "idempotency-key" in asked) or "Idempotency-Replayed" in said
        assert not (succeeded and "cursor" in asked) or "Link" in said
        assert status != "429" or "Retry-After" in said

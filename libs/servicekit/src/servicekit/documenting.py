"""What is said of every operation alike: the refusals any may give, the headers, an example.

Said here once, so that no route can forget it. Knows no route.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from servicekit.answering import DATABASE_AWAY, MALFORMED, TOO_LARGE
from servicekit.commands import REPLAYED_HEADER
from servicekit.errors import KeysUnavailable, ScopeMissing, Unauthenticated
from servicekit.examples import UNKNOWN, Schema, example_of
from servicekit.problems import INVALID, OWN_KINDS, Kind, add_refusal
from servicekit.rate_limits import TOO_MANY_REQUESTS

JSON: Final = "application/json"
CLOUD_EVENT: Final = "application/cloudevents+json"
REQUEST_ID: Final = "X-Request-Id"
LINK: Final = "Link"
RATE_LIMITS: Final = ("RateLimit", "RateLimit-Policy")

OF_CALLERS: Final = (
    OWN_KINDS[Unauthenticated],
    OWN_KINDS[ScopeMissing],
    TOO_MANY_REQUESTS,
    OWN_KINDS[KeysUnavailable],
    DATABASE_AWAY,
)

HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    REQUEST_ID: {
        "description": "the request's id, as the logs have it",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    },
    REPLAYED_HEADER: {
        "description": "`true` where the command was carried out before: this is its answer again",
        "schema": {"type": "string", "enum": ["true"]},
    },
    LINK: {
        "description": 'where the next page is, `rel="next"`; absent on the last',
        "schema": {"type": "string"},
        "example": '</register/v1/schools/999001/pupils?cursor=WzEwXQ>; rel="next"',
    },
    "RateLimit": {
        "description": "how many more requests the client may make at once, `r`, and in how many "
        "seconds it may make one more than that, `t`; absent where nothing is limited",
        "schema": {"type": "string"},
        "example": '"default";r=29999;t=1',
    },
    "RateLimit-Policy": {
        "description": "how many requests a client may make at once, `q`, and again within each "
        "`w` seconds; absent where nothing is limited",
        "schema": {"type": "string"},
        "example": '"default";q=30000;w=60',
    },
    "Retry-After": {
        "description": "whole seconds to wait before this is sent again",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "WWW-Authenticate": {
        "description": "how to authenticate",
        "schema": {"type": "string"},
        "example": "Bearer",
    },
}


def complete(document: dict[str, Any]) -> None:
    """Add to each operation of a document what its route needn't say."""
    components = document["components"]
    for path in document["paths"].values():
        for operation in path.values():
            operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
            _add_refusals(operation)
            _add_headers(operation)
            _add_examples(operation, components["schemas"])
    for path in document.get("webhooks", {}).values():
        for operation in path.values():
            _describe_webhook(operation, components["schemas"])
    text = json.dumps(document["paths"])
    components["headers"] = {
        name: said for name, said in HEADERS.items() if f'#/components/headers/{name}"' in text
    }


def _describe_webhook(operation: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    """Say of what we send to others what can be said alike; the answers are theirs, not ours."""
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    operation["responses"].pop("422", None)
    _add_examples(operation, schemas)


def _add_refusals(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422")):  # FastAPI's own; ours are problems
        del answers["422"]
    for kind in _refusals_of(operation):
        add_refusal(answers.setdefault(str(int(kind.status)), {}), kind)


def _refusals_of(operation: Schema) -> Iterator[Kind]:
    if operation.get("security"):
        yield from OF_CALLERS
    if "parameters" in operation or "requestBody" in operation:
        yield INVALID
    if "requestBody" in operation:
        yield MALFORMED
        yield TOO_LARGE


def _add_headers(operation: dict[str, Any]) -> None:
    asked = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    for status, answer in operation["responses"].items():
        names = [REQUEST_ID]
        if operation.get("security"):
            names += RATE_LIMITS
        if status.startswith("2") and "idempotency-key" in asked:
            names.append(REPLAYED_HEADER)
        if status.startswith("2") and "cursor" in asked:
            names.append(LINK)
        for name in names:
            answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def _add_examples(operation: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["required"]:
            _exemplify(parameter, schemas)
    for said in (operation.get("requestBody", {}), *operation["responses"].values()):
        for media_type in {JSON, CLOUD_EVENT} & said.get("content", {}).keys():
            _exemplify(said["content"][media_type], schemas)


def _exemplify(described: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    example = example_of(described["schema"], schemas)
    if example is not UNKNOWN and not described.keys() & {"example", "examples"}:
        described["example"] = example

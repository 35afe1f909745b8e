"""The AsyncAPI document is valid to AsyncAPI's own parser, and true of what is sent."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import notifications
import pytest
from architecture.frozen_events import FROZEN
from attendance.codec import KINDS
from contract.npm import NODE, installed_packages
from jsonschema_rs import Draft7Validator
from notifications.codec import DemandedType, EventType
from register_api.cloudevents import public_kind
from servicekit.openapi import document_of

from docs.catalogue.asyncapi import asyncapi_document

HERE: Final = Path(__file__).parent
FROZEN_JSON: Final = [(kind, json.loads(payload)) for _, kind, payload in FROZEN]
LOG: Final = "log.marks-recorded"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as the code makes it."""
    made: dict[str, Any] = json.loads(asyncapi_document())
    return made


def said_by_the_parser(document: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Have the official parser read a document, and list everything it has to say."""
    written = folder / "asyncapi.json"
    written.write_text(json.dumps(document))
    done = subprocess.run(  # noqa: S603 - a program of our own, on a file of our own
        [NODE, HERE / "asyncapi.cjs", written],
        env={**os.environ, "NODE_PATH": f"{installed_packages()}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return said


def test_the_parser_has_nothing_to_say_of_it(document: dict[str, Any], tmp_path: Path) -> None:
    assert said_by_the_parser(document, tmp_path) == []


def with_a_channel_that_is_not_there(document: dict[str, Any]) -> None:
    document["operations"]["deliver"]["channel"]["$ref"] = "#/channels/nowhere"


def with_a_schema_that_is_none(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Ping"]["type"] = "a ping"


@pytest.mark.parametrize("mistake", [with_a_channel_that_is_not_there, with_a_schema_that_is_none])
def test_a_mistake_is_found(mistake: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    mistaken = json.loads(asyncapi_document())
    mistake(mistaken)

    assert said_by_the_parser(mistaken, tmp_path) != []


def test_every_kind_and_every_type_is_in_it(document: dict[str, Any]) -> None:
    names = {message["name"] for message in document["components"]["messages"].values()}
    kinds = {f"uk.attendance.{public_kind(kind)}.{kind.partition('.')[2]}" for kind in KINDS}
    assert names == kinds | {*EventType} | {*DemandedType}
    assert len(document["channels"]["feed"]["messages"]) == len(EventType)


def test_only_what_is_posted_has_headers_and_only_what_is_asked_for_takes_a_token(
    document: dict[str, Any],
) -> None:
    named = document["components"]["messages"]
    with_headers = {
        channel: {
            "headers" in named[ref["$ref"].split("/")[-1]] for ref in told["messages"].values()
        }
        for channel, told in document["channels"].items()
    }
    secured = {server: "security" in said for server, said in document["servers"].items()}
    assert with_headers == {"log": {False}, "feed": {False}, "endpoint": {True}}
    assert secured == {"rollbook": True, "receiver": False}
    for operation in document["operations"].values():
        (server,) = document["channels"][operation["channel"]["$ref"].split("/")[-1]]["servers"]
        assert ("security" in operation) == secured[server["$ref"].split("/")[-1]]


def test_a_header_is_of_the_type_that_the_openapi_document_has_for_it(
    document: dict[str, Any],
) -> None:
    (parameters,) = {
        json.dumps(said["post"]["parameters"])
        for said in document_of(notifications.service)["webhooks"].values()
    }
    typed = {each["name"]: each["schema"].get("type") for each in json.loads(parameters)}
    headers = document["components"]["schemas"]["Headers"]["properties"]

    assert {name: said["type"] for name, said in headers.items()} == typed


def test_the_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    told = [
        message for message in document["components"]["messages"].values() if "examples" in message
    ]
    assert len(told) == 2 * len(EventType) + len(DemandedType)
    for message in told:
        schema = {**message["payload"], "components": document["components"]}
        Draft7Validator(schema).validate(message["examples"][0]["payload"])


@pytest.mark.parametrize(("kind", "payload"), FROZEN_JSON)
def test_what_the_log_keeps_fits_what_the_document_says_of_it(
    document: dict[str, Any], kind: str, payload: dict[str, Any]
) -> None:
    logged = document["components"]["messages"][f"log.{public_kind(kind)}"]
    data = logged["payload"]["allOf"][1]["properties"]["data"]

    Draft7Validator(data).validate(payload)


def test_a_field_that_every_event_of_a_kind_has_is_missed(document: dict[str, Any]) -> None:
    data = document["components"]["messages"][LOG]["payload"]["allOf"][1]["properties"]["data"]
    payload = next(payload for kind, payload in FROZEN_JSON if kind == "MarksRecorded.v1")

    for name in ("date", "marks"):
        without = {each: said for each, said in payload.items() if each != name}
        assert not Draft7Validator(data).is_valid(without)

"""The AsyncAPI document: every message that leaves us, over streams and to endpoints.

Of the log's events it has what the frozen JSON and the decoder have; of the messages to endpoints,
the models that tests hold every body to.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from attendance.codec import KINDS
from notifications.codec import EventType, kind_of
from notifications.schemas.messages import MESSAGES, Message
from notifications.signing import CONTENT_TYPE
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from register_api.cloudevents import public_kind
from register_api.schemas.responses import EventOut
from servicekit.caller import Scope
from servicekit.examples import example_of
from servicekit.openapi import API_VERSION, CONTACT, LICENCE

from docs.catalogue.recorded_schemas import schema_of

Json = dict[str, Any]

DESCRIPTION: Final = (
    "What Rollbook tells by itself. The log of a school and the feed of a subscription are streams "
    "of server-sent events; messages to endpoints are posted, signed as Standard Webhooks 1.0 has "
    "it. All of them are CloudEvents 1.0. Read past fields and types you don't know."
)
JSON: Final = "application/json"
LOG: Final = "/register/v1/schools/{urn}/events/stream"
FEED: Final = "/notifications/v1/subscriptions/{subscription}/events/stream"
PARAMETERS: Final[Mapping[str, Json]] = {
    "urn": {"description": "the school's URN", "examples": ["999001"]},
    "subscription": {
        "description": "the subscription's id",
        "examples": ["6f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10"],
    },
}
HEADERS: Final[Json] = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "format": "uuid", "description": "the event's `id`"},
        "webhook-timestamp": {"type": "integer", "description": "seconds since 1970"},
        "webhook-signature": {"type": "string", "description": "one or two, each `v1,…`"},
        "webhook-sequence": {"type": "integer", "description": "in the subscription's feed"},
        "webhook-replay": {
            "type": "string",
            "const": "true",
            "description": "where it is sent again on demand",
        },
    },
}

# Whoever runs a Rollbook says where it is; a subscriber, where its endpoint is.
SERVERS: Final[Mapping[str, Json]] = {
    "rollbook": {
        "host": "{rollbook}",
        "protocol": "https",
        "description": "Rollbook itself: streams are asked for.",
        "variables": {
            "rollbook": {"description": "where it is run", "examples": ["rollbook.example"]}
        },
        "security": [{"$ref": "#/components/securitySchemes/token"}],
    },
    "receiver": {
        "host": "{receiver}",
        "protocol": "https",
        "description": "Where a subscription's `url` leads: what is posted is signed, by no token.",
        "variables": {
            "receiver": {
                "description": "the host of the `url`",
                "examples": ["attendance.example.gov.uk"],
            }
        },
    },
}
BEARER: Final[Json] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
SECURITY: Final[Mapping[str, Json]] = {
    "token": {**BEARER, "description": "An RFC 9068 access token, in the header Authorization."},
    "log_reader": {**BEARER, "description": f"A token with the scope `{Scope.EVENTS_READ}`."},
    "feed_reader": {
        **BEARER,
        "description": f"A token with the scope `{Scope.EVENTS_READ}` or "
        f"`{Scope.SUBSCRIPTIONS_MANAGE}`; where the subscription has full bodies, with "
        f"`{Scope.RETURNS_READ}` too.",
    },
}


def asyncapi_document() -> str:
    """Write the document."""
    logged = {public_kind(kind): _logged(kind) for kind in KINDS}
    told = {_name(model): _told(model) for model in MESSAGES}
    fed = {_name(model): _said(model) for model in MESSAGES if _is_fed(model)}
    document = {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Rollbook events",
            "version": API_VERSION,
            "description": DESCRIPTION,
            "contact": CONTACT,
            "license": LICENCE,
            "tags": [{"name": "events"}],
        },
        "defaultContentType": JSON,
        "servers": SERVERS,
        "channels": {
            "log": _channel(LOG, "A school's log, followed.", [f"log.{each}" for each in logged]),
            "feed": _channel(
                FEED, "What a subscription is owed, followed.", [f"feed.{each}" for each in fed]
            ),
            "endpoint": _channel(None, "Posted to a subscription's endpoint.", list(told)),
        },
        "operations": {
            "follow_log": _operation(
                "log", "Give each event of a school's log, as it comes.", by="log_reader"
            ),
            "follow_feed": _operation(
                "feed", "Give each event that is owed, as it comes.", by="feed_reader"
            ),
            "deliver": _operation("endpoint", "Post each event, at least once and in order."),
        },
        "components": {
            "messages": {
                **{f"log.{name}": message for name, message in logged.items()},
                **{f"feed.{name}": message for name, message in fed.items()},
                **told,
            },
            "securitySchemes": SECURITY,
            "schemas": _schemas(),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _channel(address: str | None, said: str, messages: list[str]) -> Json:
    names = [name for name in PARAMETERS if address and f"{{{name}}}" in address]
    return {
        "address": address,
        "servers": [{"$ref": f"#/servers/{'rollbook' if address else 'receiver'}"}],
        "description": said,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        **({"parameters": {name: PARAMETERS[name] for name in names}} if names else {}),
    }


def _operation(channel: str, said: str, *, by: str | None = None) -> Json:
    security = {"security": [{"$ref": f"#/components/securitySchemes/{by}"}]} if by else {}
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": said,
        **security,
    }


def _logged(kind: str) -> Json:
    data = schema_of(kind)
    type_ = f"uk.attendance.{public_kind(kind)}.{kind.partition('.')[2]}"
    payload = {
        "allOf": [
            {"$ref": "#/components/schemas/EventOut"},
            {"type": "object", "properties": {"type": {"const": type_}, "data": data}},
        ]
    }
    return {"name": type_, "summary": data["description"].splitlines()[0], "payload": payload}


def _told(model: type[Message]) -> Json:
    """Describe a message as it is posted: with headers, which a stream's event has none of."""
    return {
        **_said(model),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/Headers"},
    }


def _said(model: type[Message]) -> Json:
    return {
        "name": _type(model),
        "summary": (model.__doc__ or "").strip(),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "examples": [{"payload": example_of(_schemas()[model.__name__], _schemas())}],
    }


def _type(model: type[Message]) -> str:
    (type_,) = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]  # a Literal of one
    return str(type_)


def _name(model: type[Message]) -> str:
    return kind_of(_type(model))


def _is_fed(model: type[Message]) -> bool:
    return _type(model) in set(EventType)


@cache
def _schemas() -> dict[str, Json]:
    models: list[type[BaseModel]] = [*MESSAGES, EventOut]
    _, found = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/components/schemas/{model}",
    )
    return {"Headers": HEADERS, **found["$defs"]}

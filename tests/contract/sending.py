"""Requests as a document gives them: every body it has an example of, put to the services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a document gives as an example."""

    operation: str
    method: str
    path: str
    headers: dict[str, str]
    body: str

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        """Make the request."""
        return await client.request(
            self.method, self.path, headers=self.headers, content=self.body.encode()
        )


def requests_of(document: dict[str, Any]) -> Iterator[Request]:
    """Give every request with a body that a document has an example of."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for media_type, said in operation.get("requestBody", {}).get("content", {}).items():
                yield _request(path, method, operation, media_type, said["example"])


def _request(
    path: str, method: str, operation: dict[str, Any], media_type: str, example: object
) -> Request:
    headers = {"Content-Type": media_type}
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", f"{parameter['example']}")
        elif parameter["in"] == "header" and parameter["required"]:
            headers[parameter["name"]] = f"{parameter['example']}"
    if "idempotency-key" in headers:  # one key is one command's
        headers["idempotency-key"] = f"{operation['operationId']}-{len(media_type)}"
    body = example if isinstance(example, str) else json.dumps(example)
    return Request(operation["operationId"], method.upper(), path, headers, body)

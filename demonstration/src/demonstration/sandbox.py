"""The local authority sandbox: receives Rollbook's webhooks as an authority would; shows them.

Verifies every signature, answers the challenge of a new subscription, and takes each event once.
Keeps what it received in memory only, and never asks Rollbook anything.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demonstration.sandbox_page import render

KEPT: Final = 500
EVENTS_PATH: Final = "/events"
CHALLENGE: Final = "uk.attendance.endpoint-verification.v1"
# The page needs nothing from anywhere; what it shows came over the network.
PAGE_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@dataclass(frozen=True, slots=True)
class Received:
    """An event that came with a good signature."""

    webhook_id: str
    received_at: datetime
    event: Mapping[str, Any]  # a CloudEvent


class Inbox:
    """The last events received, each once however often it was delivered, under one secret."""

    def __init__(self) -> None:
        self._webhook: Webhook | None = None
        self._received: OrderedDict[str, Received] = OrderedDict()

    def use_secret(self, secret: str) -> None:
        """Trust deliveries signed with this secret, and no others."""
        self._webhook = Webhook(secret)

    def take(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Verify a delivery and keep its event.

        Returns:
            The event; None if its signature isn't good, or there is no secret yet to judge it by.
        """
        if self._webhook is None:
            return None
        try:
            event: Mapping[str, Any] = self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):  # ValueError: header or body is garbled
            return None
        webhook_id = headers["webhook-id"]
        if webhook_id not in self._received:
            self._received[webhook_id] = Received(webhook_id, datetime.now(UTC), event)
        while len(self._received) > KEPT:
            self._received.popitem(last=False)
        return event

    def newest_first(self) -> list[Received]:
        """List what was received."""
        return list(reversed(self._received.values()))


def sandbox_app(inbox: Inbox) -> FastAPI:
    """Make the sandbox's web application around an inbox."""
    app = FastAPI(title="Local authority sandbox", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post(EVENTS_PATH)
    async def receive(request: Request) -> Response:
        event = inbox.take(await request.body(), request.headers)
        if event is None:
            return _unsigned()
        if event.get("type") == CHALLENGE:
            return JSONResponse({"challenge": event["data"]["challenge"]})
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @app.get("/received")
    async def received() -> JSONResponse:
        items = [
            {
                "webhook_id": one.webhook_id,
                "received_at": one.received_at.isoformat(),
                "event": one.event,
            }
            for one in inbox.newest_first()
        ]
        return JSONResponse({"items": items})

    @app.get("/")
    async def page() -> HTMLResponse:
        events = [(one.received_at, one.event) for one in inbox.newest_first()]
        return HTMLResponse(render(events), headers=PAGE_HEADERS)

    return app


def _unsigned() -> JSONResponse:
    problem = {
        "type": "/problems/signature-refused",
        "title": "The signature isn't good",
        "status": HTTPStatus.UNAUTHORIZED,
        "detail": "Sign with the secret of this endpoint's subscription, and check the clock.",
    }
    return JSONResponse(problem, HTTPStatus.UNAUTHORIZED, media_type="application/problem+json")

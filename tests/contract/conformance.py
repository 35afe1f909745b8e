"""The services on a real port, with something in them, and Schemathesis asking all it can think of.

What is asked follows from the documents and a fixed seed: the same from run to run.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
from contract.sending import requests_of
from demonstration.loopback import served
from servicekit.openapi import document_of
from servicekit.service import chosen_services
from servicekit.tokens import mint_local_token
from support.endpoint import endpoint
from support.house import EVERY_SCOPE, House, house
from support.school import LA, SmallSchool, accepted, amendment, drawn, found

HERE: Final = Path(__file__).parent
SCHEMATHESIS: Final = Path(sys.executable).with_name("schemathesis")
PUPILS: Final = ("p0421", "p0422", "p0423")
REGISTER: Final = chosen_services(["register-api"])
SUBSCRIPTIONS: Final = 5  # more than one, since it ends some
EVENT_STREAM: Final = "text/event-stream"
LIMIT_SECONDS: Final = 300  # for the slowest machine

Values = Mapping[str, Sequence[str | int]]


@dataclass(frozen=True, slots=True)
class Live:
    """Running services and what is in them."""

    url: str
    token: str
    values: Values


@asynccontextmanager
async def live(database_url: str, data_dir: Path) -> AsyncIterator[Live]:
    """Serve everything on a free port of this machine while the block lasts."""
    async with (
        house(database_url, data_dir) as running,
        running.client() as client,
        served(running.app, preferred_port=0) as url,
        endpoint() as authority,
    ):
        values = await _furnished(running, client, authority.url())
        token = mint_local_token(running.settings, EVERY_SCOPE, {"urns": "*"})
        yield Live(url, token, values)


async def ask_everything(live: Live, document: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Run Schemathesis on the services, by one document.

    Args:
        folder: for the document and the configuration.

    Returns:
        Its exit code, and what it says.
    """
    config, asked = folder / "schemathesis.toml", folder / "document.json"
    config.write_text((HERE / "schemathesis.toml").read_text() + _dictionaries(live.values))
    asked.write_text(json.dumps(document))
    asking = await asyncio.create_subprocess_exec(
        *(SCHEMATHESIS, f"--config-file={config}", "run", asked, f"--url={live.url}", "--no-color"),
        *(f"--exclude-operation-id={name}" for name in _endless(document)),
        env={
            **os.environ,
            "CONTRACT_HOOKS": f"{HERE / 'hooks.py'}",
            "CONTRACT_TOKEN": live.token,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        said, _ = await asking.communicate()
    return asking.returncode or 0, said.decode()


def _endless(document: dict[str, Any]) -> Iterator[str]:
    """Name the operations whose answers don't end: each would be waited for until its time is up.

    Their own tests read them.
    """
    for path in document["paths"].values():
        for operation in path.values():
            if EVENT_STREAM in operation["responses"].get("200", {}).get("content", {}):
                yield operation["operationId"]


async def _furnished(running: House, client: httpx.AsyncClient, endpoint_url: str) -> Values:
    """Put into the services what there is to ask for: a school, an alert, subscriptions."""
    school = SmallSchool(running, client)
    await school.open(*PUPILS)
    subscriptions = [await _subscribed(client, endpoint_url) for _ in range(SUBSCRIPTIONS)]
    await accepted(school.enter(drawn("/N/", pupils=PUPILS)))
    await accepted(school.amend([amendment(PUPILS[1], "N", "I")]))
    await school.take_weeks(PUPILS[0], "OOOOOOOOOO", "OOOOOOOOOO", monday=date(2026, 11, 2))
    stated = {each.operation: each for each in requests_of(document_of(*REGISTER))}
    plan = await accepted(stated["plan_absence"].send(client))
    hold = await accepted(stated["place_retention_hold"].send(client))
    await running.settle()
    alerts = await found(client.get("/thresholds/v1/alerts"))
    deliveries = await found(client.get("/notifications/v1/deliveries"))
    return {
        "schools": [school.urn],
        "pupils": PUPILS,
        "alerts": [each["id"] for each in alerts["items"]],
        "subscriptions": subscriptions,
        "deliveries": [each["id"] for each in deliveries["items"]],
        "replays": [await _replayed(client, each) for each in subscriptions],
        "endpoints": [endpoint_url],
        "plans": [plan.json()["plan"]],
        "holds": [hold.json()["hold"]],
    }


async def _subscribed(client: httpx.AsyncClient, endpoint_url: str) -> str:
    body = {"la_code": LA, "url": endpoint_url}
    made = await accepted(client.post("/notifications/v1/subscriptions", json=body))
    subscription: str = made.json()["id"]
    await accepted(client.post(f"/notifications/v1/subscriptions/{subscription}/verification"))
    return subscription


async def _replayed(client: httpx.AsyncClient, subscription: str) -> str:
    path = f"/notifications/v1/subscriptions/{subscription}/replays"
    begun = await accepted(client.post(path, json={"missing_only": True}))
    replay: str = begun.json()["id"]
    return replay


def _dictionaries(values: Values) -> str:
    """Write values as Schemathesis takes them; a list in JSON is one in TOML."""
    return "".join(f"{name}.values = {json.dumps(list(each))}\n" for name, each in values.items())

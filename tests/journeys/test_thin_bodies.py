"""A term of the demonstration, with everything personal marked: what an authority is sent of it.

Every name, address, reason and remark that the school sends is a marked string here, so that a
search of what left finds whatever of it got out.
"""

import json
from pathlib import Path
from typing import Any, Final

import httpx
from attendance.codes import AUTHORISED, UNAUTHORISED
from demonstration.client import Rollbook
from demonstration.seeding import Plan, open_school, post_registers, work_out
from demonstration.shares import Phase
from notifications.thinning import OF_ILLNESS
from servicekit.tokens import mint_local_token
from support.endpoint import Endpoint, Received, endpoint
from support.eventually import eventually
from support.house import EVERY_SCOPE, TERM_TIME, House, house
from support.log import connected
from support.notified import LA, Notified

PERSONAL: Final = {
    *("legal_surname", "legal_forename", "name", "position", "reason", "nature", "place"),
    *("supervisor", "agreed_with", "notes", "detail", "address"),
}
MARK: Final = "Marked"
PATIENCE_SECONDS: Final = 60


def marked(said: Any) -> Any:  # noqa: ANN401 - JSON at the border
    """Put the mark into everything personal that a request says."""
    if isinstance(said, list):
        return [marked(each) for each in said]
    if not isinstance(said, dict):
        return said
    return {
        name: f"{MARK}-{each}" if name in PERSONAL and isinstance(each, str) else marked(each)
        for name, each in said.items()
    }


class Marking(httpx.AsyncBaseTransport):
    """Marks what is sent, and gives every pupil an address, a UPN and a parent who has one."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.born: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on with its body marked."""
        body = marked(json.loads(request.content))
        if "date_of_birth" in body:
            self.born.add(body["date_of_birth"])
            body["address"] = f"{MARK}-Address"
            body["known_as"] = f"{MARK}-Known-As"
            body["parents"] = [{**each, "address": f"{MARK}-Address"} for each in body["parents"]]
        headers = {
            name: value for name, value in request.headers.items() if name != "content-length"
        }
        again = httpx.Request(request.method, request.url, headers=headers, json=body)
        return await self.inner.handle_async_request(again)


async def term_of(running: House, transport: Marking) -> None:
    """Have a school of the demonstration post its whole term."""
    plan = Plan(urn=999001, phase=Phase.SPECIAL, classes=2, seed=7, today=TERM_TIME.date())
    school = work_out(plan)
    token = mint_local_token(running.settings, EVERY_SCOPE, {"urns": "*"})
    async with httpx.AsyncClient(transport=transport, base_url="http://rollbook") as http:
        rollbook = Rollbook(http, token)
        await open_school(rollbook, school, lambda: None)
        await post_registers(rollbook, school, school.registers, lambda: None)


async def all_received(notices: Notified, la: Endpoint) -> list[Received]:
    """Have everything sent that is owed."""
    owed = "SELECT count(*) FROM notifications.delivery"
    count = await notices.conn.fetchval(owed)
    async with notices.sending():
        await eventually(lambda: len(la.received) == count, within_seconds=PATIENCE_SECONDS)
    return la.received


async def test_of_a_whole_term_nothing_personal_and_no_health_leaves(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        endpoint() as la,
        house(database_url, tmp_path) as running,
        connected(database_url, role=None) as conn,
    ):
        notices = Notified(running, conn)
        await notices.subscribe(la, la_code=LA)
        transport = Marking(httpx.ASGITransport(running.app))
        await term_of(running, transport)
        await running.settle()
        received = await all_received(notices, la)

    text = "\n".join(each.body.decode() for each in received)
    assert MARK not in text
    assert [born for born in transport.born if born in text] == []
    alerts = [each.event["data"] for each in received if "evidence" in each.event["data"]]
    entries = [entry for alert in alerts for entry in alert["evidence"]]
    codes = {entry.get("code") for entry in entries}
    assert "authorised" in {entry["statistical"] for entry in entries}, "or nothing was tried"
    assert codes & {code.value for code in UNAUTHORISED}
    assert not codes & {code.value for code in AUTHORISED}
    assert all(alert["evidence"] == [] for alert in alerts if alert["rule"] in OF_ILLNESS)

"""npm's eventsource, whose line breaks again and again, reads a feed without loss or repeat."""

import asyncio
import random
from pathlib import Path

from receivers.cutting import line_to
from receivers.node import program
from servicekit.tokens import mint_local_token
from support.endpoint import endpoint
from support.notified import LA, admitted, met, notified, withdrawn
from support.served import port_of, server_of

PUPILS = 40
CUTS = 5


async def test_nothing_is_lost_or_doubled_however_often_the_line_breaks(
    database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(5)
    allowances = iter([chance.randint(1500, 9000) for _ in range(CUTS)])
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        token = mint_local_token(notices.house.settings, "events:read", {"la": LA})
        path = f"/notifications/v1/subscriptions/{made['id']}/events/stream"

        async def go_on_happening() -> None:
            for number in range(PUPILS):
                alert = met(f"p{number}")
                await notices.happen(admitted(f"p{number}"), alert, withdrawn(alert))

        async with (
            server_of(notices.house.app) as server,
            line_to(port_of(server), allowances) as line,
            program("follower.cjs", f"http://127.0.0.1:{line.port}{path}", token) as follower,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(go_on_happening())
            said: list[dict[str, str]] = []
            opened = 0
            while len(said) < 3 * PUPILS:
                each = await follower.says()
                opened += "opened" in each
                said += [each] if "sequence" in each else []
        owed = await notices.get(f"/subscriptions/{made['id']}/events?limit=1000")

    assert line.cut == CUTS
    assert opened > CUTS
    assert [int(each["sequence"]) for each in said] == list(range(1, 3 * PUPILS + 1))
    assert [each["id"] for each in said] == [each["event"]["id"] for each in owed["items"]]
    assert {each["kind"] for each in said} == {
        "pupil-admitted",
        "threshold-met",
        "threshold-withdrawn",
    }

"""Somebody who decides on alerts over HTTP, in a school that thresholds serves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from eventlog import SchoolId, head
from support.asking import OWN_SCHOOL, Token
from support.house import House, house, keyed
from support.log import connected
from support.school import found
from support.school_log import SchoolLog

NOW: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
URN: Final = 999001
ALERTS: Final = "/thresholds/v1/alerts"
DECIDES: Final = "alerts:read alerts:decide"
OFFICER: Final = {"name": "A. Smith", "position": "Attendance Officer"}
HOLIDAY: Final = "GGGGGGGGGG"
NOTICE: Final = {"parent": "N. Adeyemi", "issued_on": "2026-11-18", "received_on": "2026-11-20"}
HELD, AFTER = date(2026, 11, 9), date(2026, 11, 23)  # Mondays around the decision
WAITING: Final = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A school with a log, served, and somebody who decides."""

    rollbook: House
    log: SchoolLog
    url: str  # of the database

    async def settle(self) -> None:
        """Follow the log to its head."""
        await self.rollbook.settle()
        self.log.now = max(self.log.now, self.rollbook.clock.now)

    async def alert(self, rule: str = "penalty-notice-threshold", episode: int = 1) -> str:
        """Name an alert of the pupil."""
        listed = await self.listed({"urn": URN, "rule": rule})
        (one,) = [each for each in listed if each["episode"] == episode]
        return str(one["id"])

    async def listed(self, query: Mapping[str, str | int]) -> list[dict[str, Any]]:
        """List alerts, the newest first."""
        async with self.client() as client:
            items: list[dict[str, Any]] = (await found(client.get(ALERTS, params=query)))["items"]
        return items

    async def shown(self, alert: str) -> dict[str, Any]:
        """Read one alert."""
        async with self.client() as client:
            return await found(client.get(f"{ALERTS}/{alert}"))

    async def decide(
        self,
        alert: str,
        outcome: str = "considered",
        *,
        key: str | None = None,
        token: Token = OWN_SCHOOL,
        scope: str = DECIDES,
        **rest: object,
    ) -> httpx.Response:
        """Decide on an alert."""
        body = {"outcome": outcome, "reason": "support is in place", "by": OFFICER, **rest}
        async with self.client(scope, token) as client:
            return await client.post(f"{ALERTS}/{alert}/decisions", json=body, headers=keyed(key))

    def client(self, scope: str = DECIDES, token: Token = OWN_SCHOOL) -> httpx.AsyncClient:
        """Make a client."""
        return self.rollbook.client(scope, **token)

    async def two_wait(self) -> bool:
        """Whether two sessions wait for a lock."""
        waiting: int = await self.log.conn.fetchval(WAITING)
        return waiting == 2

    async def head(self) -> int:
        """Read where the school's log stands."""
        return await head(self.log.conn, SchoolId(URN))

    async def holiday(self) -> str:
        """Have the pupil be away for a week, and name the alert that is raised."""
        await self.log.week(HELD, {"p1": HOLIDAY})
        await self.settle()
        return await self.alert()


@asynccontextmanager
async def opened_desk(database_url: str, data_dir: Path) -> AsyncIterator[Desk]:
    """Open a desk in a school of one pupil, while the block lasts."""
    async with (
        house(database_url, data_dir, now=NOW, services=("thresholds",)) as running,
        connected(database_url, role=None) as conn,
    ):
        log = SchoolLog(conn, URN)
        await log.open("p1")
        yield Desk(running, log, database_url)

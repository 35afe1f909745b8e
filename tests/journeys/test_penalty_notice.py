"""A class's term, a pupil's tenth unauthorised session on a Friday afternoon, and what follows.

Everything is real but the school, which is simulated, and the authority, which is the sandbox of
the demonstration: it verifies each signature as an authority's system would.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from demonstration.client import Rollbook
from demonstration.loopback import served
from demonstration.sandbox import EVENTS_PATH, Inbox, sandbox_app
from demonstration.seeding import Plan, SchoolToSeed, open_school, post_registers, work_out
from demonstration.shares import Phase
from support.eventually import eventually
from support.house import House, house, keyed

URN = 999001
LA_CODE = "886"
OFFICER = {"name": "A. Smith", "position": "Attendance Officer"}


@pytest.fixture(scope="module")
def school() -> SchoolToSeed:
    """One class of thirty, for the twelve school weeks before today."""
    today = datetime.now(UTC).date()
    return work_out(Plan(urn=URN, phase=Phase.PRIMARY, classes=1, seed=7, today=today))


async def test_the_tenth_session_reaches_the_authority_and_its_amendment_withdraws_it(
    database_url: str, tmp_path: Path, school: SchoolToSeed
) -> None:
    inbox = Inbox()
    async with (
        house(database_url, tmp_path, running=True) as rollbook,
        served(sandbox_app(inbox), preferred_port=0) as sandbox,
        rollbook.client(la=LA_CODE) as authority,
        rollbook.client(urns=[URN], **OFFICER) as officer,
    ):
        await _term_but_its_last_register(rollbook, school)
        await _subscribe(authority, inbox, sandbox + EVENTS_PATH)

        position = await _last_register(rollbook, school)
        met = await _alert_received(inbox, "threshold-met")
        _holds_its_ten_sessions(met, school)

        tenth = met["data"]["evidence"][-1]
        before_amendment = datetime.now(UTC)
        amended_at = await _amend(officer, school, tenth, "I", "medical note")
        withdrawn = await _alert_received(inbox, "threshold-withdrawn")
        assert withdrawn["data"]["id"] == met["data"]["id"]
        assert withdrawn["data"]["status"] == "withdrawn"
        assert int(withdrawn["sequence"]) > int(met["sequence"])

        await _alert_shows_as_withdrawn(officer, school, amended_at)
        await _history_tells_both_entries(officer, school, tenth, position)
        await _register_as_known_before_shows_the_original(officer, school, tenth, before_amendment)
        assert len(_of_the_story(inbox)) == 2


async def _term_but_its_last_register(rollbook: House, school: SchoolToSeed) -> None:
    async with rollbook.client(urns=[URN]) as http:
        mis = Rollbook(http, _token(http))
        await open_school(mis, school, _no_step)
        await post_registers(mis, school, school.registers[:-1], _no_step)


async def _last_register(rollbook: House, school: SchoolToSeed) -> int:
    async with rollbook.client(urns=[URN]) as http:
        return await post_registers(
            Rollbook(http, _token(http)), school, school.registers[-1:], _no_step
        )


async def _subscribe(authority: httpx.AsyncClient, inbox: Inbox, endpoint: str) -> None:
    made = await authority.post(
        "/notifications/v1/subscriptions",
        json={
            "la_code": LA_CODE,
            "url": endpoint,
            "types": [
                "uk.attendance.threshold-met.v1",
                "uk.attendance.threshold-corrected.v1",
                "uk.attendance.threshold-withdrawn.v1",
            ],
        },
        headers=keyed(),
    )
    assert made.status_code == 201, made.text
    inbox.use_secret(made.json()["secret"])
    path = f"/notifications/v1/subscriptions/{made.json()['id']}/verification"
    verified = await authority.post(path, headers=keyed())
    assert verified.is_success, verified.text


async def _alert_received(inbox: Inbox, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def received() -> bool:
        found[:] = [each for each in _of_the_story(inbox) if f".{kind}." in each["type"]]
        return bool(found)

    await eventually(received)
    return found[0]


def _of_the_story(inbox: Inbox) -> list[dict[str, Any]]:
    """List what the authority received of the penalty-notice rule, oldest first."""
    return [
        dict(each.event)
        for each in reversed(inbox.newest_first())
        if each.event["data"].get("rule") == "penalty-notice-threshold"
    ]


def _holds_its_ten_sessions(met: dict[str, Any], school: SchoolToSeed) -> None:
    data = met["data"]
    assert met["subject"] == f"schools/{URN}/pupils/{school.story_pupil.pupil}"
    assert data["pupil"] == school.story_pupil.pupil
    assert data["met_on"] == {"date": school.last_day.isoformat(), "session": "PM"}
    assert date.fromisoformat(data["met_on"]["date"]).strftime("%A") == "Friday"
    assert [each["code"] for each in data["evidence"]] == ["O"] * 10
    assert len({(each["date"], each["session"]) for each in data["evidence"]}) == 10


async def _amend(
    officer: httpx.AsyncClient,
    school: SchoolToSeed,
    session: dict[str, Any],
    amended: str,
    reason: str,
) -> int:
    answer = await officer.post(
        f"/register/v1/schools/{URN}/registers/{session['date']}/{session['session']}/amendments",
        json={
            "amendments": [
                {
                    "pupil": school.story_pupil.pupil,
                    "original": session["code"],
                    "amended": amended,
                    "reason": reason,
                }
            ]
        },
        headers=keyed(),
    )
    assert answer.status_code == 201, answer.text
    position: int = answer.json()["position"]
    return position


async def _alert_shows_as_withdrawn(
    officer: httpx.AsyncClient, school: SchoolToSeed, position: int
) -> None:
    answer = await officer.get(
        "/thresholds/v1/alerts",
        params={
            "urn": URN,
            "pupil": school.story_pupil.pupil,
            "rule": "penalty-notice-threshold",
            "min_position": position,
        },
    )
    assert [each["status"] for each in answer.json()["items"]] == ["withdrawn"]


async def _history_tells_both_entries(
    officer: httpx.AsyncClient, school: SchoolToSeed, session: dict[str, Any], position: int
) -> None:
    answer = await officer.get(
        f"/register/v1/schools/{URN}/pupils/{school.story_pupil.pupil}/entries/"
        f"{session['date']}/{session['session']}"
    )
    history = answer.json()
    original, amendment = history["entries"]
    assert history["current"] == "I"
    assert (original["kind"], original["code"]) == ("original", "O")
    assert (amendment["kind"], amendment["original_code"], amendment["code"]) == (
        "amendment",
        "O",
        "I",
    )
    assert amendment["reason"] == "medical note"
    assert amendment["by"] == OFFICER
    assert datetime.fromisoformat(amendment["recorded_at"]).date() == datetime.now(UTC).date()
    assert original["position"] <= position < amendment["position"]


async def _register_as_known_before_shows_the_original(
    officer: httpx.AsyncClient, school: SchoolToSeed, session: dict[str, Any], instant: datetime
) -> None:
    path = f"/register/v1/schools/{URN}/registers/{session['date']}/{session['session']}"
    before = (await officer.get(path, params={"as_of": instant.isoformat()})).json()
    now = (await officer.get(path)).json()

    def entry(register: dict[str, Any]) -> tuple[str, bool]:
        of = {each["pupil"]: each for each in register["marks"]}[school.story_pupil.pupil]
        return of["code"], of["amended"]

    assert entry(before) == ("O", False)
    assert entry(now) == ("I", True)


def _token(http: httpx.AsyncClient) -> str:
    return http.headers["Authorization"].removeprefix("Bearer ")


def _no_step() -> None:
    """A progress bar nobody watches."""

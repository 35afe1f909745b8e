"""Numbers a school sets in the place of a rule's own: said, read back, judged by, taken back."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from eventlog import SchoolId, head, rebuild_school
from support.asking import INSIDERS, OWN_SCHOOL, STRANGERS, Token, get
from support.followed import FIRST
from support.house import House, house
from support.log import connected
from support.school import slugs
from support.school_log import SchoolLog
from thresholds.processor import processor

NOW: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
URN: Final = 999001
TERMS: Final = f"/thresholds/v1/schools/{URN}/terms"
RULE: Final = "illness-evidence"
OFFICER: Final = {"name": "A. Smith", "position": "Attendance Officer"}
POLICY: Final = "Elmbridge Trust, attendance policy 2026"
WRITES: Final = "schools:write"


@pytest.fixture
async def rollbook(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with house(database_url, tmp_path, now=NOW, services=("thresholds",)) as running:
        yield running


@pytest.fixture
async def log(database_url: str, rollbook: House) -> AsyncIterator[SchoolLog]:
    async with connected(database_url, role=None) as conn:
        log = SchoolLog(conn, URN)
        await log.open("p1")
        await rollbook.settle()
        yield log


def period(first: str = "2026-09-01", last: str | None = None, **terms: object) -> dict[str, Any]:
    return {
        "terms": terms or {"half_days": 4},
        "in_force_from": first,
        "in_force_to": last,
        "source": POLICY,
    }


async def put(
    rollbook: House,
    *periods: dict[str, Any],
    rule: str = RULE,
    scope: str = WRITES,
    token: Token = OWN_SCHOOL,
    **rest: object,
) -> httpx.Response:
    body = {"periods": periods, "by": OFFICER, **rest}
    async with rollbook.client(scope, **token) as client:
        return await client.put(f"{TERMS}/{rule}", json=body)


async def shown(rollbook: House, rule: str = RULE) -> dict[str, Any]:
    answer = await get(rollbook, f"{TERMS}/{rule}")
    assert answer.status_code == 200, answer.text
    terms: dict[str, Any] = answer.json()
    return terms


async def statuses(rollbook: House) -> list[tuple[str, str]]:
    answer = await get(rollbook, "/thresholds/v1/alerts", {"urn": URN, "rule": RULE})
    return [(each["status"], each["source"].partition(",")[0]) for each in answer.json()["items"]]


async def test_of_a_rule_nobody_set_its_own_numbers_are_in_force(
    rollbook: House, log: SchoolLog
) -> None:
    terms = await shown(rollbook)

    assert (terms["periods"], terms["recorded_at"], terms["by"]) == ([], None, None)
    (own,) = terms["in_force"]
    assert own["numbers"]["half_days"] == 10
    assert own["in_force_to"] is None


async def test_what_was_set_is_read_back_with_what_follows_from_it(
    rollbook: House, log: SchoolLog
) -> None:
    answer = await put(rollbook, period(last="2027-07-31"))

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"position": await head(log.conn, SchoolId(URN))}
    terms = await shown(rollbook)
    assert terms["periods"] == [period(last="2027-07-31")]
    assert (terms["by"], terms["recorded_at"]) == (OFFICER, "2026-11-20T16:00:00Z")
    spans = [
        (each["in_force_from"], each["in_force_to"], each["numbers"]["half_days"])
        for each in terms["in_force"]
    ]
    assert spans == [
        ("2024-08-19", "2026-08-31", 10),
        ("2026-09-01", "2027-07-31", 4),
        ("2027-08-01", None, 10),
    ]
    assert terms["in_force"][1]["source"].startswith(POLICY)


async def test_said_again_nothing_is_recorded(rollbook: House, log: SchoolLog) -> None:
    first = await put(rollbook, period())

    again = await put(rollbook, period())

    assert again.json() == first.json()
    assert await head(log.conn, SchoolId(URN)) == first.json()["position"]


async def test_pupils_are_judged_by_what_was_set_and_anew_when_it_is_taken_back(
    rollbook: House, log: SchoolLog
) -> None:
    await log.week(FIRST, {"p1": "IIIIII////"})
    await rollbook.settle()
    assert await statuses(rollbook) == []

    await put(rollbook, period())
    await rollbook.settle()
    raised = await statuses(rollbook)
    await put(rollbook)
    await rollbook.settle()

    assert raised == [("open", POLICY.partition(",")[0])]
    assert [status for status, _ in await statuses(rollbook)] == ["withdrawn"]


async def test_after_a_rebuild_a_school_is_still_judged_by_what_it_set(
    rollbook: House, log: SchoolLog
) -> None:
    await put(rollbook, period())
    await rollbook.settle()
    await rebuild_school(log.conn, processor(rollbook.clock), SchoolId(URN))
    log.now = NOW
    await log.week(date(2026, 11, 9), {"p1": "IIIIII////"})

    await rollbook.settle()

    assert [status for status, _ in await statuses(rollbook)] == ["open"]


@pytest.mark.parametrize(
    ("rule", "sent", "wrong"),
    [
        (RULE, period(half_days=0), ("/periods/0/terms/half_days", "number-out-of-bounds")),
        (RULE, period(half_days=True), ("/periods/0/terms/half_days", "number-of-another-sort")),
        (RULE, period(half_days="ten"), ("/periods/0/terms/half_days", "number-of-another-sort")),
        (RULE, period(quarters=1), ("/periods/0/terms", "number-unknown")),
        (RULE, {**period(), "terms": {}}, ("/periods/0/terms", "no-numbers")),
        (RULE, {**period(), "source": "\u200b"}, ("/periods/0/source", "blank")),
        (RULE, period(last="2026-08-31"), ("/periods/0/in_force_to", "ends-before-start")),
        (
            "penalty-notice-threshold",
            period(sessions=8),
            ("/periods/0/terms/sessions", "number-not-settable"),
        ),
    ],
)
async def test_numbers_that_cannot_be_set_are_refused_and_nothing_is_stored(
    rollbook: House, log: SchoolLog, rule: str, sent: dict[str, Any], wrong: tuple[str, str]
) -> None:
    before = await head(log.conn, SchoolId(URN))

    answer = await put(rollbook, sent, rule=rule)

    assert answer.status_code == 422, answer.text
    assert slugs(answer) == [wrong]
    assert await head(log.conn, SchoolId(URN)) == before


async def test_every_reason_is_given_at_once(rollbook: House, log: SchoolLog) -> None:
    answer = await put(rollbook, period(half_days=0), period(), by=None)

    assert slugs(answer) == [
        ("/by", "signatory-required"),
        ("/periods/0/terms/half_days", "number-out-of-bounds"),
        ("/periods/1/in_force_from", "periods-cross"),
    ]


async def test_numbers_that_are_none_of_json_s_plain_ones_are_not_of_the_form(
    rollbook: House, log: SchoolLog
) -> None:
    for wrong in (None, 4.5, [4], {"sessions": 4}, 2**60):
        answer = await put(rollbook, period(half_days=wrong))

        assert answer.status_code == 422, wrong
        assert answer.json()["type"] == "/problems/invalid-request"
    assert (await put(rollbook, period(half_days=4.0))).status_code == 200


async def test_a_rule_that_there_is_not_is_not_found(rollbook: House, log: SchoolLog) -> None:
    assert (await put(rollbook, period(), rule="late-homework")).status_code == 404
    assert (await get(rollbook, f"{TERMS}/late-homework")).status_code == 404
    assert (await get(rollbook, f"{TERMS}/{RULE}", {"on": "2026-11-20"})).status_code == 422


async def test_setting_takes_its_own_scope_and_a_token_for_the_school(
    rollbook: House, log: SchoolLog
) -> None:
    before = await head(log.conn, SchoolId(URN))

    assert (await put(rollbook, period(), scope="alerts:read alerts:decide")).status_code == 403
    assert (await get(rollbook, f"{TERMS}/{RULE}", scope="register:read")).status_code == 403
    for token in STRANGERS:
        assert (await put(rollbook, period(), token=token)).status_code == 404
        assert (await get(rollbook, f"{TERMS}/{RULE}", token=token)).status_code == 404
    assert await head(log.conn, SchoolId(URN)) == before
    for token in INSIDERS:
        assert (await put(rollbook, period(), token=token)).status_code == 200
        assert (await get(rollbook, f"{TERMS}/{RULE}", token=token)).status_code == 200

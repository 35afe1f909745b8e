"""An alert's thin body says that a pupil was away with leave, and not why; of illness, not when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attendance.codes import AUTHORISED, Code
from attendance.events import Event, EvidenceEntry, PupilDeleted, ThresholdCorrected, ThresholdMet
from attendance.identifiers import PupilId
from attendance.rules.catalogue import RULES
from attendance.session import Half, Session
from notifications.codec import EventType
from notifications.thinning import OF_ILLNESS, thinned
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import AT, BY, admitted, met, notified, withdrawn

DAY = date(2026, 11, 20)
HEALTH = (Code.I, Code.M)
FULLER = """
UPDATE notifications.alert
   SET body = ((body::jsonb - 'evidence_count') || '{"evidence": [{"date": "2026-11-20",
               "session": "AM", "code": "I", "position": 1}]}'::jsonb)::json
"""
TOLD_OF = (Code.I, Code.M, Code.C, Code.R, Code.T, Code.E, Code.O, Code.G, Code.Y1)


def alert(rule: str) -> ThresholdMet:
    """A finding that rests on an entry of each of several codes."""
    evidence = tuple(
        EvidenceEntry(Session(DAY, Half.AM), code, position)
        for position, code in enumerate(TOLD_OF, start=1)
    )
    return replace(met("p1"), rule=rule, evidence=evidence)


def corrected(of: ThresholdMet) -> Event:
    """The same finding, on the first of its entries alone."""
    return ThresholdCorrected(
        alert=of.alert,
        rule=of.rule,
        pupil=of.pupil,
        met_on=of.met_on,
        provisional=False,
        evidence=of.evidence[:1],
        figures={"absent": 1},
        reason="The register was amended.",
        corrected_at=AT,
    )


async def told(database_url: str, data_dir: Path, *events: Event) -> list[Mapping[str, Any]]:
    """Have an endpoint told of alerts, or of a deletion; gives the data of each message."""
    types = [each for each in EventType if "return" not in each and "admitted" not in each]
    async with endpoint() as la, notified(database_url, data_dir) as notices:
        await notices.happen(admitted("p1"))
        await notices.subscribe(la, types=types)
        await notices.happen(*events)
        async with notices.sending():
            await eventually(lambda: len(la.received) == len(events))
    return [each.event["data"] for each in la.received]


async def test_no_reason_of_an_authorised_absence_is_told(
    database_url: str, tmp_path: Path
) -> None:
    (data,) = await told(database_url, tmp_path, alert("persistent-absence"))

    shown = {entry["position"]: entry for entry in data["evidence"]}
    assert data["evidence_count"] == len(TOLD_OF)
    for position, code in enumerate(TOLD_OF, start=1):
        assert ("code" in shown[position]) == (code not in AUTHORISED)
    assert [entry.get("code") for entry in data["evidence"]] == [*[None] * 6, "O", "G", "Y1"]
    assert [entry["statistical"] for entry in data["evidence"]] == [
        *["authorised"] * 6,
        *["unauthorised"] * 2,
        "not-possible",
    ]


@pytest.mark.parametrize("rule", sorted(OF_ILLNESS))
async def test_of_a_rule_about_illness_no_session_is_told_but_their_number(
    database_url: str, tmp_path: Path, rule: str
) -> None:
    finding = alert(rule)
    first, second, third = await told(
        database_url, tmp_path, finding, corrected(finding), withdrawn(finding)
    )

    assert [each["evidence"] for each in (first, second, third)] == [[], [], []]
    counts = [each["evidence_count"] for each in (first, second, third)]
    assert counts == [len(TOLD_OF), 1, 1]


async def test_what_was_told_before_bodies_were_thin_is_not_repeated(
    database_url: str, tmp_path: Path
) -> None:
    finding = alert("persistent-absence")
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(finding)
        await notices.conn.execute(FULLER)
        await notices.happen(withdrawn(finding))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)

    data = la.received[1].event["data"]
    (entry,) = data["evidence"]
    assert ("code" in entry, data["evidence_count"]) == (False, 1)


@pytest.mark.parametrize("code", HEALTH)
def test_health_hides_among_other_authorised_absence(code: Code) -> None:
    """Were it withheld by itself, the missing code would say as much as the code."""
    entries = [
        {"date": "2026-11-20", "session": "AM", "code": each.value, "position": 1}
        for each in AUTHORISED
    ]
    shown = thinned({"rule": "persistent-absence", "evidence": entries})["evidence"]

    assert code in AUTHORISED
    assert all(entry == shown[0] for entry in shown)


def test_the_rules_about_illness_are_rules_there_are() -> None:
    assert set(RULES) >= OF_ILLNESS


async def test_a_deletion_tells_who_and_when_and_not_on_what_ground(
    database_url: str, tmp_path: Path
) -> None:
    deletion = PupilDeleted(
        pupil=PupilId("p1"),
        ground="g",
        deleted_on=DAY,
        conditions={"Marked-Condition": True},
        notes="Marked-Notes",
        recorded_by=BY,
        recorded_at=AT,
    )
    (data,) = await told(database_url, tmp_path, deletion)

    assert data == {"urn": 999001, "pupil": "p1", "deleted_on": "2026-11-20"}

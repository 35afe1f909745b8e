"""Findings of which statutory returns are made, and the returns as the service shows them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
from attendance.codes import Code
from attendance.events import (
    AlertConsidered,
    Event,
    EvidenceEntry,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
    ThresholdCorrected,
    ThresholdMet,
)
from attendance.identifiers import LaCode, PupilId
from attendance.roll import evolve_pupil
from attendance.session import Half, Session
from attendance.streams import alert_id
from support.endpoint import Endpoint
from support.eventually import eventually
from support.house import EVERY_SCOPE, keyed
from support.notified import AT, BY, FRIDAY, URN, Notified, admitted

DUE = date(2026, 11, 25)
HOME_LA = "871"
ATTENDANCE = "attendance-return"
SICKNESS = "sickness-return"
NEW_PUPIL = "new-pupil-return"
DELETION = "deletion-return"
RETURN_DUE = "uk.attendance.return-due.v1"
RETURN_CORRECTED = "uk.attendance.return-corrected.v1"
RETURN_WITHDRAWN = "uk.attendance.return-withdrawn.v1"
RETURN_TYPES = (RETURN_DUE, RETURN_CORRECTED, RETURN_WITHDRAWN)


def entered(pupil: str = "p1", *, home: str | None = None) -> PupilAdmitted:
    """A pupil in the admission register, living in the area of an authority."""
    event = admitted(pupil)
    assert isinstance(event, PupilAdmitted)
    return replace(event, home_la_code=None if home is None else LaCode(home))


def moved(of: PupilAdmitted, home: str, **other: Any) -> PupilDetailsChanged:  # noqa: ANN401 - any field
    """The pupil's entry stating another authority of the home, and what else is said of it."""
    pupil = evolve_pupil(None, of)
    entry = replace(pupil.entry, home_la_code=LaCode(home), **other)
    return PupilDetailsChanged(
        pupil=of.pupil,
        entry=entry,
        starting_day=of.starting_day,
        placements=pupil.placements,
        characteristics=pupil.characteristics,
        effective_on=FRIDAY.on,
        changed=("home_la_code", *other),
        recorded_by=BY,
        recorded_at=AT,
    )


def left(pupil: str = "p1", on: date = FRIDAY.on, ground: str = "g") -> PupilDeleted:
    """A pupil deleted from the admission register."""
    return PupilDeleted(
        pupil=PupilId(pupil),
        ground=ground,
        deleted_on=on,
        conditions={},
        notes="Marked-Notes",
        recorded_by=BY,
        recorded_at=AT,
    )


def found(rule: str, pupil: str = "p1", episode: int = 1) -> ThresholdMet:
    """A finding of a rule of which a return is made."""
    monday = FRIDAY.on - timedelta(days=4)
    return ThresholdMet(
        alert=alert_id(URN, PupilId(pupil), rule, episode),
        rule=rule,
        pupil=PupilId(pupil),
        episode=episode,
        met_on=FRIDAY,
        provisional=False,
        evidence=(EvidenceEntry(Session(monday, Half.AM), Code.O, 41),),
        figures={"school_days": 10},
        terms={"school_days": 10},
        source="SI 2024/208",
        due_on=DUE if rule == "new-pupil-return" else None,
        raised_at=AT,
    )


def corrected(of: ThresholdMet, **other: Any) -> ThresholdCorrected:  # noqa: ANN401 - any field
    """The finding on other grounds."""
    said = ThresholdCorrected(
        alert=of.alert,
        rule=of.rule,
        pupil=of.pupil,
        met_on=of.met_on,
        provisional=of.provisional,
        evidence=of.evidence,
        figures=of.figures,
        due_on=of.due_on,
        reason="The register was amended.",
        corrected_at=AT,
    )
    return replace(said, **other)


def considered(of: ThresholdMet, outcome: str) -> Event:
    """A person's decision on the finding."""
    return AlertConsidered(
        alert=of.alert,
        rule=of.rule,
        pupil=of.pupil,
        outcome=outcome,
        reason="Marked-Reason",
        closes=True,
        through=FRIDAY.on,
        decided_by=BY,
        decided_at=AT,
    )


async def returns(notices: Notified, query: str = "", **claims: object) -> list[dict[str, Any]]:
    """List returns over HTTP, in the order of the log."""
    listed: list[dict[str, Any]] = (await notices.get(f"/returns{query}", **claims))["items"]
    return sorted(listed, key=lambda each: (each["position"], each["role"], each["version"]))


async def record(
    notices: Notified,
    what: str,
    body: object,
    *,
    key: str | None = None,
    scope: str = EVERY_SCOPE,
    **claims: object,
) -> httpx.Response:
    """Record something of a return over HTTP, and let the service take note of it.

    Args:
        what: the return's id and the rest of the path.
    """
    async with notices.house.client(scope, **claims) as client:
        answer = await client.post(
            f"/notifications/v1/returns/{what}", json=body, headers=keyed(key)
        )
    await notices.house.settle()
    return answer


async def told(notices: Notified, la: Endpoint, count: int) -> list[str]:
    """Send what is owed until so much has arrived, and name its types."""
    async with notices.sending():
        await eventually(lambda: len(la.received) >= count)
    return [received.event["type"] for received in la.received]

"""The notifications service at work: facts appended to the log, consumers and senders running."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from attendance.admission_entry import EmergencyContact, LastSchool
from attendance.codec import encode
from attendance.codes import Code
from attendance.events import (
    AdmissionEvent,
    AlertEvent,
    Event,
    EvidenceEntry,
    Parent,
    Phase,
    PupilAdmitted,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    SessionTimes,
    Sex,
    Signatory,
    ThresholdMet,
    ThresholdWithdrawn,
)
from attendance.identifiers import LaCode, PupilId, Urn
from attendance.session import Half, Session
from attendance.streams import admissions_stream, alert_id, alerts_stream, school_stream
from eventlog import Command, NewEvent, SchoolId, append
from notifications.sender import send_deliveries
from servicekit.service import Runtime
from support.endpoint import Endpoint
from support.house import EVERY_SCOPE, House, house
from support.log import connected

URN = Urn(999001)
OTHER_URN = Urn(999002)
LA = "886"
OTHER_LA = "210"
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BY = Signatory("Marked-Signatory", "Marked-Position")
RULE = "penalty-notice-threshold"
FRIDAY = Session(date(2026, 11, 20), Half.PM)


def school(la_code: str = LA, *, changed: bool = False) -> Event:
    """A school under an authority, registered or moved there."""
    details = SchoolDetails(
        name="Marked-School",
        la_code=LaCode(la_code),
        phase=Phase.PRIMARY,
        times={
            Half.AM: SessionTimes(time(8, 50), time(9, 20)),
            Half.PM: SessionTimes(time(13, 0), time(13, 30)),
        },
    )
    kind = SchoolDetailsChanged if changed else SchoolRegistered
    return kind(details=details, recorded_by=BY, recorded_at=AT)


def admitted(pupil: str) -> Event:
    """A pupil whose admission holds a marked string in every field that must not get out."""
    return PupilAdmitted(
        pupil=PupilId(pupil),
        legal_surname="Marked-Surname",
        legal_forename="Marked-Forename",
        middle_names="Marked-Middle",
        known_as="Marked-Name",
        date_of_birth=date(2015, 3, 4),
        sex=Sex.FEMALE,
        upn="Marked-Upn",
        ethnicity="Marked-Ethnicity",
        year_group="6",
        groups=("Marked-Group",),
        starting_day=date(2026, 9, 3),
        boarder=False,
        address="Marked-Address",
        home_la_code=LaCode("Marked-Authority"),
        parents=(Parent(name="Marked-Parent", lives_with=True),),
        emergency_contacts=(EmergencyContact(name="Marked-Contact", telephones=("Marked-1",)),),
        last_school=LastSchool(name="Marked-Last-School"),
        characteristics=("Marked-Characteristic",),
        recorded_by=BY,
        recorded_at=AT,
    )


def met(pupil: str, episode: int = 1, urn: Urn = URN) -> ThresholdMet:
    """A threshold met, with one session in evidence to keep it short."""
    return ThresholdMet(
        alert=alert_id(urn, PupilId(pupil), RULE, episode),
        rule=RULE,
        pupil=PupilId(pupil),
        episode=episode,
        met_on=FRIDAY,
        provisional=False,
        evidence=(EvidenceEntry(FRIDAY, Code.O, 41),),
        figures={"unauthorised": 10},
        terms={"sessions": 10, "school_weeks": 10},
        source="Working together to improve school attendance",
        raised_at=AT,
    )


def withdrawn(of: ThresholdMet) -> Event:
    """The withdrawal of a finding."""
    return ThresholdWithdrawn(
        alert=of.alert,
        rule=of.rule,
        pupil=of.pupil,
        reason="The register was amended.",
        withdrawn_at=AT,
    )


async def append_to(
    conn: asyncpg.Connection, events: Sequence[Event], *, now: datetime, urn: Urn = URN
) -> int:
    """Append facts to a school's log, as one command; gives the last position."""
    new = [NewEvent(_stream_of(event, urn), *encode(event)) for event in events]
    command = Command(uuid4(), b"\x00" * 32)
    async with conn.transaction():
        stored = await append(conn, SchoolId(urn), new, command=command, recorded_at=now)
    return stored.position


def _stream_of(event: Event, urn: Urn) -> UUID:
    if isinstance(event, SchoolRegistered | SchoolDetailsChanged):
        return school_stream(urn)
    if isinstance(event, AdmissionEvent):
        return admissions_stream(urn)
    if isinstance(event, AlertEvent) and event.pupil is not None:
        return alerts_stream(urn, event.pupil)
    return alerts_stream(urn, PupilId("any"))


@dataclass(frozen=True, slots=True)
class Notified:
    """A house with its notifications, and what a test does with it."""

    house: House
    conn: asyncpg.Connection  # as the database's owner

    @property
    def runtime(self) -> Runtime:
        """What the service itself works with."""
        runtime: Runtime = self.house.app.state.runtimes["notifications"]
        return runtime

    async def happen(self, *events: Event, urn: Urn = URN) -> None:
        """Append facts and let the service take note of them."""
        await append_to(self.conn, events, now=self.house.clock(), urn=urn)
        await self.house.settle()

    async def subscribe(
        self, endpoint: Endpoint, *, verified: bool = True, **body: object
    ) -> dict[str, Any]:
        """Subscribe an endpoint, to the authority unless the body says otherwise."""
        audience = {} if "urns" in body else {"la_code": LA}
        asked = {**audience, "url": endpoint.url(), **body}
        async with self.house.client() as client:
            made = await client.post("/notifications/v1/subscriptions", json=asked)
            assert made.status_code == 201, made.text
            created: dict[str, Any] = made.json()
            if verified:
                path = f"/notifications/v1/subscriptions/{created['id']}/verification"
                answer = await client.post(path)
                assert answer.status_code == 200, answer.text
        return created

    async def get(self, path: str, **claims: object) -> Any:  # noqa: ANN401 - JSON at the border
        """Read something of the service's, over HTTP."""
        async with self.house.client(EVERY_SCOPE, **claims) as client:
            answer = await client.get(f"/notifications/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, path: str, body: Mapping[str, object] | None = None, **claims: object
    ) -> tuple[int, dict[str, Any]]:
        """Post something to the service, over HTTP; gives the status and the answer."""
        async with self.house.client(EVERY_SCOPE, **claims) as client:
            answer = await client.post(f"/notifications/v1{path}", json=body)
        found: dict[str, Any] = answer.json()
        assert (answer.status_code >= 400) == (found.get("type", "").startswith("/problems/"))
        return answer.status_code, found

    async def deliveries(self, subscription: str | None = None) -> list[dict[str, Any]]:
        """List deliveries, in the order of the log."""
        found = await self.get("/deliveries")
        in_log = await self.conn.fetch("SELECT id FROM notifications.delivery ORDER BY position")
        place = {str(row["id"]): index for index, row in enumerate(in_log)}
        mine = [each for each in found["items"] if subscription in {None, each["subscription"]}]
        return sorted(mine, key=lambda each: place[each["id"]])

    async def statuses(self, subscription: str | None = None) -> list[str]:
        """List how deliveries stand, in the order of the log."""
        return [each["status"] for each in await self.deliveries(subscription)]

    @asynccontextmanager
    async def sending(self, senders: int = 1) -> AsyncIterator[None]:
        """Run senders while the block lasts; at its end they finish what is in hand."""
        stopping = asyncio.Event()
        runtime = replace(self.runtime, stopping=stopping)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(senders):
                tasks.create_task(send_deliveries(runtime))
            try:
                yield
            finally:
                stopping.set()


@asynccontextmanager
async def notified(
    database_url: str, data_dir: Path, *, now: datetime = AT
) -> AsyncIterator[Notified]:
    """Run the notifications service on a database, with a school of the authority registered."""
    async with (
        house(database_url, data_dir, now=now, services=("notifications",)) as running,
        connected(database_url, role=None) as conn,
    ):
        notices = Notified(running, conn)
        await notices.happen(school())
        yield notices

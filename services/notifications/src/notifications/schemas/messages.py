"""Messages as endpoints receive them: CloudEvents 1.0. Tests hold every body sent to these.

Thin, but for a return where its subscription gets full bodies.
"""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from attendance.codes import Code, StatisticalClass
from attendance.session import Half
from pydantic import Field

from notifications.codec import DemandedType, EventType
from notifications.schemas.parts import Absent, Part, Position, Pupil, Urn
from notifications.schemas.return_parts import ReturnPart


class SessionPart(Part):
    """A session."""

    date: date
    session: Half


class EvidencePart(SessionPart):
    """An entry that an alert rests on."""

    code: Code | Absent = Field(
        default=None,
        description="left out of authorised absence: its reasons are nobody's to be told unasked",
        examples=[Code.O],
    )
    statistical: StatisticalClass = Field(
        description="how the Department's statistics count it", examples=["unauthorised"]
    )
    position: Position


class AlertPart(Part):
    """A finding as it stands after the event; `GET /thresholds/v1/alerts/{id}` shows it whole."""

    id: UUID = Field(description="of the alert, the same in all that is told of it")
    rule: str = Field(description="its slug", examples=["penalty-notice-threshold"])
    urn: Urn
    pupil: Pupil | None = Field(description="null where it is about a register")
    group: str | Absent = Field(
        default=None, description="whose register it is about", examples=["7B"]
    )
    trigger: str | Absent = Field(
        default=None, description="which of the rule's grounds", examples=["severe-absence"]
    )
    due_on: date | Absent = Field(default=None, description="the last day for what it asks for")
    episode: int = Field(description="which time for this pupil and rule, from 1", examples=[1])
    status: Literal["open", "withdrawn", "closed"] = Field(
        description="withdrawn: its ground went; closed: it ended by itself, or was dealt with"
    )
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    met_on: SessionPart = Field(description="the session that completed it")
    raised_at: datetime
    position: Position
    evidence: list[EvidencePart] = Field(
        description="the entries that prove it, oldest first; none are listed of illness"
    )
    evidence_count: int = Field(description="how many entries prove it", examples=[10])
    figures: dict[str, int] = Field(description="counts", examples=[{"unauthorised": 10}])
    terms: dict[str, Any] = Field(
        description="the legal numbers it was judged by", examples=[{"sessions": 10}]
    )
    source: str = Field(
        description="the law or guidance",
        examples=["Working together to improve school attendance, chapter 6"],
    )
    rests_on: list[int] | Absent = Field(
        default=None,
        description="positions in the log of what proves it beside entries",
        examples=[[17]],
    )
    reason: str | Absent = Field(
        default=None, description="why it changed", examples=["The register was amended."]
    )
    lapsed_on: SessionPart | Absent = Field(
        default=None, description="the session with which it no longer held"
    )
    outcome: str | Absent = Field(
        default=None, description="what a person decided of it", examples=["considered"]
    )
    considered_at: datetime | Absent = Field(default=None, description="when they did")


class AdmissionPart(Part):
    """Who was admitted, and from when."""

    urn: Urn
    pupil: Pupil
    starting_day: date
    year_group: str = Field(examples=["7"])


class DeletionPart(Part):
    """Who was deleted from the admission register, and as of when."""

    urn: Urn
    pupil: Pupil
    deleted_on: date = Field(description="the last day on roll")


class ChallengePart(Part):
    """What the endpoint is to answer with."""

    challenge: str = Field(examples=["Zk1HxqQ0gYv6yqU3p9yq5wq4v9nB0mWl"])


class PingPart(Part):
    """Whose endpoint is tried."""

    subscription: UUID


class Message(Part):
    """A CloudEvent in structured JSON."""

    specversion: Literal["1.0"]
    id: UUID = Field(description="the header `webhook-id`, the same on every attempt")
    source: str = Field(
        description="who tells it", examples=["https://rollbook.example/notifications/v1"]
    )
    time: datetime = Field(description="when the fact was recorded, UTC")
    datacontenttype: Literal["application/json"]


class Told(Message):
    """A fact of a school's log."""

    subject: str = Field(description="whom it is about", examples=["schools/999001/pupils/p0421"])
    sequence: str = Field(
        pattern=r"^[0-9]{10}$",
        description="counts the messages of this subject",
        examples=["0000000001"],
    )
    position: Position


class ThresholdMet(Told):
    """A threshold was reached."""

    type: Literal[EventType.THRESHOLD_MET]
    data: AlertPart


class ThresholdCorrected(Told):
    """A finding holds on other grounds than were told."""

    type: Literal[EventType.THRESHOLD_CORRECTED]
    data: AlertPart


class ThresholdWithdrawn(Told):
    """A finding has no ground left."""

    type: Literal[EventType.THRESHOLD_WITHDRAWN]
    data: AlertPart


class ThresholdLapsed(Told):
    """A finding was true and holds no longer."""

    type: Literal[EventType.THRESHOLD_LAPSED]
    data: AlertPart


class AlertConsidered(Told):
    """A person decided what follows from a finding."""

    type: Literal[EventType.ALERT_CONSIDERED]
    data: AlertPart


class PupilAdmitted(Told):
    """A pupil was entered in a school's admission register."""

    type: Literal[EventType.PUPIL_ADMITTED]
    data: AdmissionPart


class PupilDeleted(Told):
    """A pupil was deleted from a school's admission register."""

    type: Literal[EventType.PUPIL_DELETED]
    data: DeletionPart


class ReturnDue(Told):
    """A statutory return to the authority is due."""

    type: Literal[EventType.RETURN_DUE]
    data: ReturnPart


class ReturnCorrected(Told):
    """A return takes the place of one that was told, which it corrects."""

    type: Literal[EventType.RETURN_CORRECTED]
    data: ReturnPart


class ReturnWithdrawn(Told):
    """Nothing is to be told any more of what a return told."""

    type: Literal[EventType.RETURN_WITHDRAWN]
    data: ReturnPart


class EndpointVerification(Message):
    """A challenge, sent when it is asked for: answer 200 and `{"challenge": …}` with the same."""

    type: Literal[DemandedType.VERIFICATION]
    data: ChallengePart


class Ping(Message):
    """A message that says nothing, sent when it is asked for."""

    type: Literal[DemandedType.PING]
    data: PingPart


MessageOut: TypeAlias = Annotated[
    ThresholdMet
    | ThresholdCorrected
    | ThresholdWithdrawn
    | ThresholdLapsed
    | AlertConsidered
    | PupilAdmitted
    | PupilDeleted
    | ReturnDue
    | ReturnCorrected
    | ReturnWithdrawn,
    Field(discriminator="type"),
]

MESSAGES: Final[tuple[type[Message], ...]] = (
    ThresholdMet,
    ThresholdCorrected,
    ThresholdWithdrawn,
    ThresholdLapsed,
    AlertConsidered,
    PupilAdmitted,
    PupilDeleted,
    ReturnDue,
    ReturnCorrected,
    ReturnWithdrawn,
    EndpointVerification,
    Ping,
)

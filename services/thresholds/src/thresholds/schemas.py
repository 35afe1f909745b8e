"""Responses of thresholds: shapes, units, examples. No rule of law."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from attendance.codes import Code
from attendance.rules import attendance_return, penalty_notice_threshold, persistent_absence
from attendance.rules.figures import Figures, rate
from attendance.session import Half
from pydantic import Field
from servicekit.fields import Closed

from thresholds.alert_record import Status, StepKind
from thresholds.alerts_table import SchoolAlert

Sessions = Annotated[int, Field(description="half-day sessions", examples=[12])]
Percent = Annotated[
    str | None,
    Field(
        description="percent of possible sessions, to 4 places; null when none was possible",
        examples=["9.7368"],
    ),
]
Position = Annotated[int, Field(description="place in the school's log, from 1", examples=[421])]


class Rule(StrEnum):
    """The rules that alerts are raised by."""

    PERSISTENT_ABSENCE = persistent_absence.PERSISTENT_ABSENCE
    SEVERE_ABSENCE = persistent_absence.SEVERE_ABSENCE
    PENALTY_NOTICE_THRESHOLD = penalty_notice_threshold.RULE
    ATTENDANCE_RETURN = attendance_return.RULE


class AttendanceOut(Closed):
    """A pupil's attendance over a period."""

    from_: date = Field(serialization_alias="from", description="first day, included")
    to: date = Field(description="last day, included")
    position: Position
    possible: Sessions
    attended: Sessions
    authorised: Sessions
    unauthorised: Sessions
    late: Annotated[int, Field(description="sessions with code L or U", examples=[3])]
    attendance_rate: Percent
    absence_rate: Percent
    authorised_rate: Percent
    unauthorised_rate: Percent
    persistent: bool = Field(description="absence is a tenth of possible sessions, or more")
    severe: bool = Field(description="absence is half of possible sessions, or more")
    by_code: dict[Code, int] = Field(
        description="entries of each code, those outside possible sessions too",
        examples=[{"/": 80, "\\": 79, "I": 4, "Y2": 1}],
    )

    @classmethod
    def of(cls, figures: Figures, first: date, last: date, position: int) -> "AttendanceOut":
        """Show figures with their rates."""
        return cls(
            from_=first,
            to=last,
            position=position,
            possible=figures.possible,
            attended=figures.attended,
            authorised=figures.authorised,
            unauthorised=figures.unauthorised,
            late=figures.late,
            attendance_rate=rate(figures.attended, figures.possible),
            absence_rate=rate(figures.absent, figures.possible),
            authorised_rate=rate(figures.authorised, figures.possible),
            unauthorised_rate=rate(figures.unauthorised, figures.possible),
            persistent=figures.persistent,
            severe=figures.severe,
            by_code=dict(figures.by_code),
        )


class SessionOut(Closed):
    """A session."""

    date: date
    session: Half


class EvidenceOut(Closed):
    """An entry that an alert rests on, and the event in the log that made it."""

    date: date
    session: Half
    code: Code
    position: Position


class AlertOut(Closed):
    """A finding that a pupil's attendance reached a threshold."""

    id: UUID = Field(description="the same for ever, on a replay of the log too")
    rule: Rule
    urn: int = Field(description="the school's URN", examples=[999001])
    pupil: str = Field(description="the school's own identifier of the pupil", examples=["p0421"])
    episode: int = Field(description="which time for this pupil and rule, from 1", examples=[1])
    status: Status = Field(description="withdrawn: its ground went; closed: it ended by itself")
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    met_on: SessionOut = Field(description="the session that completed it")
    raised_at: datetime = Field(description="UTC")
    position: Position = Field(description="of the last event told of it")
    evidence: list[EvidenceOut] = Field(description="the entries that prove it, oldest first")
    figures: dict[str, int] = Field(examples=[{"unauthorised": 10}])
    terms: dict[str, Any] = Field(
        description="the legal numbers it was judged by", examples=[{"sessions": 10}]
    )
    source: str = Field(
        description="the law or guidance",
        examples=["Working together to improve school attendance, chapter 6"],
    )


class StepOut(Closed):
    """One step in the life of an alert."""

    kind: StepKind
    at: datetime = Field(description="UTC")
    position: Position
    reason: str | None = Field(default=None, examples=["The register was amended."])


class AlertHistoryOut(AlertOut):
    """An alert with its history."""

    history: list[StepOut] = Field(description="oldest first")


class AlertsOut(Closed):
    """A page of alerts, the newest first."""

    items: list[AlertOut]
    next: str | None = Field(description="cursor of the next page; null on the last")


def shown(alert: SchoolAlert) -> dict[str, Any]:
    """Lay an alert out as it is shown, without its history."""
    record = alert.record
    return {
        "id": record.alert,
        "rule": record.rule,
        "urn": alert.urn,
        "pupil": record.pupil,
        "episode": record.episode,
        "status": record.status,
        "provisional": record.provisional,
        "met_on": {"date": record.met_on.on, "session": record.met_on.half},
        "raised_at": record.raised_at,
        "position": record.position,
        "evidence": record.evidence,
        "figures": record.figures,
        "terms": record.terms,
        "source": record.source,
    }

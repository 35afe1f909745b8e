"""Answers about alerts: shapes, units, examples. No rule of law."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from attendance.codes import Code
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.catalogue import RULES
from attendance.rules.penalty_notice_limits import (
    NextNotice,
    Payment,
    last_day,
    numbered,
    payments,
)
from attendance.session import Half
from pydantic import Field
from servicekit.dates import Day
from servicekit.fields import Closed, Line, SignatoryIn

from thresholds.alert_record import AlertRecord, Status, StepKind
from thresholds.alerts_table import SchoolAlert
from thresholds.queries import NoticesTo
from thresholds.schemas import Position, SessionOut

Rule = StrEnum(  # type: ignore[misc]  # the rules are the catalogue's, and no service's to know
    "Rule", {slug.upper().replace("-", "_"): slug for slug in RULES}
)


class NoticeBody(Closed):
    """A penalty notice to a parent."""

    parent: Line = Field(
        description="to whom, by name: notices are counted for each parent", examples=["N. Adeyemi"]
    )
    issued_on: Day = Field(description="the day it was issued", examples=["2026-11-18"])
    received_on: Day | None = Field(
        default=None,
        description="the day it was received, with which the days to pay begin; null: not known",
        examples=["2026-11-20"],
    )

    @classmethod
    def of(cls, notice: PenaltyNotice) -> Self:
        """Show a notice."""
        received = notice.received_on
        return cls.model_validate(
            {
                "parent": notice.parent,
                "issued_on": notice.issued_on.isoformat(),
                "received_on": None if received is None else received.isoformat(),
            }
        )


class EvidenceOut(Closed):
    """An entry that an alert rests on, and the event in the log that made it."""

    date: date
    session: Half
    code: Code
    position: Position


class ConsideredOut(Closed):
    """What a person decided on an alert."""

    at: datetime = Field(description="UTC")
    position: Position
    outcome: str = Field(
        description="one of the rule's; `GET /rules` lists them", examples=["no-further-action"]
    )
    reason: str = Field(description="why, in words", examples=["support is in place"])
    by: SignatoryIn = Field(description="who decided")
    through: date = Field(
        description="the last day it is about: what comes after may give new cause"
    )
    notice: NoticeBody | None = Field(default=None, description="issued, or withdrawn")


class StepOut(Closed):
    """One step in the life of an alert."""

    kind: StepKind
    at: datetime = Field(description="UTC")
    position: Position
    reason: str | None = Field(default=None, examples=["The register was amended."])
    outcome: str | None = Field(
        default=None, description="of a decision", examples=["no-further-action"]
    )
    by: SignatoryIn | None = Field(default=None, description="who decided")
    through: date | None = Field(default=None, description="the last day a decision is about")
    notice: NoticeBody | None = Field(default=None, description="issued, or withdrawn")


class AlertOut(Closed):
    """A finding: that a threshold was met, or that a duty arose."""

    id: UUID = Field(description="the same for ever, on a replay of the log too")
    rule: Rule
    urn: int = Field(description="the school's URN", examples=[999001])
    pupil: str | None = Field(
        description="the school's own identifier of the pupil; null: it is about a register",
        examples=["p0421"],
    )
    group: str | None = Field(
        description="whose register it is about; null also where those pupils are in no group",
        examples=["7B"],
    )
    trigger: str | None = Field(
        description="which of the rule's grounds, where it has several", examples=["expected"]
    )
    episode: int = Field(description="which time for this pupil and rule, from 1", examples=[1])
    status: Status = Field(
        description="withdrawn: its ground went; closed: it ended by itself or by a decision"
    )
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    met_on: SessionOut = Field(description="the session that completed it")
    due_on: date | None = Field(description="the last day for what it asks for, where one is set")
    raised_at: datetime = Field(description="UTC")
    position: Position = Field(description="of the last event told of it")
    evidence: list[EvidenceOut] = Field(description="the entries that prove it, oldest first")
    rests_on: list[int] = Field(
        description="positions of the events that prove it beside the entries", examples=[[7, 12]]
    )
    figures: dict[str, int] = Field(examples=[{"unauthorised": 10}])
    terms: dict[str, Any] = Field(
        description="the numbers it was judged by", examples=[{"sessions": 10}]
    )
    source: str = Field(
        description="the law or guidance, or who set the numbers",
        examples=["Working together to improve school attendance, chapter 6"],
    )
    considered: ConsideredOut | None = Field(description="the last decision on it; null: none")


class PaymentOut(Closed):
    """An amount that settles a penalty notice."""

    pounds: int = Field(description="pounds sterling", examples=[80])
    within_days: int = Field(
        description="days to pay in, beginning with the day of receipt", examples=[21]
    )

    @classmethod
    def of(cls, payment: Payment) -> Self:
        """Show an amount."""
        return cls(pounds=payment.pounds, within_days=payment.within_days)


class PaymentDueOut(PaymentOut):
    """An amount that settles a penalty notice that stands."""

    last_day: date | None = Field(
        description="the last day it settles it on; null until `received_on` is known",
        examples=["2026-12-10"],
    )


class StandingNoticeOut(NoticeBody):
    """A penalty notice that nobody withdrew."""

    number: int = Field(
        description="1 for a first one within the three years up to its day", examples=[1]
    )
    payments: list[PaymentDueOut] = Field(description="what settles it, the soonest first")

    @classmethod
    def numbered(cls, notice: PenaltyNotice, number: int) -> Self:
        """Show a notice that stands, and until when it can be paid."""
        received = notice.received_on
        payments_due = [
            {
                "pounds": each.pounds,
                "within_days": each.within_days,
                "last_day": None if received is None else last_day(each, received),
            }
            for each in payments(number)
        ]
        shown = NoticeBody.of(notice).model_dump(mode="json")
        return cls.model_validate({**shown, "number": number, "payments": payments_due})


class NextNoticeOut(Closed):
    """What a penalty notice issued today would be, given those recorded here that stand."""

    parent: str | None = Field(
        description="to whom; null: any parent without one", examples=["N. Adeyemi"]
    )
    earlier: list[StandingNoticeOut] = Field(description="those that stand, oldest first")
    number: int = Field(description="1 for a first one within three years", examples=[2])
    permitted: bool = Field(description="where not, another measure is to be taken")
    payments: list[PaymentOut] = Field(description="what settles it, the soonest first")
    ask_authority: bool = Field(
        description="counted from the first notice on, it would have another number"
    )

    @classmethod
    def of(cls, notices: NoticesTo) -> Self:
        """Show what is next for one parent."""
        following: NextNotice = notices.following
        return cls(
            parent=notices.parent,
            earlier=[StandingNoticeOut.numbered(*each) for each in numbered(notices.earlier)],
            number=following.number,
            permitted=following.permitted,
            payments=[PaymentOut.of(each) for each in following.payments],
            ask_authority=following.ask_authority,
        )


class AlertHistoryOut(AlertOut):
    """An alert with its history."""

    history: list[StepOut] = Field(description="oldest first")
    next_notices: list[NextNoticeOut] | None = Field(
        description="of a rule on which a penalty notice may be decided, for each parent; else null"
    )


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
        "group": record.group,
        "trigger": record.trigger,
        "episode": record.episode,
        "status": record.status,
        "provisional": record.provisional,
        "met_on": {"date": record.met_on.on, "session": record.met_on.half},
        "due_on": record.due_on,
        "raised_at": record.raised_at,
        "position": record.position,
        "evidence": record.evidence,
        "rests_on": record.rests_on,
        "figures": record.figures,
        "terms": record.terms,
        "source": record.source,
        "considered": _considered(record),
    }


def _considered(record: AlertRecord) -> dict[str, Any] | None:
    step = record.considered
    return None if step is None else {key: step[key] for key in step if key != "kind"}

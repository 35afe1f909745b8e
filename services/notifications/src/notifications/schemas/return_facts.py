"""What may be recorded of statutory returns, as it is sent. Shapes only."""

from typing import Annotated
from uuid import UUID

from attendance.events import Signatory
from attendance.return_events import Channel
from attendance.returns import AcknowledgeReturn, SubmitReturn
from pydantic import Field
from servicekit.caller import Caller
from servicekit.commands import signatory
from servicekit.dates import Day
from servicekit.fields import By, Closed, Line, SignatoryIn

Reference = Annotated[
    Line | None,
    Field(default=None, description="what the authority calls it", examples=["CME-2026-0417"]),
]


class AcknowledgementIn(Closed):
    """That the authority has a return; said before without a reference, what that is."""

    reference: Reference
    by: Annotated[
        SignatoryIn | None,
        Field(
            default=None,
            description="who at the authority has it. Needed unless the token is an authority's: "
            "then it is the token's person by default, and its system otherwise",
            examples=[{"name": "B. Jones", "position": "Education Welfare Officer"}],
        ),
    ]

    def to_command(self, caller: Caller) -> AcknowledgeReturn:
        """Read it in the law's terms; whoever isn't of the authority names somebody who is."""
        by_authority = caller.la_code is not None
        named = None if self.by is None else Signatory(self.by.name, self.by.position)
        by = signatory(self.by, caller) if by_authority else named
        return AcknowledgeReturn(reference=self.reference, by=by, by_authority=by_authority)


class SubmissionIn(Closed):
    """That a person sent a return in another way, or told so that it was withdrawn."""

    submitted_on: Day = Field(description="the day it was sent", examples=["2026-11-20"])
    how: Channel = Field(description="by which way", examples=[Channel.PORTAL])
    reference: Reference
    withdrawal: bool = Field(
        default=False,
        description="the authority was told that the return, which a person had sent, is withdrawn",
    )
    by: By

    def to_command(self, by: Signatory | None) -> SubmitReturn:
        """Read it in the law's terms."""
        return SubmitReturn(
            submitted_on=self.submitted_on,
            how=self.how,
            reference=self.reference,
            withdrawal=self.withdrawal,
            by=by,
        )


class ReturnRecordedOut(Closed):
    """Something about a return that is in the school's log."""

    position: int = Field(description="in the school's log", examples=[430])
    id: UUID = Field(description="the return")

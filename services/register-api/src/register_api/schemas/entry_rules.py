"""Bodies for a school's own rules for entries: its local subcodes, and what else it asks for."""

from datetime import date
from typing import Annotated, Self

from attendance.codes import Code
from attendance.entry_rules import CodeRequirement, EntryRules, Requirement, Subcode
from pydantic import Field, StringConstraints
from servicekit.dates import Day
from servicekit.fields import By, Closed

FromDay = Annotated[Day, Field(description="first day it counts, by the session's date")]
ToDay = Annotated[Day | None, Field(description="last day it counts; null while it does")]


class SubcodeBody(Closed):
    """A mark of the school's own, and the national code it stands for."""

    subcode: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,8}$")] = Field(
        description="as staff write it; capitals don't matter", examples=["I1"]
    )
    code: Code = Field(description="the national code", examples=["I"])
    in_force_from: FromDay
    in_force_to: ToDay = None


class RequirementBody(Closed):
    """What the school wants stated with a code, beyond what the law does."""

    code: Code = Field(description="the national code", examples=["P"])
    requirement: Requirement = Field(
        description="detail: the nature of the activity or circumstances in words; "
        "plan: an absence plan in force that covers the session"
    )
    in_force_from: FromDay
    in_force_to: ToDay = None


class EntryRulesIn(Closed):
    """A school's own rules for entries, in place of any before them."""

    subcodes: list[SubcodeBody] = Field(default=[], max_length=500)
    requirements: list[RequirementBody] = Field(default=[], max_length=200)
    by: By

    def to_rules(self) -> EntryRules:
        """Read them in the law's terms."""
        return EntryRules(
            subcodes=tuple(Subcode(**each.model_dump()) for each in self.subcodes),
            requirements=tuple(CodeRequirement(**each.model_dump()) for each in self.requirements),
        )


class EntryRulesOut(Closed):
    """A school's own rules for entries."""

    subcodes: list[SubcodeBody]
    requirements: list[RequirementBody]

    @classmethod
    def of(cls, rules: EntryRules) -> Self:
        """Show rules."""
        return cls(
            subcodes=[
                SubcodeBody.model_validate(
                    {
                        "subcode": each.subcode,
                        "code": each.code,
                        **_days(each.in_force_from, each.in_force_to),
                    }
                )
                for each in rules.subcodes
            ],
            requirements=[
                RequirementBody.model_validate(
                    {
                        "code": each.code,
                        "requirement": each.requirement,
                        **_days(each.in_force_from, each.in_force_to),
                    }
                )
                for each in rules.requirements
            ],
        )


def _days(first: date, last: date | None) -> dict[str, str | None]:
    """Write days as they are sent, which is the only way a body takes them."""
    return {"in_force_from": str(first), "in_force_to": None if last is None else str(last)}

"""Bodies of simulations: what may be asked, and what is answered. No rule of law."""

from typing import Annotated, Self

from attendance.session import Session
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError
from servicekit.dates import Day
from servicekit.fields import Closed, whole

from thresholds.alert_schemas import Rule
from thresholds.rule_schemas import TermsOut, Text, Whole
from thresholds.schemas import Position, SessionOut
from thresholds.simulating import Found, Simulated, Tally

MOST_CODES = 60  # there are fewer


class SimulationIn(Closed):
    """Which rule, with which numbers, over what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "urn": 999001,
                    "rule": "penalty-notice-threshold",
                    "terms": {"sessions": 8},
                    "from": "2026-09-01",
                    "to": "2026-11-20",
                    "limit": 100,
                }
            ]
        }
    )

    urn: Annotated[int, Field(strict=True, ge=100_000, le=999_999), BeforeValidator(whole)] = Field(
        description="the school's URN", examples=[999001]
    )
    rule: Rule
    terms: dict[
        str, StrictBool | Whole | Text | Annotated[list[Text], Field(max_length=MOST_CODES)]
    ] = Field(
        max_length=20,
        description="numbers in the place of the rule's own of today, by name; the others stay",
        examples=[{"sessions": 8}],
    )
    from_: Day | None = Field(
        default=None, alias="from", description="only what was met on that day or later"
    )
    to: Day | None = Field(default=None, description="only what was met by that day")
    limit: Annotated[int, Field(strict=True, ge=1, le=1000), BeforeValidator(whole)] = Field(
        default=100, description="how many findings to list, the oldest first"
    )

    @model_validator(mode="after")
    def _is_a_period(self) -> "SimulationIn":
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise PydanticCustomError("from-after-to", "Give a first day before the last")
        return self


class TallyOut(Closed):
    """How often a rule is met."""

    met: int = Field(description="findings", examples=[31])
    pupils_met: int = Field(description="pupils with at least one", examples=[24])

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Show a count."""
        return cls(met=tally.met, pupils_met=tally.pupils)


class FoundOut(Closed):
    """A finding that there would be."""

    pupil: str = Field(description="the school's own identifier of the pupil", examples=["p0421"])
    trigger: str | None = Field(description="which of the rule's grounds, where it has several")
    met_on: SessionOut = Field(description="the session that would complete it")
    provisional: bool = Field(description="it rests on a code N, or on days not wholly entered")
    lapsed_on: SessionOut | None = Field(description="when it would hold no longer, if it ended")
    figures: dict[str, int] = Field(examples=[{"unauthorised": 8}])

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a finding."""
        finding = found.finding
        return cls(
            pupil=found.pupil,
            trigger=finding.trigger,
            met_on=_session(finding.met_on),
            provisional=finding.provisional,
            lapsed_on=None if finding.lapsed_on is None else _session(finding.lapsed_on),
            figures=dict(finding.figures),
        )


class SimulationOut(Closed):
    """What a rule with other numbers would find in a school's history. Nothing of it is stored."""

    rule: Rule
    terms: TermsOut = Field(description="the numbers it was asked with")
    position: Position
    pupils: int = Field(description="whose entries were looked at", examples=[212])
    simulated: TallyOut
    as_it_stands: TallyOut = Field(description="with the numbers that the school is judged by")
    items: list[FoundOut] = Field(description="the oldest first, then by pupil; up to `limit`")

    @classmethod
    def of(cls, rule: str, simulated: Simulated, limit: int) -> Self:
        """Show what was found."""
        return cls(
            rule=rule,
            terms=TermsOut.of(simulated.terms),
            position=simulated.position,
            pupils=simulated.pupils,
            simulated=TallyOut.of(simulated.would_be),
            as_it_stands=TallyOut.of(simulated.as_it_stands),
            items=[FoundOut.of(each) for each in simulated.found[:limit]],
        )


def _session(session: Session) -> SessionOut:
    return SessionOut(date=session.on, session=session.half)

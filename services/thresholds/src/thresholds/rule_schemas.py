"""Bodies about rules: the catalogue, and the numbers a school has set. No rule of law."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from attendance.events import RuleTermsSet, Signatory, TermsPeriod
from attendance.rules import rule as catalogued
from attendance.rules.numbers import Sort, sorts_of
from attendance.rules.rule import About
from attendance.rules.setting import SetTerms, terms_in_force
from attendance.rules.terms import Terms, quoted
from pydantic import BeforeValidator, Field, StrictBool, StringConstraints
from servicekit.dates import Day
from servicekit.fields import PRINTABLE, By, Closed, Line, SignatoryIn, whole

from thresholds.alert_schemas import Rule
from thresholds.schemas import Position

LARGEST = 2**53  # beyond which not every JSON reader keeps a number whole

Whole = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST), BeforeValidator(whole)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE)]
Days = {"from": "first day whose sessions they judge", "to": "last such day; null: none is set"}


class SettableOut(Closed):
    """That a school or its authority may set a number, and how far."""

    meaning: str = Field(examples=["half-days of illness"])
    least: int | None = Field(description="of a count; null where it is none", examples=[10])
    most: int | None = Field(description="of a count; null where it is none", examples=[60])


class NumberOut(Closed):
    """A number that a rule is made of."""

    name: str = Field(examples=["sessions"])
    sort: Sort | None = Field(description="what it may be; null: nothing can take its place")
    unit: str | None = Field(description="what it counts", examples=["sessions with such a code"])
    settable: SettableOut | None = Field(description="null: it isn't for a school to set")


class TermsOut(Closed):
    """The numbers of a rule, as they stand between two days."""

    numbers: dict[str, Any] = Field(
        description="by name", examples=[{"sessions": 10, "school_weeks": 10}]
    )
    in_force_from: date = Field(description=Days["from"])
    in_force_to: date | None = Field(description=Days["to"])
    source: str = Field(
        description="the law or guidance, or who set them",
        examples=["Working together to improve school attendance, chapter 6"],
    )

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """Show terms."""
        days = {"in_force_from", "in_force_to"}
        return cls(
            numbers={name: value for name, value in quoted(terms).items() if name not in days},
            in_force_from=terms.in_force_from,
            in_force_to=terms.in_force_to,
            source=str(terms.source),
        )


class OutcomeOut(Closed):
    """What a person may decide on an alert of a rule."""

    outcome: str = Field(examples=["no-further-action"])
    meaning: str = Field(examples=["considered; nothing further is to be done"])
    closes: bool = Field(description="whether the alert is done with then")
    takes_notice: bool = Field(description="a penalty notice is to be given with it")
    may_postpone: bool = Field(description="a day may be given up to which nothing new is raised")


class RuleOut(Closed):
    """A rule that alerts are raised by."""

    rule: Rule
    title: str = Field(examples=["Penalty notice threshold"])
    met_when: str = Field(examples=["ten sessions were missed without leave in ten school weeks"])
    about: About
    told_to: str = Field(description="whom it is for", examples=["the school, to consider"])
    evidence: str = Field(
        description="what its alerts carry as proof", examples=["the sessions counted"]
    )
    numbers: list[NumberOut]
    terms: list[TermsOut] = Field(description="in order of the days they are in force")
    outcomes: list[OutcomeOut] = Field(description="what may be decided on its alerts")

    @classmethod
    def of(cls, rule: catalogued.Rule) -> Self:
        """Show a rule."""
        return cls(
            rule=rule.slug,
            title=rule.title,
            met_when=rule.met_when,
            about=rule.about,
            told_to=rule.told_to,
            evidence=rule.evidence,
            numbers=_numbers(rule),
            terms=[TermsOut.of(each) for each in rule.terms],
            outcomes=[
                OutcomeOut(
                    outcome=each.slug,
                    meaning=each.meaning,
                    closes=each.closes,
                    takes_notice=each.takes_notice,
                    may_postpone=each.may_postpone,
                )
                for each in rule.outcomes
            ],
        )


class RulesOut(Closed):
    """Every rule there is."""

    items: list[RuleOut]
    next: str | None = Field(default=None, description="always null: all of them are here")


class PeriodBody(Closed):
    """Numbers in the place of a rule's own, from day to day."""

    terms: dict[str, StrictBool | Whole | Text] = Field(
        max_length=20, description="by name; the others stay the rule's", examples=[{"weeks": 4}]
    )
    in_force_from: Day = Field(description=Days["from"], examples=["2026-09-01"])
    in_force_to: Day | None = Field(default=None, description=Days["to"])
    source: Line = Field(
        description="who set them, and where",
        examples=["Elmbridge Trust, attendance policy 2026"],
    )

    @classmethod
    def of(cls, period: TermsPeriod) -> Self:
        """Show a period."""
        ends = period.in_force_to
        return cls.model_validate(
            {
                "terms": dict(period.terms),
                "in_force_from": period.in_force_from.isoformat(),
                "in_force_to": None if ends is None else ends.isoformat(),
                "source": period.source,
            }
        )


class TermsIn(Closed):
    """The numbers a school is judged by under a rule, in place of any set before."""

    periods: list[PeriodBody] = Field(
        max_length=50, description="none crosses another; empty: the rule's own numbers again"
    )
    by: By

    def to_command(self, rule: str, by: Signatory | None) -> SetTerms:
        """Read it in the law's terms."""
        periods = tuple(TermsPeriod(**each.model_dump()) for each in self.periods)
        return SetTerms(rule=rule, periods=periods, by=by)


class SchoolTermsOut(Closed):
    """The numbers a school is judged by under a rule."""

    rule: Rule
    periods: list[PeriodBody] = Field(description="those set in the place of the rule's own")
    in_force: list[TermsOut] = Field(description="what follows, in order of the days")
    recorded_at: datetime | None = Field(description="UTC; null: nothing was ever set")
    by: SignatoryIn | None = Field(description="who set them; null: nothing was ever set")

    @classmethod
    def of(cls, rule: catalogued.Rule, stated: RuleTermsSet | None) -> Self:
        """Show what was set, and what follows."""
        periods: Sequence[TermsPeriod] = () if stated is None else stated.periods
        by = None if stated is None else stated.recorded_by
        return cls(
            rule=rule.slug,
            periods=[PeriodBody.of(each) for each in periods],
            in_force=[TermsOut.of(each) for each in terms_in_force(rule, periods)],
            recorded_at=None if stated is None else stated.recorded_at,
            by=None if by is None else SignatoryIn(name=by.name, position=by.position),
        )


class TermsPutOut(Closed):
    """Where the school's log stands."""

    position: Position


def _numbers(rule: catalogued.Rule) -> list[NumberOut]:
    sorts = sorts_of(rule.terms[-1])
    quoted_names = [name for name in quoted(rule.terms[-1]) if not name.startswith("in_force_")]
    names = list(dict.fromkeys([*quoted_names, *sorts]))
    return [
        NumberOut(
            name=name,
            sort=sorts.get(name),
            unit=rule.units.get(name),
            settable=_settable(rule, name),
        )
        for name in names
    ]


def _settable(rule: catalogued.Rule, name: str) -> SettableOut | None:
    bounds = rule.settable.get(name)
    if bounds is None:
        return None
    counts = sorts_of(rule.terms[-1]).get(name) is Sort.COUNT
    return SettableOut(
        meaning=bounds.meaning,
        least=bounds.least if counts else None,
        most=bounds.most if counts else None,
    )

"""The JSON of the numbers a school is judged by in the place of a rule's own."""

from datetime import date
from typing import Final

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    day,
    instant,
    read_day,
    read_instant,
    read_signatory,
    said,
    signatory,
)
from attendance.rule_events import RuleTermsSet, TermsPeriod


def _write_terms(event: RuleTermsSet) -> str:
    return compact(
        {
            "rule": event.rule,
            "periods": [_period(each) for each in event.periods],
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_terms(fields: Fields) -> RuleTermsSet:
    return RuleTermsSet(
        rule=fields["rule"],
        periods=tuple(_read_period(each) for each in fields["periods"]),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _period(period: TermsPeriod) -> Fields:
    return said(
        {
            "terms": dict(period.terms),
            "in_force_from": period.in_force_from.isoformat(),
            "in_force_to": day(period.in_force_to),
            "source": period.source,
        }
    )


def _read_period(fields: Fields) -> TermsPeriod:
    return TermsPeriod(
        terms=fields["terms"],
        in_force_from=date.fromisoformat(fields["in_force_from"]),
        in_force_to=read_day(fields.get("in_force_to")),
        source=fields["source"],
    )


FORMS: Final = (Form("RuleTermsSet.v1", RuleTermsSet, _write_terms, _read_terms),)

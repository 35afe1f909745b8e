"""The JSON of closures that nobody planned, and of a school's own rules for entries."""

from datetime import date
from typing import Final
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    day,
    instant,
    read_day,
    read_instant,
    read_recorder,
    read_session,
    read_signatory,
    said,
    session,
    signatory,
)
from attendance.codes import Code
from attendance.entry_rules import CodeRequirement, EntryRules, Requirement, Subcode
from attendance.events import ClosureReversed, EntryRulesPublished, UnplannedClosure


def _write_closure(event: UnplannedClosure) -> str:
    return compact(
        {
            "closure": str(event.closure),
            "closed_sessions": [session(each) for each in event.sessions],
            "group": event.group,
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_closure(fields: Fields) -> UnplannedClosure:
    return UnplannedClosure(
        closure=UUID(fields["closure"]),
        sessions=tuple(read_session(each) for each in fields["closed_sessions"]),
        group=fields.get("group"),
        reason=fields["reason"],
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _write_reversal(event: ClosureReversed) -> str:
    return compact(
        {
            "closure": str(event.closure),
            "reason": event.reason,
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_reversal(fields: Fields) -> ClosureReversed:
    return ClosureReversed(
        closure=UUID(fields["closure"]),
        reason=fields["reason"],
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _write_rules(event: EntryRulesPublished) -> str:
    return compact(
        {
            "subcodes": [
                said(
                    {
                        "subcode": each.subcode,
                        "code": each.code.value,
                        **_days(each.in_force_from, each.in_force_to),
                    }
                )
                for each in event.rules.subcodes
            ],
            "requirements": [
                said(
                    {
                        "code": each.code.value,
                        "requirement": each.requirement.value,
                        **_days(each.in_force_from, each.in_force_to),
                    }
                )
                for each in event.rules.requirements
            ],
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _days(first: date, last: date | None) -> Fields:
    return {"in_force_from": str(first), "in_force_to": day(last)}


def _read_rules(fields: Fields) -> EntryRulesPublished:
    return EntryRulesPublished(
        rules=EntryRules(
            subcodes=tuple(
                Subcode(subcode=each["subcode"], code=Code(each["code"]), **_read_days(each))
                for each in fields["subcodes"]
            ),
            requirements=tuple(
                CodeRequirement(
                    code=Code(each["code"]),
                    requirement=Requirement(each["requirement"]),
                    **_read_days(each),
                )
                for each in fields["requirements"]
            ),
        ),
        recorded_by=read_recorder(fields),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _read_days(fields: Fields) -> Fields:
    return {
        "in_force_from": date.fromisoformat(fields["in_force_from"]),
        "in_force_to": read_day(fields.get("in_force_to")),
    }


FORMS: Final = (
    Form("UnplannedClosure.v1", UnplannedClosure, _write_closure, _read_closure),
    Form("ClosureReversed.v1", ClosureReversed, _write_reversal, _read_reversal),
    Form("EntryRulesPublished.v1", EntryRulesPublished, _write_rules, _read_rules),
)

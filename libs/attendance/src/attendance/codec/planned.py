"""The JSON fields of what an absence plan plans, kind by kind."""

from datetime import date

from attendance.codec.form import (
    Fields,
    day,
    read_day,
    read_session,
    read_signatory,
    session,
    signatory,
)
from attendance.codes import Code
from attendance.identifiers import Urn
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Illness,
    Leave,
    PartTimeTimetable,
    Pattern,
    PlannedAbsence,
    Relationship,
    Requester,
    Weekday,
    in_week,
)
from attendance.session import Half, Session


def written(planned: PlannedAbsence) -> Fields:
    """Write what was planned as fields that stand in the event; None where there is none."""
    match planned:
        case Leave():
            return _leave(planned)
        case PartTimeTimetable():
            return _timetable(planned)
        case Exclusion():
            return {
                "exclusion": planned.exclusion.value,
                "starts": session(planned.starts),
                "ends": _end(planned.ends),
                "reason": planned.reason,
            }
        case Illness():
            return {
                "starts": session(planned.starts),
                "expected_return": day(planned.expected_return),
                "medical_evidence_seen": planned.medical_evidence_seen,
            }
        case DualRegistration():
            return {
                "other_school": planned.other_school,
                "main": planned.main,
                "starts": session(planned.starts),
                "ends": _end(planned.ends),
                "pattern": _pattern(planned.pattern),
            }
        case _:
            return _activity(planned)


def read_leave(fields: Fields) -> Leave:
    """Read leave of absence as it was asked for."""
    asked = fields["requested_by"]
    return Leave(
        purpose=LeavePurpose(fields["purpose"]),
        starts=read_session(fields["starts"]),
        ends=read_session(fields["ends"]),
        requested_by=Requester(asked["name"], Relationship(asked["relationship"])),
        requested_on=date.fromisoformat(fields["requested_on"]),
        reason=fields["reason"],
        evidence_shown=fields.get("evidence_shown"),
    )


def read_timetable(fields: Fields) -> PartTimeTimetable:
    """Read a part-time timetable."""
    return PartTimeTimetable(
        starts=read_session(fields["starts"]),
        ends=read_session(fields["ends"]),
        pattern=_read_pattern(fields["pattern"]),
        agreed_with=fields["agreed_with"],
        agreed_on=date.fromisoformat(fields["agreed_on"]),
        authorised_by=read_signatory(fields["authorised_by"]),
        reviews_on=tuple(date.fromisoformat(each) for each in fields["reviews_on"]),
        reason=fields["reason"],
    )


def read_exclusion(fields: Fields) -> Exclusion:
    """Read a suspension or permanent exclusion."""
    return Exclusion(
        exclusion=ExclusionKind(fields["exclusion"]),
        starts=read_session(fields["starts"]),
        ends=_read_end(fields),
        reason=fields["reason"],
    )


def read_illness(fields: Fields) -> Illness:
    """Read an illness as it was reported."""
    return Illness(
        starts=read_session(fields["starts"]),
        expected_return=read_day(fields.get("expected_return")),
        medical_evidence_seen=fields["medical_evidence_seen"],
    )


def read_registration(fields: Fields) -> DualRegistration:
    """Read a registration at another school."""
    return DualRegistration(
        other_school=Urn(fields["other_school"]),
        main=fields["main"],
        starts=read_session(fields["starts"]),
        ends=_read_end(fields),
        pattern=_read_pattern(fields["pattern"]),
    )


def read_activity(fields: Fields) -> Activity:
    """Read an educational activity off the site."""
    return Activity(
        code=Code(fields["code"]),
        nature=fields["nature"],
        place=fields["place"],
        supervisor=fields.get("supervisor"),
        provider=fields.get("provider"),
        starts=read_session(fields["starts"]),
        ends=_read_end(fields),
        pattern=_read_pattern(fields["pattern"]),
    )


def _leave(planned: Leave) -> Fields:
    return {
        "purpose": planned.purpose.value,
        "starts": session(planned.starts),
        "ends": session(planned.ends),
        "requested_by": {
            "name": planned.requested_by.name,
            "relationship": planned.requested_by.relationship.value,
        },
        "requested_on": planned.requested_on.isoformat(),
        "reason": planned.reason,
        "evidence_shown": planned.evidence_shown,
    }


def _timetable(planned: PartTimeTimetable) -> Fields:
    return {
        "starts": session(planned.starts),
        "ends": session(planned.ends),
        "pattern": _pattern(planned.pattern),
        "agreed_with": planned.agreed_with,
        "agreed_on": planned.agreed_on.isoformat(),
        "authorised_by": signatory(planned.authorised_by),
        "reviews_on": [each.isoformat() for each in planned.reviews_on],
        "reason": planned.reason,
    }


def _activity(planned: Activity) -> Fields:
    return {
        "code": planned.code.value,
        "nature": planned.nature,
        "place": planned.place,
        "supervisor": planned.supervisor,
        "provider": planned.provider,
        "starts": session(planned.starts),
        "ends": _end(planned.ends),
        "pattern": _pattern(planned.pattern),
    }


def _end(ends: Session | None) -> Fields | None:
    return None if ends is None else session(ends)


def _read_end(fields: Fields) -> Session | None:
    return read_session(fields["ends"]) if "ends" in fields else None


def _pattern(pattern: Pattern) -> list[Fields]:
    return [{"weekday": day.value, "session": half.value} for day, half in in_week(pattern)]


def _read_pattern(fields: list[Fields]) -> Pattern:
    return frozenset((Weekday(each["weekday"]).number, Half(each["session"])) for each in fields)

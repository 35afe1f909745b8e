"""The JSON of a school's details and calendars."""

from datetime import date, time
from typing import Final

from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codec.form import (
    Fields,
    Form,
    compact,
    instant,
    read_instant,
    read_recorder,
    said,
    signatory,
)
from attendance.events import (
    CalendarPublished,
    Phase,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    SessionTimes,
)
from attendance.identifiers import AcademicYear, LaCode
from attendance.session import Half


def _write_details(event: SchoolRegistered | SchoolDetailsChanged) -> str:
    details = event.details
    return compact(
        {
            "name": details.name,
            "la_code": details.la_code,
            "phase": details.phase.value,
            "trust": details.trust,
            "sessions": {
                half.value: {"starts": _clock(times.starts), "closes": _clock(times.closes)}
                for half, times in sorted(details.times.items())
            },
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _clock(at: time) -> str:
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")


def _read_details(fields: Fields) -> SchoolDetails:
    return SchoolDetails(
        name=fields["name"],
        la_code=LaCode(fields["la_code"]),
        phase=Phase(fields["phase"]),
        trust=fields.get("trust"),
        times={
            Half(half): SessionTimes(
                time.fromisoformat(times["starts"]), time.fromisoformat(times["closes"])
            )
            for half, times in fields["sessions"].items()
        },
    )


def _read_registered(fields: Fields) -> SchoolRegistered:
    return SchoolRegistered(
        details=_read_details(fields),
        recorded_by=read_recorder(fields),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _read_changed(fields: Fields) -> SchoolDetailsChanged:
    return SchoolDetailsChanged(
        details=_read_details(fields),
        recorded_by=read_recorder(fields),
        recorded_at=read_instant(fields["recorded_at"]),
    )


def _write_calendar(event: CalendarPublished) -> str:
    return compact(
        {
            "year": event.calendar.year,
            "half_terms": [
                {"name": each.name, "starts": str(each.starts), "ends": str(each.ends)}
                for each in event.calendar.half_terms
            ],
            "closures": [
                said(
                    {
                        "date": str(each.on),
                        "reason": each.reason,
                        "session": each.half,
                        "year_groups": each.year_groups or None,
                    }
                )
                for each in event.calendar.closures
            ],
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
        }
    )


def _read_calendar(fields: Fields) -> CalendarPublished:
    half_terms = tuple(
        HalfTerm(each["name"], date.fromisoformat(each["starts"]), date.fromisoformat(each["ends"]))
        for each in fields["half_terms"]
    )
    closures = tuple(
        Closure(
            date.fromisoformat(each["date"]),
            each["reason"],
            Half(each["session"]) if "session" in each else None,
            tuple(each.get("year_groups", ())),
        )
        for each in fields["closures"]
    )
    return CalendarPublished(
        calendar=CalendarYear(AcademicYear(fields["year"]), half_terms, closures),
        recorded_by=read_recorder(fields),
        recorded_at=read_instant(fields["recorded_at"]),
    )


FORMS: Final = (
    Form("SchoolRegistered.v1", SchoolRegistered, _write_details, _read_registered),
    Form("SchoolDetailsChanged.v1", SchoolDetailsChanged, _write_details, _read_changed),
    Form("CalendarPublished.v1", CalendarPublished, _write_calendar, _read_calendar),
)

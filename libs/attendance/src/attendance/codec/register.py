"""The JSON of the attendance register's entries.

Marks are by far most of any log, written and read by the thousand a second: they are written by
hand, string by string, and read without reflection.
"""

from json.encoder import encode_basestring
from typing import Final
from uuid import UUID

from attendance.codec.form import (
    Fields,
    Form,
    compact,
    instant,
    read_instant,
    read_session,
    read_signatory,
    said,
    session,
    signatory,
)
from attendance.codes import Code
from attendance.events import Amendment, Mark, MarksAmended, MarksRecorded
from attendance.identifiers import PupilId

CODES: Final[dict[str, Code]] = {code.value: code for code in Code}
QUOTED: Final[dict[Code, str]] = {code: encode_basestring(code.value) for code in Code}


def _write_recorded(event: MarksRecorded) -> str:
    head = compact({**session(event.session), "group": event.group})
    marks = ",".join([_write_mark(mark) for mark in event.marks])
    tail = compact(
        {
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
            "closure": _closure(event),
        }
    )
    return f'{head[:-1]},"marks":[{marks}],{tail[1:]}'


def _write_mark(mark: Mark) -> str:
    pupil, code, minutes_late, detail, raw_code = mark
    written = f'{{"pupil":{encode_basestring(pupil)},"code":{QUOTED[code]}'
    if minutes_late is not None:
        written = f'{written},"minutes_late":{minutes_late}'
    if detail is not None:
        written = f'{written},"detail":{encode_basestring(detail)}'
    if raw_code is not None:
        written = f'{written},"raw_code":{encode_basestring(raw_code)}'
    return f"{written}}}"


def _read_recorded(fields: Fields) -> MarksRecorded:
    return MarksRecorded(
        session=read_session(fields),
        group=fields.get("group"),
        marks=tuple(
            [
                # Most marks are a pupil and a code; tuple.__new__ spares them a call in Python.
                tuple.__new__(Mark, (mark["pupil"], CODES[mark["code"]], None, None, None))
                if len(mark) == 2
                else _read_mark(mark)
                for mark in fields["marks"]
            ]
        ),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
        closure=_read_closure(fields),
    )


def _closure(event: MarksRecorded | MarksAmended) -> str | None:
    return None if event.closure is None else str(event.closure)


def _read_closure(fields: Fields) -> UUID | None:
    return UUID(fields["closure"]) if "closure" in fields else None


def _read_mark(fields: Fields) -> Mark:
    return Mark(
        pupil=PupilId(fields["pupil"]),
        code=CODES[fields["code"]],
        minutes_late=fields.get("minutes_late"),
        detail=fields.get("detail"),
        raw_code=fields.get("raw_code"),
    )


def _write_amended(event: MarksAmended) -> str:
    return compact(
        {
            **session(event.session),
            "amendments": [_amendment(amendment) for amendment in event.amendments],
            "recorded_by": signatory(event.recorded_by),
            "recorded_at": instant(event.recorded_at),
            "closure": _closure(event),
        }
    )


def _amendment(amendment: Amendment) -> Fields:
    return said(
        {
            "pupil": amendment.pupil,
            "original": amendment.original.value,
            "amended": amendment.amended.value,
            "reason": amendment.reason,
            "minutes_late": amendment.minutes_late,
            "detail": amendment.detail,
            "raw_code": amendment.raw_code,
        }
    )


def _read_amended(fields: Fields) -> MarksAmended:
    return MarksAmended(
        session=read_session(fields),
        amendments=tuple(_read_amendment(each) for each in fields["amendments"]),
        recorded_by=read_signatory(fields["recorded_by"]),
        recorded_at=read_instant(fields["recorded_at"]),
        closure=_read_closure(fields),
    )


def _read_amendment(fields: Fields) -> Amendment:
    return Amendment(
        pupil=PupilId(fields["pupil"]),
        original=CODES[fields["original"]],
        amended=CODES[fields["amended"]],
        reason=fields["reason"],
        minutes_late=fields.get("minutes_late"),
        detail=fields.get("detail"),
        raw_code=fields.get("raw_code"),
    )


FORMS: Final = (
    Form("MarksRecorded.v1", MarksRecorded, _write_recorded, _read_recorded),
    Form("MarksAmended.v1", MarksAmended, _write_amended, _read_amended),
)

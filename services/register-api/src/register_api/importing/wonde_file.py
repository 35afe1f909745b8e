"""Reads JSON shaped as Wonde's session attendance, as it comes in: a list of records, or `data`.

A record has `student`, `date`, `session`, `attendance_code`, and may have `comment` and
`minutes_late`; what else Wonde puts there is passed by. Holds one record at a time, never more.

Source: the readme of wondeltd/php-client, session attendance; the embedded forms are recalled.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import ijson  # type: ignore[import-untyped]  # it ships no types

from register_api.importing.records import Records, TooDeep
from register_api.importing.refused import FileUnreadable, unreadable
from register_api.importing.rows import LONGEST_ROW, RowRead, minutes_of, read_row
from register_api.importing.surrogates import Escapes

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

# Our names for what a problem points at, as the file says them.
FIELD_NAMES: Final = {"pupil": "student", "code": "attendance_code", "detail": "comment"}

BROKEN: Final = "This is no JSON, or no record of attendance: see after record {}."


class WondeFile:
    """An upload of Wonde-shaped JSON, read part by part."""

    def __init__(self) -> None:
        self._begins = b""  # of the file, until it can't be a byte order mark any more
        self._begun = False
        self._events = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events, use_float=True)
        self._escapes = Escapes()
        self._records = Records()
        self._count = 0
        self._since = 0  # bytes since a record was complete

    def feed(self, part: bytes) -> Iterator[RowRead]:
        """Read the records that a part completes.

        Raises:
            FileUnreadable: it is no JSON from here on.
        """
        if not self._begun:
            part = self._begins + part
            if BYTE_ORDER_MARK.startswith(part):
                self._begins = part
                return
            part, self._begun = part.removeprefix(BYTE_ORDER_MARK), True
        if self._escapes.broken_by(part):
            raise self._broken()
        records = self._parsed(part)
        self._since = 0 if records else self._since + len(part)
        if self._since > LONGEST_ROW:
            raise self._broken()
        yield from self._rows(records)

    def finish(self) -> Iterator[RowRead]:
        """See that the file ended where JSON may end.

        Raises:
            FileUnreadable: it didn't.
        """
        yield from self._rows(self._parsed(None))
        if self._escapes.left_open:
            raise self._broken()

    def _parsed(self, part: bytes | None) -> list[Any]:
        """Parse a part, or the end when there is none left."""
        try:
            if part is None:
                self._parser.close()
            else:
                self._parser.send(part)
        except (ijson.JSONError, ValueError):
            self._count += len(self._completed())  # up to the break, so that it can be found
            raise self._broken() from None
        return self._completed()

    def _completed(self) -> list[Any]:
        try:
            return self._records.take(self._events)
        except TooDeep:
            raise self._broken() from None
        finally:
            self._events.clear()

    def _rows(self, records: Sequence[Any]) -> Iterator[RowRead]:
        for record in records:
            self._count += 1
            yield read_row(self._count, fields_of(record) if isinstance(record, dict) else {})

    def _broken(self) -> FileUnreadable:
        return unreadable("json-unreadable", BROKEN.format(self._count))


def fields_of(record: Mapping[str, Any]) -> dict[str, object]:
    """Find our fields in a record.

    Of an embedded student it is the MIS's own identifier that counts, where there is one: that is
    what the school calls the pupil here. Wonde's own will do where the roll was filled with it.
    """
    said = {
        "date": _day(record.get("date")),
        "session": record.get("session"),
        "pupil": _named(record.get("student", record.get("student_id")), "mis_id", "id"),
        "code": _named(record.get("attendance_code"), "code"),
        "minutes_late": minutes_of(record.get("minutes_late")),
        "detail": record.get("comment"),
        "group": record.get("group"),
    }
    return {name: value for name, value in said.items() if value is not None and value != ""}


def _named(said: object, *names: str) -> object:
    """Take a value, or the first of some fields of the object that stands for it."""
    if isinstance(said, Mapping) and isinstance(said.get("data"), Mapping):
        said = said["data"]
    if isinstance(said, Mapping):
        return next((said[name] for name in names if said.get(name)), None)
    return said


def _day(said: object) -> object:
    """Take a date, or the day of the instant that Wonde writes: midnight of the school's own."""
    if isinstance(said, Mapping):
        said = said.get("date")
    return said.partition(" ")[0] if isinstance(said, str) else said

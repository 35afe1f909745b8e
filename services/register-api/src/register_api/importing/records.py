"""Puts the records of a JSON file together from the events of a parser. Knows no field.

ijson would do it, but names the path of every value on its way: of a file of nothing but opening
brackets it makes gigabytes. Here depth has an end.
"""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Event: TypeAlias = tuple[str, Any]

MAP: Final = "start_map"
STARTS: Final = {MAP: dict, "start_array": list}
ENDS: Final = ("end_map", "end_array")
# What a record may lie in: the list that the file is, or the list that is the `data` of an object.
LISTS: Final = ([("start_array", None)], [(MAP, None), ("start_array", "data")])
DEEPEST: Final = 20


class TooDeep(Exception):
    """Lists and objects are nested deeper than any record's."""


class Records:
    """The records of a file, as its events come in."""

    def __init__(self) -> None:
        self._outside: list[tuple[str, str | None]] = []  # opened around the records, under a key
        self._inside: list[Any] = []  # opened in a record, itself the first
        self._key: str | None = None
        self._found: list[Any] = []

    def take(self, events: Iterable[Event]) -> list[Any]:
        """Take events and give the records they complete.

        Raises:
            TooDeep: no record is nested so.
        """
        for kind, value in events:
            if kind == "map_key":
                self._key = value
            elif kind in STARTS:
                self._start(kind)
            elif kind in ENDS:
                self._end()
            else:
                self._put(value)
        found, self._found = self._found, []
        return found

    def _start(self, kind: str) -> None:
        if len(self._outside) + len(self._inside) >= DEEPEST:
            raise TooDeep
        if not self._inside and self._outside not in LISTS:
            self._outside.append((kind, self._key))
            return
        opened = STARTS[kind]()
        if self._inside:
            self._put(opened)
        self._inside.append(opened)

    def _end(self) -> None:
        if not self._inside:
            self._outside.pop()
            return
        ended = self._inside.pop()
        if not self._inside:
            self._found.append(ended)

    def _put(self, value: object) -> None:
        """Put a value where it belongs; outside the records it belongs nowhere."""
        if self._inside:
            into = self._inside[-1]
            if isinstance(into, dict):
                into[self._key] = value
            else:
                into.append(value)
        elif self._outside in LISTS:
            self._found.append(value)

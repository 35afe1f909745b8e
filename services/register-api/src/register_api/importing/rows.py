"""One row of an imported file, whatever the file's form: what it must look like. No rule of law."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from attendance.session import Half, Session
from pydantic import Field, StringConstraints, ValidationError
from servicekit.dates import Day, WallTime
from servicekit.fields import PRINTABLE, Closed, Line, PupilField

from register_api.schemas.requests import Detail, MinutesLate

LONGEST_ROW: Final = 128 * 1024  # characters: far over what any row's fields may hold

# What is wrong with a field that isn't of its form; one that isn't there is `field-missing`.
FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "date": ("date-format", "Write a date as 2026-11-20."),
    "session": ("session-format", "Write AM or PM."),
    "pupil": ("pupil-format", "An identifier is 1 to 64 letters, digits, dots, hyphens or _."),
    "code": ("unknown-code", "This is no attendance code."),
    "minutes_late": ("minutes-late-format", "Write whole minutes, 0 to 600."),
    "arrived_at": ("arrived-at-format", "Write a time on the school's clock as 09:10."),
    "detail": ("detail-format", "At most 2,000 characters, on one line."),
    "group": ("group-format", "At most 200 characters, on one line."),
}
REQUIRED: Final = ("date", "session", "pupil", "code")
FIELDS: Final = tuple(FORMS)
PLACE: Final = ("date", "session", "group")  # what says which register a row belongs to
UNREADABLE: Final = "There is no date, session, pupil or code to be read here."


class EntryRow(Closed):
    """A row of the right form: one pupil's original entry for one session."""

    date: Day
    session: Half
    pupil: PupilField
    code: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTABLE)]
    minutes_late: MinutesLate | None = None
    arrived_at: WallTime | None = None
    detail: Detail | None = None
    group: Annotated[Line | None, Field(description="registration group")] = None


@dataclass(frozen=True, slots=True)
class Place:
    """Which register: one act of taking it, for one session."""

    session: Session
    group: str | None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: where, by which slug, and what to do. Nothing of what it holds."""

    line: int
    field: str
    code: str
    detail: str
    session: Session | None  # whose register it keeps from being stored, where that can be told


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row on its way into its register; `entry` is None when it can't be read."""

    line: int
    place: Place
    entry: EntryRow | None


@dataclass(frozen=True, slots=True)
class RowRead:
    """What became of one row: staged, with problems, or both."""

    staged: StagedRow | None
    problems: tuple[RowProblem, ...] = ()


def read_row(line: int, fields: Mapping[str, object], *, whole: bool = True) -> RowRead:
    """Judge the form of one row.

    Args:
        fields: by our names; one without a value is left out.
        whole: false when the file gave the row too many fields or too few, which is a problem of
            its own: what it says may be another field's.
    """
    try:
        entry = EntryRow.model_validate(fields)
    except ValidationError as invalid:
        wrong = {str(error["loc"][0]) for error in invalid.errors(include_input=False)}
    else:
        if whole:
            return RowRead(
                StagedRow(line, Place(Session(entry.date, entry.session), entry.group), entry)
            )
        wrong = set()
    if wrong.issuperset(REQUIRED):
        return RowRead(None, (RowProblem(line, "", "row-unreadable", UNREADABLE, None),))
    place = None if wrong.intersection(PLACE) else _place(fields)
    staged = None if place is None else StagedRow(line, place, None)
    session = None if place is None else place.session
    return RowRead(staged, tuple(_problems(line, fields, wrong, session, whole=whole)))


def minutes_of(said: object) -> object:
    """Read minutes written as digits; anything else is left for its form to be judged."""
    if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) <= 3:
        return int(said)
    return said


def _place(fields: Mapping[str, object]) -> Place:
    """Read the register of a row that is wrong elsewhere."""
    stand_in = {"pupil": "p", "code": "/"}
    right = {name: fields[name] for name in PLACE if name in fields}
    entry = EntryRow.model_validate({**stand_in, **right})
    return Place(Session(entry.date, entry.session), entry.group)


def _problems(
    line: int,
    fields: Mapping[str, object],
    wrong: set[str],
    session: Session | None,
    *,
    whole: bool,
) -> Iterator[RowProblem]:
    if not whole:
        detail = "This row has more or fewer fields than the header."
        yield RowProblem(line, "", "fields-not-as-header", detail, session)
    for name in FIELDS:
        if name in wrong and name not in fields:
            yield RowProblem(line, name, "field-missing", "This is needed in every row.", session)
        elif name in wrong:
            yield RowProblem(line, name, *FORMS[name], session)

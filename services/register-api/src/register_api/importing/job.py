"""An import as a job: what was sent, how far it has come, what one step did. Values only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from attendance.events import Signatory
from eventlog import SchoolId

# Of one register, in the order they are worked off: date, half and group, "" for none.
RegisterKey: TypeAlias = tuple[date, str, str]

PROBLEMS_KEPT: Final = 10_000  # of a job; a file has millions of rows, and each may be wrong


class ImportStatus(StrEnum):
    """Where a job stands."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FileForm(StrEnum):
    """What a file is."""

    CSV = "csv"
    WONDE = "wonde"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What an upload says before its rows: whose it is, under which command."""

    school: SchoolId
    command: UUID
    form: FileForm
    by: Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """A file of entries that was sent, and how far it has come."""

    number: int  # ours, in the order they began; `id` is everybody's
    id: UUID
    school: SchoolId
    said: bytes | None  # None until all of it has come in
    form: FileForm
    status: ImportStatus
    by: Signatory
    row_count: int
    rows_done: int
    registers_stored: int
    registers_refused: int
    marks_recorded: int
    marks_unchanged: int
    problem_count: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    reached: RegisterKey  # no register up to this one has a row to be worked off


@dataclass(slots=True, kw_only=True)
class Step:
    """What working on some registers did."""

    rows: int = 0
    registers_stored: int = 0
    registers_refused: int = 0
    marks_recorded: int = 0
    marks_unchanged: int = 0
    problems: int = 0

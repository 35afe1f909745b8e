"""Bodies of imports: what a file may look like, how far a job has come, what is wrong with rows."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from urllib.parse import unquote
from uuid import UUID

from attendance.session import Half
from fastapi import Header, Path
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from servicekit.fields import Closed, Line, SignatoryIn

from register_api.importing.job import FileForm, ImportJob, ImportStatus
from register_api.importing.rows import RowProblem
from register_api.importing.wonde_file import FIELD_NAMES
from register_api.schemas.queries import Cursor, Limit


def unescaped(sent: object) -> object:
    """Read a header that may hold any letter, percent-encoded as in a URL."""
    try:
        if isinstance(sent, str) and sent.isascii():
            return unquote(sent, errors="strict")
    except UnicodeDecodeError:
        pass
    raise PydanticCustomError("percent-encoding", "Write other letters than ASCII's as %C3%A9")


ImportId = Annotated[
    UUID,
    Path(
        alias="id",
        description="the import, as its upload was answered",
        examples=["5f1c7a52-6f0e-4d3c-9a44-0f5f1b6f2a10"],
    ),
]
ByName = Annotated[
    Line | None,
    BeforeValidator(unescaped),
    Header(
        description="full name of the person who answers for the entries, percent-encoded UTF-8; "
        "defaults to the person the token is for",
        examples=["A. Smith"],
    ),
]
ByPosition = Annotated[
    Line | None,
    BeforeValidator(unescaped),
    Header(
        description="their position or title, percent-encoded UTF-8",
        examples=["Attendance Officer"],
    ),
]

CSV: Final = "text/csv"
JSON: Final = "application/json"
FORMS: Final = {CSV: FileForm.CSV, JSON: FileForm.WONDE}

FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Entries in any order, in UTF-8; up to 1 GiB unless the server says less.",
        "content": {
            CSV: {
                "schema": {
                    "type": "string",
                    "description": "RFC 4180 with a header: `date`, `session`, `pupil` and `code`, "
                    "and where wanted `minutes_late`, `arrived_at`, `detail` and `group`, in any "
                    "order.",
                },
                "example": "date,session,pupil,code,minutes_late,detail,group\r\n"
                "2026-11-20,AM,p0421,L,10,,7B\r\n",
            },
            JSON: {
                "schema": {
                    "type": "array",
                    "description": "Records as Wonde's session attendance has them; also accepted "
                    "as the `data` of an object.",
                    "items": {
                        "type": "object",
                        "required": ["student", "date", "session", "attendance_code"],
                        "properties": {
                            "student": {
                                "type": "string",
                                "description": "the school's own identifier of the pupil, or an "
                                "embedded student with a `mis_id`, or else an `id`",
                            },
                            "date": {"type": "string", "format": "date"},
                            "session": {"type": "string", "enum": ["AM", "PM"]},
                            "attendance_code": {
                                "type": "string",
                                "description": "a national code, or an embedded one with a `code`",
                            },
                            "comment": {"type": ["string", "null"]},
                            "minutes_late": {"type": ["integer", "null"]},
                        },
                    },
                },
                "example": [
                    {
                        "student": "p0421",
                        "date": "2026-11-20",
                        "session": "AM",
                        "attendance_code": "L",
                        "comment": None,
                        "minutes_late": 10,
                    }
                ],
            },
        },
    }
}


class ImportsQuery(Closed):
    """Which imports."""

    limit: Limit = 100
    cursor: Cursor = None


class ImportProblemsQuery(Closed):
    """Which problems of an import."""

    limit: Limit = 1000
    cursor: Cursor = None


class ImportOut(Closed):
    """An import as a job, and how far it has come."""

    id: UUID
    status: ImportStatus = Field(
        description="`receiving` its file, `queued` or `running`; at its end `finished`, "
        "`cancelled`, or `failed` for a fault here"
    )
    form: FileForm = Field(description="what the file is: our CSV, or Wonde-shaped JSON")
    by: SignatoryIn
    rows: int = Field(description="rows of the file, so far while it is received", examples=[60000])
    rows_done: int = Field(description="rows that are dealt with", examples=[30000])
    registers_stored: int = Field(
        description="registers that are stored, or were entered already", examples=[1000]
    )
    registers_refused: int = Field(
        description="registers of which nothing was stored: see the problems", examples=[1]
    )
    marks_recorded: int = Field(description="entries made", examples=[29940])
    marks_unchanged: int = Field(
        description="rows that say what the register said already", examples=[30]
    )
    problems: int = Field(
        description="problems with rows; the first 10,000 of them are listed", examples=[2]
    )
    created_at: datetime
    started_at: datetime | None = Field(description="null until a worker has begun")
    finished_at: datetime | None = Field(description="null until the end; kept 30 days from then")

    @classmethod
    def of(cls, job: ImportJob) -> "ImportOut":
        """Show a job."""
        return cls(
            id=job.id,
            status=job.status,
            form=job.form,
            by=SignatoryIn(name=job.by.name, position=job.by.position),
            rows=job.row_count,
            rows_done=job.rows_done,
            registers_stored=job.registers_stored,
            registers_refused=job.registers_refused,
            marks_recorded=job.marks_recorded,
            marks_unchanged=job.marks_unchanged,
            problems=job.problem_count,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class ImportsOut(Closed):
    """A page of a school's imports, newest first."""

    items: list[ImportOut]
    next: str | None = Field(description="cursor of the next page; null at the end")


class ImportProblemOut(Closed):
    """What is wrong with a row, and the register that wasn't stored for it. Repeats no row."""

    line: int = Field(
        description="line of the file, the header's being 1; in JSON the record, the first being 1",
        examples=[17],
    )
    field: str = Field(description="as the file calls it; empty for the row", examples=["code"])
    code: str = Field(description="the refusal, by its slug", examples=["unknown-code"])
    detail: str = Field(
        description="what is wrong and what to do", examples=["This is no attendance code."]
    )
    date: Annotated[date | None, Field(description="the register's; null if it can't be told")]
    session: Half | None

    @classmethod
    def of(cls, problem: RowProblem, form: FileForm) -> "ImportProblemOut":
        """Show a problem in the words of the file."""
        names = FIELD_NAMES if form is FileForm.WONDE else {}
        return cls(
            line=problem.line,
            field=names.get(problem.field, problem.field),
            code=problem.code,
            detail=problem.detail,
            date=problem.session.on if problem.session else None,
            session=problem.session.half if problem.session else None,
        )


class ImportProblemsOut(Closed):
    """A page of an import's problems, in the order of the file."""

    items: list[ImportProblemOut]
    next: str | None = Field(description="cursor of the next page; null at the end")

"""Reads a file of the Department's published figures. Holds no SQL and opens no file.

Taken whole or not at all: half of one would pass for the year. A cell may be suppressed, and is no
number then.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final, Literal, Self

from attendance.codes import Code
from attendance.rules.figures import PLACES
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from thresholds.benchmarks.published import Benchmark, Level, PublishedPhase
from thresholds.errors import BenchmarksRefused

SESSIONS_OF: Final[Mapping[str, Code]] = {
    "reason_present_am": Code.PRESENT_AM,
    "reason_present_pm": Code.PRESENT_PM,
    "reason_l_present_late_before_registers_closed": Code.L,
    "reason_i_authorised_illness": Code.I,
    "reason_m_authorised_medical_dental": Code.M,
    "reason_r_authorised_religious_observance": Code.R,
    "reason_s_authorised_study_leave": Code.S,
    "reason_t_authorised_mobile_child": Code.T,
    "reason_h_authorised_holiday": Code.H,  # abolished in 2024, still sent by a few schools
    "reason_e_authorised_excluded": Code.E,
    "reason_c_authorised_other": Code.C,
    "reason_c1_authorised_regulated_performance": Code.C1,
    "reason_c2_authorised_temp_reduced_timetable": Code.C2,
    "reason_j1_authorised_interview": Code.J1,
    "reason_b_aea_education_off_site": Code.B,
    "reason_j_aea_interview": Code.J,  # likewise
    "reason_p_aea_approved_sporting_activity": Code.P,
    "reason_v_aea_educational_visit_trip": Code.V,
    "reason_w_aea_work_experience": Code.W,
    "reason_k_aea_education_arranged_by_la": Code.K,
    "reason_g_unauthorised_holiday": Code.G,
    "reason_u_unauthorised_late_after_registers_closed": Code.U,
    "reason_o_other_unauthorised": Code.O,
    "reason_n_no_reason_yet": Code.N,
}
"""The columns with the sessions of a code."""

WRONG: Final = "value_error"  # as pydantic calls it; only the words are shown
SUPPRESSED: Final = frozenset({"c", "k", "low", "u", "x", "z"})
PERCENTAGE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,30})?(e-[0-9]{1,2})?")


def _counted(cell: str | None) -> int | None:
    if cell in SUPPRESSED:
        return None
    if not (cell and cell.isascii() and cell.isdigit()):
        raise PydanticCustomError(WRONG, "this is neither a whole number nor suppressed")
    return int(cell)


def _percentage(cell: str | None) -> str | None:
    if cell in SUPPRESSED:
        return None
    if not (cell and PERCENTAGE.fullmatch(cell)):
        raise PydanticCustomError(WRONG, "this is neither a percentage nor suppressed")
    return f"{Decimal(cell).quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)}"


Count = Annotated[int | None, BeforeValidator(_counted)]
Percentage = Annotated[str | None, BeforeValidator(_percentage)]


class _Line(BaseModel):
    """The columns of a line that are read; `pydantic` words what is wrong with one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    time_period: str = Field(pattern=r"^20[0-9]{4}$")
    time_identifier: str = Field(min_length=1)
    geographic_level: Literal["National", "Regional", "Local authority"]
    education_phase: Literal["Primary", "Secondary", "Special", "Total"]
    country_code: str
    country_name: str
    region_code: str
    region_name: str
    old_la_code: str = Field(pattern=r"^([0-9]{3})?$")
    la_name: str
    possible_sessions: Count
    overall_attendance: Count
    authorised_absence: Count
    unauthorised_absence: Count
    late_sessions: Count
    pa_perc: Percentage
    sessions: Mapping[str, Count]  # of SESSIONS_OF

    @property
    def place(self) -> tuple[Level, str, str]:
        match self.geographic_level:
            case "National":
                return Level.NATIONAL, self.country_code, self.country_name
            case "Regional":
                return Level.REGION, self.region_code, self.region_name
            case "Local authority":
                return Level.LA, self.old_la_code, self.la_name

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if "" in self.place:
            raise PydanticCustomError(WRONG, "the place has no code or no name")
        parts = (self.overall_attendance, self.authorised_absence, self.unauthorised_absence)
        known = [part for part in parts if part is not None]
        whole = self.possible_sessions is not None and len(known) == len(parts)
        if whole and sum(known) != self.possible_sessions:
            raise PydanticCustomError(WRONG, "possible_sessions isn't attendance and absence")
        return self


COLUMNS: Final = (*(name for name in _Line.model_fields if name != "sessions"), *SESSIONS_OF)


def benchmarks_in(lines: Iterable[str]) -> list[Benchmark]:
    """Read a file, given by its lines.

    Raises:
        BenchmarksRefused: naming the lines that can't be what they say, and why.
    """
    reader = csv.DictReader(lines)
    lacking = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if lacking:
        raise BenchmarksRefused(f"line 1: there is no column {column}" for column in lacking)
    read: dict[tuple[str, ...], Benchmark] = {}
    wrong: list[str] = []
    for row in reader:
        if None in row.values():
            wrong.append(f"line {reader.line_num}: it has fewer cells than the header")
            continue
        try:
            benchmark = _benchmark(row)
        except ValidationError as error:
            wrong += [f"line {reader.line_num}: {reason}" for reason in _reasons(error)]
            continue
        if benchmark.key in read:
            wrong.append(f"line {reader.line_num}: a line before is of the same place and time")
        read[benchmark.key] = benchmark
    if wrong or not read:
        raise BenchmarksRefused(wrong or ["line 2: there is none"])
    return list(read.values())


def _benchmark(row: Mapping[str, str | None]) -> Benchmark:
    line = _Line.model_validate({**row, "sessions": {name: row[name] for name in SESSIONS_OF}})
    level, code, name = line.place
    by_code = {SESSIONS_OF[column]: n for column, n in line.sessions.items() if n is not None}
    return Benchmark(
        time_period=f"{line.time_period[:4]}-{line.time_period[4:]}",
        identifier=line.time_identifier,
        level=level,
        code=code,
        name=name,
        region=line.region_code if level is Level.LA else None,
        phase=PublishedPhase(line.education_phase.lower()),
        possible=line.possible_sessions,
        attended=line.overall_attendance,
        authorised=line.authorised_absence,
        unauthorised=line.unauthorised_absence,
        late=line.late_sessions,
        persistent_rate=line.pa_perc,
        by_code=by_code if len(by_code) == len(SESSIONS_OF) else {},
    )


def _reasons(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_input=False, include_url=False):
        column = f"{each['loc'][-1]}: " if each["loc"] else ""
        yield f"{column}{each['msg']}"

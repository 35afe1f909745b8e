"""What the MIS knows, in the shapes of Rollbook's API. Translates; decides and sends nothing."""

from typing import Any, Final

from demonstration.client import Json
from demonstration.pupils import Classroom, Pupil
from demonstration.shares import Phase
from demonstration.simulator import MisRegister, MisRow
from demonstration.term import SchoolYear

LA_CODE: Final = "886"
SESSION_TIMES: Final = {
    "AM": {"starts": "08:55", "closes": "09:25"},
    "PM": {"starts": "13:10", "closes": "13:40"},
}
OFFICE: Final = {"name": "S. Office", "position": "School Business Manager"}


def school_body(phase: Phase) -> Json:
    """Describe the school; its name says that it is simulated."""
    return {
        "name": f"Hopfield {phase.capitalize()} School (simulated)",
        "la_code": LA_CODE,
        "phase": phase.value,
        "sessions": SESSION_TIMES,
    }


def calendar_body(year: SchoolYear) -> Json:
    """Describe one academic year."""
    return {
        "half_terms": [
            {"name": h.name, "starts": h.starts.isoformat(), "ends": h.ends.isoformat()}
            for h in year.half_terms
        ],
        "closures": [{"date": c.on.isoformat(), "reason": c.reason} for c in year.closures],
    }


def admission_body(pupil: Pupil, classroom: Classroom) -> Json:
    """Describe a pupil's admission, signed by the office."""
    return {
        "pupil": pupil.pupil,
        "legal_surname": pupil.surname,
        "legal_forename": pupil.forename,
        "date_of_birth": pupil.date_of_birth.isoformat(),
        "sex": pupil.sex,
        "year_group": str(classroom.year_group or "R"),
        "groups": [classroom.group],
        "starting_day": pupil.starting_day.isoformat(),
        "parents": [{"name": pupil.parent, "lives_with": True}],
        "by": OFFICE,
    }


def marks_body(register: MisRegister, teacher: str) -> Json:
    """Describe a class register, signed by its teacher."""
    return {
        "group": register.group,
        "marks": [_mark(row) for row in register.rows],
        "by": {"name": teacher, "position": "Class teacher"},
    }


def _mark(row: MisRow) -> dict[str, Any]:
    mark: dict[str, Any] = {"pupil": row.pupil, "code": row.code}
    if row.minutes_late is not None:
        mark["minutes_late"] = row.minutes_late
    if row.comment is not None:
        mark["detail"] = row.comment
    return mark

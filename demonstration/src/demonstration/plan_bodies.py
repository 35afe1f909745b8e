"""What the school arranged, in the shapes of Rollbook's absence plans. Sends nothing."""

from datetime import date, timedelta
from typing import Final

from attendance.session import Session

from demonstration.arrangements import Arrangement
from demonstration.bodies import OFFICE
from demonstration.client import Json
from demonstration.outings import OUTINGS
from demonstration.pupils import Pupil
from demonstration.term import FRIDAY

HEAD: Final = {"name": "P. Head", "position": "Head teacher"}
NOTICE: Final = timedelta(days=7)  # how long before it starts leave is asked for
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")

# The purpose of leave, and the words of who asks. A holiday is asked for too, and refused.
LEAVE: Final = {
    "C": ("exceptional-circumstances", "A funeral in the family"),
    "C1": ("regulated-performance", "A part in a play, with a licence"),
    "G": ("exceptional-circumstances", "A family holiday"),
    "J1": ("interview", "An interview at another school"),
    "M": ("medical-appointment", "An appointment at the hospital"),
    "R": ("religious-observance", "A day of religious observance"),
    "S": ("study", "Study for public examinations"),
    "T": ("travelling", "The family's work takes it to a fair"),
}
REFUSED: Final = "G"


def plan_body(arrangement: Arrangement, pupil: Pupil) -> Json:
    """Describe what was arranged for one pupil, recorded by the office."""
    match arrangement.entry.code:
        case "C2":
            stated = _timetable(arrangement, pupil)
        case "E":
            stated = {"kind": "exclusion", "exclusion": "suspension", "reason": "Conduct"}
        case "I":
            return _illness(arrangement)
        case _:
            stated = _leave(arrangement, pupil)
    return {**stated, **_from_to(arrangement), "by": OFFICE}


def decision_body(arrangement: Arrangement) -> Json | None:
    """Describe how the head decided on leave, the day it was asked for; None where none was."""
    code = arrangement.entry.code
    if code not in LEAVE:
        return None
    refused = code == REFUSED
    return {
        "outcome": "refused" if refused else "granted",
        "decided_on": _asked_on(arrangement),
        "reason": "Leisure isn't exceptional" if refused else "Agreed",
        "by": HEAD,
    }


def activity_body(arrangement: Arrangement) -> Json:
    """Describe an outing with the teacher who goes along."""
    code, nature = arrangement.entry.code, str(arrangement.entry.comment)
    return {
        "code": code,
        "nature": nature,
        "place": OUTINGS[code].venues[nature],
        "supervisor": arrangement.teacher,
        "pupils": [pupil.pupil for pupil in arrangement.pupils],
        **_from_to(arrangement),
        "by": OFFICE,
    }


def _leave(arrangement: Arrangement, pupil: Pupil) -> Json:
    purpose, reason = LEAVE[arrangement.entry.code]
    return {
        "kind": "leave",
        "purpose": purpose,
        "requested_by": {"name": pupil.parent, "relationship": "parent"},
        "requested_on": _asked_on(arrangement),
        "reason": reason,
    }


def _timetable(arrangement: Arrangement, pupil: Pupil) -> Json:
    week = {(session.on.weekday(), session.half) for session in arrangement.sessions}
    first, last = arrangement.sessions[0].on, arrangement.sessions[-1].on
    return {
        "kind": "part-time-timetable",
        "pattern": [{"weekday": WEEKDAYS[on], "session": half} for on, half in sorted(week)],
        "agreed_with": pupil.parent,
        "agreed_on": _asked_on(arrangement),
        "authorised_by": HEAD,
        "reviews_on": [f"{first + (last - first) / 2}"],
        "reason": "Return to full time by steps",
    }


def _illness(arrangement: Arrangement) -> Json:
    return {
        "kind": "illness",
        "starts": _session(arrangement.sessions[0]),
        "expected_return": f"{_next_weekday(arrangement.sessions[-1].on)}",
        "by": OFFICE,
    }


def _from_to(arrangement: Arrangement) -> Json:
    first, last = arrangement.sessions[0], arrangement.sessions[-1]
    return {"starts": _session(first), "ends": _session(last)}


def _session(session: Session) -> Json:
    return {"date": session.on.isoformat(), "session": session.half}


def _asked_on(arrangement: Arrangement) -> str:
    return (arrangement.sessions[0].on - NOTICE).isoformat()


def _next_weekday(on: date) -> date:
    return on + timedelta(days=3 if on.weekday() == FRIDAY else 1)

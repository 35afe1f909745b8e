"""What the machine may send: bodies that are right as a school has it, and others by accident."""

from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import strategies as st
from properties.judged_roll import TOO_YOUNG
from properties.remembered import (
    DAYS,
    FRIDAY,
    HALVES,
    MONDAY,
    SESSIONS,
    THURSDAY,
    Edition,
    Held,
    Place,
)
from properties.verdicts import Json
from support.school import OFFICER

PUPILS: Final = ("p1", "p2", "p3", "p4")
FIRST: Final = ("p1", "p2", "p4")  # on roll from the beginning
YOUNGEST: Final = "p4"
NOBODY: Final = "p9"  # never admitted
GROUPS: Final = ("6A", "6B")

PRESENT: Final = {"AM": "/", "PM": "\\"}
LIKELY: Final = ("present", "present", "N", "I", "L", "V", "V")
RARE: Final = ("U", "X", "C2", "E", "B", "Y7", "Z", "#", "H", "%", " i", "C2", "E", "\\", "/")

names = st.sampled_from((*PUPILS, *PUPILS, *PUPILS, NOBODY))
sessions = st.sampled_from(SESSIONS)
days = st.sampled_from(DAYS)
groups = st.lists(st.sampled_from(GROUPS), max_size=2, unique=True)
year_groups = st.sampled_from(("5", "6"))
reasons = st.sampled_from(
    ("medical note", "mother rang", "wrong row", *["heating failed"] * 6, " ")
)

EDITIONS: Final = (
    Edition(),
    Edition(closed=frozenset({Held(FRIDAY, "AM"), Held(FRIDAY, "PM")})),
    Edition(closed=frozenset({Held(MONDAY, "PM")})),
    Edition(closed_to=frozenset({(Held(THURSDAY, "AM"), "5"), (Held(MONDAY, "AM"), "6")})),
)


def likely_codes(half: str) -> st.SearchStrategy[str]:
    """A code that anybody may have in a session of that half."""
    return st.sampled_from(LIKELY).map(lambda code: PRESENT[half] if code == "present" else code)


def codes(half: str) -> st.SearchStrategy[str]:
    """A code of which something may be wrong."""
    return likely_codes(half) | st.sampled_from(RARE)


@st.composite
def particulars(draw: st.DrawFn) -> Json:
    """What may be said beside a code: nothing, mostly."""
    said: Json = {}
    if draw(st.integers(0, 3)) == 0:
        said["minutes_late"] = draw(st.sampled_from((0, 10, 30, 31)))
    if draw(st.integers(0, 5)) == 0:
        said["arrived_at"] = draw(st.sampled_from(("08:50", "09:05", "09:40", "13:10")))
    if draw(st.booleans()):
        said["detail"] = "as the teacher said"
    return said


@st.composite
def marks(draw: st.DrawFn, half: str, whose: Sequence[str]) -> list[Json]:
    """A register of some pupils, each of them once, as it is taken on a quiet day."""
    named = draw(st.lists(st.sampled_from(whose), min_size=1, unique=True)) if whose else []
    return [{"pupil": pupil, "code": draw(likely_codes(half))} for pupil in named]


@st.composite
def odd_mark(draw: st.DrawFn, half: str) -> Json:
    """A mark of anybody, with anything beside it."""
    return {"pupil": draw(names), "code": draw(codes(half)), **draw(particulars())}


@st.composite
def amendments(draw: st.DrawFn, half: str, current: Mapping[str, str]) -> list[Json]:
    """Amendments whose original is in force.

    Args:
        current: the code in force, by pupil; at least one.
    """
    named = draw(st.lists(st.sampled_from(sorted(current)), min_size=1, max_size=3, unique=True))
    likely = sorted({PRESENT[half], *LIKELY} - {"present"})
    return [
        {
            "pupil": pupil,
            "original": current[pupil],
            "amended": draw(st.sampled_from([code for code in likely if code != current[pupil]])),
            "reason": "medical note",
        }
        for pupil in named
    ]


@st.composite
def odd_amendment(draw: st.DrawFn, half: str) -> Json:
    """An amendment of anybody's entry, from an original that is a guess, to whatever code."""
    return {
        "pupil": draw(names),
        "original": draw(codes(half)),
        "amended": draw(codes(half)),
        "reason": draw(reasons),
        **draw(particulars()),
    }


def admission(pupil: str, place: Place, starting_day: str = "2025-09-08") -> Json:
    """What `POST …/pupils` takes."""
    return {
        "pupil": pupil,
        "legal_surname": f"Surname-{pupil}",
        "legal_forename": "Bo",
        "date_of_birth": TOO_YOUNG if pupil == YOUNGEST else "2015-05-05",
        "sex": "F",
        "year_group": place.year_group,
        "groups": list(place.groups),
        "boarder": place.boarder,
        "starting_day": starting_day,
    }


boarding = st.sampled_from((False, False, False, True))
admissions = st.builds(
    admission,
    st.sampled_from(PUPILS),
    st.builds(Place, year_groups, groups, boarding),
    st.sampled_from(("2025-09-08", *map(str, DAYS), "2025-09-23")),
)


@st.composite
def changes(draw: st.DrawFn) -> Json:
    """A change of where a pupil stands, from one of the days on."""
    said: Json = {
        "year_group": draw(year_groups),
        "groups": draw(groups),
        "boarder": draw(boarding),
    }
    kept = draw(st.sets(st.sampled_from(sorted(said)), min_size=1))
    said = {name: said[name] for name in sorted(kept)}
    return {**said, "effective_on": str(draw(days)), "by": OFFICER}


deletions = days.map(lambda on: {"ground": "k", "deleted_on": str(on)})


@st.composite
def closures(draw: st.DrawFn) -> Json:
    """A closure of one session or two, to one group or all."""
    on = draw(st.sampled_from((THURSDAY, FRIDAY, FRIDAY, MONDAY)))
    body: Json = {"date": str(on), "reason": draw(reasons)}
    if draw(st.booleans()):
        body["session"] = draw(st.sampled_from(HALVES))
    if draw(st.integers(0, 2)) == 0:
        body["group"] = draw(st.sampled_from(GROUPS))
    if draw(st.booleans()):
        body["activities_cancelled"] = True
    return body


@st.composite
def timetables(draw: st.DrawFn) -> Json:
    """A part-time timetable, agreed before any of the days."""
    starts = draw(sessions)
    weekdays = st.sampled_from(("monday", "thursday", "friday"))
    week = st.tuples(weekdays, st.sampled_from(HALVES))
    return {
        "kind": "part-time-timetable",
        "starts": _session(starts),
        "ends": _session(draw(sessions)),
        "pattern": [
            {"weekday": weekday, "session": half}
            for weekday, half in draw(st.lists(week, min_size=1, max_size=3, unique=True))
        ],
        "agreed_with": "N. Adeyemi",
        "agreed_on": "2025-09-08",
        "authorised_by": {"name": "H. Patel", "position": "Head teacher"},
        "reviews_on": [str(starts.on)],
        "reason": "return after an operation",
    }


suspensions = st.builds(
    lambda starts, ends: {
        "kind": "exclusion",
        "exclusion": "suspension",
        "starts": _session(starts),
        "ends": _session(ends),
        "reason": "fighting",
    },
    sessions,
    sessions,
)

endings = st.builds(
    lambda ends: {"ends": None if ends is None else _session(ends), "reason": "back"},
    st.none() | sessions,
)


def calendar(edition: Edition) -> Json:
    """What `PUT …/calendars/2025-26` takes."""
    whole = [{"date": f"{on}", "session": half, "reason": "INSET"} for on, half in edition.closed]
    partly = [
        {"date": f"{on}", "session": half, "reason": "trip", "year_groups": [year_group]}
        for (on, half), year_group in edition.closed_to
    ]
    return {
        "half_terms": [{"name": "Autumn 1", "starts": "2025-09-08", "ends": "2025-10-24"}],
        "closures": sorted([*whole, *partly], key=str),
    }


def _session(held: Held) -> Json:
    return {"date": str(held.on), "session": held.half}

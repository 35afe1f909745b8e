"""What is read of a school, held against what the model remembers, now and at moments past."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from properties.remembered import DAYS, SESSIONS, Entry, Held, School
from properties.remembering import Remembering
from properties.verdicts import Json, instant

EACH: Final = 3


def compare_register(kept: Remembering, session: Held, position: int | None = None) -> None:
    """Compare a register as it stands, or as it was known with an event."""
    query = {} if position is None else {"as_of_position": position}
    _compare_register(kept, session, kept.head if position is None else position, query)


def compare_register_at(kept: Remembering, session: Held, at: datetime) -> None:
    """Compare a register as it was known at an instant."""
    kept.asked_as_of(at)
    _compare_register(kept, session, kept.position_at(at), {"as_of": at.isoformat()})


def compare_history(
    kept: Remembering, session: Held, pupil: str, position: int | None = None
) -> None:
    """Compare every entry that was made of a pupil's session, or was known with an event."""
    state = kept.school if position is None else kept.states[position]
    path = f"/pupils/{pupil}/entries/{session.on}/{session.half}"
    shown = kept.read(path, {} if position is None else {"as_of_position": position})
    assert shown["current"] == state.code(session, pupil)
    assert _shown_entries(shown) == list(state.entries.get((session, pupil), ()))


def compare_roll(kept: Remembering, on: date, position: int) -> None:
    """Compare who was on roll on a day, and where they stood, as it was known with an event."""
    shown = kept.read("/pupils", {"on": f"{on}", "as_of_position": position})["items"]
    school = kept.states[position]
    assert [
        (each["pupil"], each["year_group"], tuple(each["groups"]), each["boarder"])
        for each in shown
    ] == [(name, *school.pupils[name].places[on]) for name in school.roll(on)]


def compare_days(kept: Remembering, pupil: str) -> None:
    """Compare a pupil's entries in force over all the days, and those that are missing."""
    query = {"from": f"{DAYS[0]}", "to": f"{DAYS[-1]}"}
    shown = kept.read(f"/pupils/{pupil}/entries", query)
    codes = {(each["date"], each["session"]): each["code"] for each in shown["entries"]}
    assert codes == {
        (f"{held.on}", held.half): entries[-1].code
        for (held, name), entries in kept.school.entries.items()
        if name == pupil
    }
    now = kept.driven.house.clock.now
    assert [(each["date"], each["session"]) for each in shown["missing"]] == [
        (f"{held.on}", held.half)
        for held in SESSIONS
        if held.starts <= now and pupil in kept.school.missing(held)
    ]


def compare_everything(kept: Remembering, *, first: int) -> None:
    """Compare all there is, and what was entered as it was known at every instant and event.

    Of events every third; the sessions take turns.

    Args:
        first: the position from which on the past is looked at.
    """
    for pupil in kept.school.pupils:
        compare_days(kept, pupil)
    for on in DAYS:
        compare_roll(kept, on, kept.head)
    for turn, session in enumerate(SESSIONS):
        compare_register(kept, session)
        if kept.school.entered(session):
            _compare_past(kept, session, first + turn % EACH)


def _compare_past(kept: Remembering, session: Held, first: int) -> None:
    for position in range(first, kept.head + 1, EACH):
        compare_register(kept, session, position)
    for at in sorted(set(kept.instants)):
        compare_register_at(kept, session, at)
    for pupil in kept.school.pupils:
        compare_history(kept, session, pupil)


def _compare_register(
    kept: Remembering, session: Held, position: int, query: Mapping[str, str | int]
) -> None:
    shown = kept.read(f"/registers/{session.on}/{session.half}", query)
    assert _shown_register(shown) == _register(kept.states[position], session, position)


def _shown_register(shown: Json) -> Json:
    return {
        "position": shown["position"],
        "expected": shown["expected"],
        "marks": [
            (
                *(each["pupil"], each["code"], each["amended"], each["late_entry"]),
                instant(each["recorded_at"]),
            )
            for each in shown["marks"]
        ],
        "missing": shown["missing"],
        "proposed": {each["pupil"]: each["code"] for each in shown["proposed"]},
    }


def _register(school: School, session: Held, position: int) -> Json:
    missing = school.missing(session)
    marks = ((name, school.entries[session, name]) for name in school.entered(session))
    return {
        "position": position,
        "expected": school.meets(session),
        "marks": [
            (name, entries[-1].code, len(entries) > 1, entries[0].late, entries[0].at)
            for name, entries in marks
        ],
        "missing": missing,
        "proposed": dict(_proposed(school, session, missing)),
    }


def _shown_entries(shown: Json) -> list[Entry]:
    return [
        Entry(
            position=each["position"],
            at=instant(each["recorded_at"]),
            code=each["code"],
            original=each["original_code"],
            reason=each["reason"],
            minutes_late=each["minutes_late"],
            detail=each["detail"],
            raw=each["raw_code"],
            closure=each["closure"],
            late=each["late_entry"],
        )
        for each in shown["entries"]
    ]


def _proposed(school: School, session: Held, missing: list[str]) -> Iterator[tuple[str, str]]:
    for name in missing:
        for code in ("E", "C2"):  # a suspension says more than a timetable
            if school.pupils[name].planned(session, code):
                yield name, code
                break

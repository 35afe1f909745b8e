"""Whether an entry may be made at all: code, session, age, plans and what must be stated with it.

Judges one entry by itself; what the register holds already is for `recording`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import floor
from typing import Final, NamedTuple

from attendance.age import of_compulsory_school_age
from attendance.calendar import SchoolCalendar, london_instant
from attendance.codes import CODE_TABLE, LATE, Code, in_force
from attendance.entry_rules import EntryRules, Requirement
from attendance.errors import Refusal, SchoolUnknown, UnknownCode
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.school import School
from attendance.school_details import SessionTimes, minutes_between
from attendance.session import Half, Session
from attendance.wording import legible

AGE_BOUND: Final = frozenset({Code.X, Code.C2})

ADMINISTRATIVE: Final = frozenset({Code.Z, Code.PLANNED_CLOSURE})
"""Z is for days before the starting day, when a pupil isn't on roll yet; # for a session that the
calendar closes to the pupil's year group, or has closed since the entry (decision 0011)."""

LEAVE: Final = frozenset({Code.C, Code.C1, Code.J1, Code.M, Code.R, Code.S, Code.T})
"""The codes of leave that somebody may have asked for and been refused (reg 11)."""

CLOCK_TOLERANCE: Final = timedelta(minutes=1)  # by which a sender's clock may be ahead of ours


class RawMark(NamedTuple):
    """A mark as it was sent, its code not yet read."""

    pupil: PupilId
    code: str
    minutes_late: int | None = None
    detail: str | None = None
    arrived_at: time | None = None  # on the school's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What an entry is judged by besides itself and its pupil.

    Attributes:
        over_by: when the day's next session starts; None for the last, whose end isn't known.
        now: when the entry is made; an aware instant.
        closed: whether the session is of a day declared closed after its entry was made.
    """

    session: Session
    times: SessionTimes
    over_by: time | None
    calendar: SchoolCalendar
    rules: EntryRules
    now: datetime
    closed: bool = False


def occasion_of(
    school: School, session: Session, *, now: datetime, closed: bool = False
) -> Occasion:
    """Put together what entries of a session are judged by.

    Raises:
        SchoolUnknown: the school was never registered.
    """
    if school.details is None:
        raise SchoolUnknown
    times = school.details.times
    return Occasion(
        session=session,
        times=times[session.half],
        over_by=times[Half.PM].starts if session.half is Half.AM else None,
        calendar=school.calendar,
        rules=school.entry_rules,
        now=now,
        closed=closed,
    )


def code_of(raw: str, session: Session, rules: EntryRules) -> Code | None:
    """Read a mark as the school wrote it that day; None when it is no code."""
    try:
        return rules.read(raw, session.on)
    except UnknownCode:
        return None


def whose(school: School, mark: RawMark, session: Session) -> Pupil | None:
    """Find the pupil that a mark may be of: on roll that day, or admitted for later with a Z."""
    pupil = school.roll.get(mark.pupil)
    if pupil is None or pupil.on_roll(session.on):
        return pupil
    awaited = session.on < pupil.starting_day
    return pupil if awaited and code_of(mark.code, session, school.entry_rules) is Code.Z else None


def pupil_refusal(pointer: str, *, repeated: bool) -> Refusal:
    """Say that a pupil is named twice, or isn't one the register can have an entry of."""
    if repeated:
        return Refusal(f"{pointer}/pupil", "duplicate-pupil", "A pupil is named once in a request.")
    detail = "The pupil is not on the admission register on that day."
    return Refusal(f"{pointer}/pupil", "not-on-roll", detail)


@lru_cache(maxsize=1024)
def plain_codes(session: Session, rules: EntryRules) -> Mapping[str, Code]:
    """The codes, as written, that any pupil due may have in that session with nothing else stated.

    All but a few marks in a thousand are among them, and need no second look.
    """
    return {
        code.value: code
        for code, row in CODE_TABLE.items()
        if session.half in row.halves
        and code not in AGE_BOUND | ADMINISTRATIVE | LEAVE
        and in_force(code, session.on)
        and not any(rules.required(code, each, session.on) for each in Requirement)
    }


def entry_refusals(
    mark: RawMark, pupil: Pupil | None, occasion: Occasion, *, pointer: str, code_field: str
) -> Iterator[Refusal]:
    """List what is wrong with an entry in itself.

    Args:
        pupil: as the roll has them; None when they aren't on it, and age can't be judged.
        pointer: where the entry is in the command, such as "/marks/3".
        code_field: the field that holds its code.
    """
    at = f"{pointer}/{code_field}"
    code = code_of(mark.code, occasion.session, occasion.rules)
    if code is None:
        detail = "This is no attendance code, nor a subcode that the school had that day."
        yield Refusal(at, "unknown-code", detail)
        return
    if occasion.session.half not in CODE_TABLE[code].halves:
        detail = "This code belongs to the other session of the day."
        yield Refusal(at, "wrong-session", detail)
    ground = next(_grounds_against(code, pupil, occasion), None)
    if ground is not None:
        yield Refusal(at, "code-not-allowed", ground)
    needs_words = occasion.rules.required(code, Requirement.DETAIL, occasion.session.on)
    if needs_words and not legible(mark.detail):
        detail = "With this code the nature of the activity or circumstances must be stated."
        yield Refusal(f"{pointer}/detail", "detail-required", detail)
    yield from _arrival_refusals(mark, code, occasion, pointer, at)


def minutes_late(mark: RawMark, times: SessionTimes) -> int | None:
    """How late the pupil came, in whole minutes after taking began; None when it isn't stated."""
    if mark.arrived_at is None:
        return mark.minutes_late
    return floor(minutes_between(times.starts, mark.arrived_at))


def _grounds_against(code: Code, pupil: Pupil | None, occasion: Occasion) -> Iterator[str]:
    """Say in words why this pupil can't have the code in this session; the first ground counts."""
    if code is Code.PLANNED_CLOSURE:
        if not (occasion.closed or _closed_to(pupil, occasion)):
            yield "A planned closure is in the calendar. This session isn't closed to this pupil."
    elif not in_force(code, occasion.session.on):
        yield "This code wasn't in use on that day. Use one of the code table of the day."
    elif pupil is not None:
        yield from _undue(code, pupil, occasion)
        yield from _of_another_age(code, pupil, occasion.session)
        yield from _unplanned(code, pupil, occasion)


def _undue(code: Code, pupil: Pupil, occasion: Occasion) -> Iterator[str]:
    """Say that the pupil isn't due, and the code says otherwise, or the other way round."""
    if code is Code.Z:
        if pupil.on_roll(occasion.session.on):
            yield "Z is for days before the starting day. The pupil is on the admission register."
    elif _closed_to(pupil, occasion):
        yield "The session is closed to the pupil's year group. Only # is entered for it."


def _of_another_age(code: Code, pupil: Pupil, session: Session) -> Iterator[str]:
    required_age = of_compulsory_school_age(pupil.date_of_birth, session.on)
    if code is Code.X and required_age:
        yield "X is never for a pupil of compulsory school age."
    if code is Code.C2 and not required_age:
        yield "C2 is only for a pupil of compulsory school age."


def _unplanned(code: Code, pupil: Pupil, occasion: Occasion) -> Iterator[str]:
    """Say what plan is missing, or that the leave was asked for and not granted."""
    session = occasion.session
    supporting = [plan for plan in pupil.plans if plan.supports(code)]
    if any(plan.covers(session) for plan in supporting):
        return
    if occasion.rules.required(code, Requirement.PLAN, session.on):
        yield "This code needs an absence plan in force that covers the session. Record it first."
    elif code in LEAVE and any(plan.requested_for(session) for plan in supporting):
        yield "Leave was asked for this session and isn't decided yet."
    elif code in LEAVE and any(plan.refused_for(session) for plan in supporting):
        yield "Leave was asked for this session and refused."


def _closed_to(pupil: Pupil | None, occasion: Occasion) -> bool:
    if pupil is None:
        return False
    year_group = pupil.placement_on(occasion.session.on).year_group
    return occasion.calendar.is_closed_to(year_group, occasion.session)


def _arrival_refusals(
    mark: RawMark, code: Code, occasion: Occasion, pointer: str, at: str
) -> Iterator[Refusal]:
    """Hold what is said of the arrival against the code and the times of the session."""
    if code not in LATE:
        stated = {"minutes_late": mark.minutes_late, "arrived_at": mark.arrived_at}
        for name in (name for name, said in stated.items() if said is not None):
            detail = "The time of an arrival goes with a late arrival only."
            yield Refusal(f"{pointer}/{name}", f"{name.replace('_', '-')}-not-allowed", detail)
        return
    late = minutes_late(mark, occasion.times)
    if late is None:
        return
    if late < 0:
        detail = "The pupil arrived before the taking of the register began."
        yield Refusal(f"{pointer}/arrived_at", "arrival-not-plausible", detail)
    elif mark.minutes_late not in (None, late):
        detail = "The minutes aren't those between the start of the session and the arrival."
        yield Refusal(f"{pointer}/minutes_late", "arrival-not-plausible", detail)
    elif (impossible := _impossible(mark, late, occasion)) is not None:
        said = "minutes_late" if mark.arrived_at is None else "arrived_at"
        yield Refusal(f"{pointer}/{said}", "arrival-not-plausible", impossible)
    elif (against := _against_closing(code, late, mark, occasion.times)) is not None:
        yield Refusal(at, "code-not-allowed", against)


def _impossible(mark: RawMark, late: int, occasion: Occasion) -> str | None:
    """Say that nobody can have arrived then for this session: it was over, or is yet to come."""
    on, begun = occasion.session.on, london_instant(occasion.session.on, occasion.times.starts)
    arrived = begun + timedelta(minutes=late)
    if mark.arrived_at is not None:
        arrived = london_instant(on, mark.arrived_at)
    if occasion.over_by is not None and arrived >= london_instant(on, occasion.over_by):
        return "The afternoon's session had begun by then. Enter the arrival there."
    if arrived > occasion.now + CLOCK_TOLERANCE:
        return "This hasn't happened yet. Enter the arrival when the pupil has come."
    return None


def _against_closing(code: Code, late: int, mark: RawMark, times: SessionTimes) -> str | None:
    """Say that the register was open at an arrival with U, or closed at one with L."""
    at = mark.arrived_at
    # To the second where it is stated: what is stored, whole minutes, would tell L from U wrongly.
    open_then = late <= times.minutes_open if at is None else at <= times.closes
    if code is Code.L and not open_then:
        return "L is for an arrival while the register is open, which it wasn't so late."
    # Few minutes alone are taken with U: a register may close early on a day (decision 0011).
    if code is Code.U and at is not None and open_then:
        return "U is for an arrival after the register closed. It was open then."
    return None

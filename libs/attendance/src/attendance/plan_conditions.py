"""What an absence plan must say, and of whom it may be: the conditions, kind by kind.

Judges one plan by itself; the pupil's other plans are for `planning`.

Source: SI 2024/208 regs 10 and 11; where the text wasn't read, `plan_terms` says so.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from attendance.age import ENDS_AT, of_compulsory_school_age
from attendance.codes import Code
from attendance.errors import Refusal
from attendance.plan_terms import ACTIVITIES, Beforehand, terms_of
from attendance.planned_absences import (
    WEEK,
    Activity,
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Illness,
    Leave,
    PartTimeTimetable,
    Pattern,
    PlannedAbsence,
    Relationship,
)
from attendance.roll import Pupil
from attendance.session import Half
from attendance.signing import unsigned
from attendance.wording import legible

SESSIONS_A_WEEK: Final = len(WEEK) * len(Half)
NOT_IN_ADVANCE: Final = "This is asked or agreed before it starts, at the latest on that day."
NOT_LIVED_WITH: Final = "The admission register says that the pupil doesn't live with this parent."


def problems_of(planned: PlannedAbsence, today: date) -> Iterator[Refusal]:
    """List what is wrong with a plan whosever it is, by pointers into the request's body."""
    match planned:
        case Leave():
            yield from _leave(planned, today)
        case PartTimeTimetable():
            yield from _timetable(planned, today)
        case Exclusion():
            yield from _exclusion(planned)
        case Illness():
            if planned.expected_return is not None and planned.expected_return <= planned.starts.on:
                detail = "A return is expected after the day on which the illness starts."
                yield Refusal("/expected_return", "return-before-start", detail)
        case DualRegistration():
            yield from _order(planned)
        case _:
            yield from _activity(planned)


def problems_for(planned: PlannedAbsence, pupil: Pupil) -> Iterator[Refusal]:
    """List why a plan can't be this pupil's: their age, or a parent they don't live with."""
    match planned:
        case Leave():
            yield from _asked_by(planned, pupil)
        case PartTimeTimetable():
            if _lives_elsewhere(planned.agreed_with, pupil):
                yield Refusal("/agreed_with", "parent-not-lived-with", NOT_LIVED_WITH)
            for name, session in (("starts", planned.starts), ("ends", planned.ends)):
                if not of_compulsory_school_age(pupil.date_of_birth, session.on):
                    detail = "A part-time timetable is for a pupil of compulsory school age."
                    yield Refusal(f"/{name}", "not-of-compulsory-school-age", detail)


def late(planned: Leave | PartTimeTimetable, done: Beforehand, on: date) -> bool:
    """Whether something was done too late for the plan (decision 0023: its first day is in time).

    Args:
        done: what was done on that date.
    """
    terms = terms_of(planned.code, planned.starts.on)
    return terms is not None and terms.beforehand is done and on > planned.starts.on


def _leave(planned: Leave, today: date) -> Iterator[Refusal]:
    yield from _order(planned)
    yield from _blank("/requested_by/name", planned.requested_by.name)
    yield from _blank("/reason", planned.reason)
    if planned.requested_on > today:
        yield _in_future("/requested_on")
    # What is agreed in advance was asked for in advance as well.
    if any(
        late(planned, each, planned.requested_on) for each in (Beforehand.ASKED, Beforehand.AGREED)
    ):
        yield Refusal("/requested_on", "not-in-advance", NOT_IN_ADVANCE)


def _asked_by(planned: Leave, pupil: Pupil) -> Iterator[Refusal]:
    """Hold who asks for leave against age and home (reg 11, recalled)."""
    if planned.requested_by.relationship is Relationship.PUPIL:
        if not _over_compulsory_school_age(pupil, planned.starts.on):
            detail = "Only a pupil over compulsory school age asks for leave; else a parent."
            yield Refusal("/requested_by/relationship", "pupil-may-not-ask", detail)
    elif _lives_elsewhere(planned.requested_by.name, pupil):
        yield Refusal("/requested_by/name", "parent-not-lived-with", NOT_LIVED_WITH)


def _timetable(planned: PartTimeTimetable, today: date) -> Iterator[Refusal]:
    yield from _order(planned)
    yield from _pattern(planned.pattern)
    yield from _blank("/agreed_with", planned.agreed_with)
    yield from _blank("/reason", planned.reason)
    for _ in unsigned(planned.authorised_by):
        detail = "Give the name and position of the authorised person who agreed to it."
        yield Refusal("/authorised_by", "signatory-required", detail)
    if planned.agreed_on > today:
        yield _in_future("/agreed_on")
    if late(planned, Beforehand.AGREED, planned.agreed_on):
        yield Refusal("/agreed_on", "not-in-advance", NOT_IN_ADVANCE)
    if not planned.reviews_on:
        detail = "A part-time timetable is reviewed. Give at least one date."
        yield Refusal("/reviews_on", "review-required", detail)
    for index, on in enumerate(planned.reviews_on):
        if not planned.starts.on <= on <= planned.ends.on:
            detail = "A review is held while the timetable runs."
            yield Refusal(f"/reviews_on/{index}", "review-outside-plan", detail)


def _pattern(pattern: Pattern) -> Iterator[Refusal]:
    if not pattern:
        detail = "Give the sessions of a week for which the pupil isn't required to attend."
        yield Refusal("/pattern", "pattern-required", detail)
    if len(pattern) == SESSIONS_A_WEEK:
        detail = "A part-time timetable leaves sessions to attend. This takes the whole week."
        yield Refusal("/pattern", "pattern-whole-week", detail)


def _exclusion(planned: Exclusion) -> Iterator[Refusal]:
    yield from _order(planned)
    yield from _blank("/reason", planned.reason)
    permanent = planned.exclusion is ExclusionKind.PERMANENT
    if permanent and planned.ends is not None:
        yield Refusal("/ends", "end-not-allowed", "A permanent exclusion has no end.")
    if not permanent and planned.ends is None:
        yield Refusal("/ends", "end-required", "A suspension is for a fixed period. Give its end.")


def _activity(planned: Activity) -> Iterator[Refusal]:
    yield from _order(planned)
    if planned.code not in ACTIVITIES:
        detail = "An activity is entered with V, P, W, B or K."
        yield Refusal("/code", "code-not-allowed", detail)
    yield from _blank("/nature", planned.nature)
    yield from _blank("/place", planned.place)
    if planned.code is Code.K:
        if not legible(planned.provider):
            detail = "Give whom the local authority arranged the provision with."
            yield Refusal("/provider", "provider-required", detail)
        return
    if not legible(planned.supervisor):
        detail = "Give who supervises the pupil there (SI 2024/208 reg 10(11))."
        yield Refusal("/supervisor", "supervisor-required", detail)
    if planned.ends is None:
        yield Refusal("/ends", "end-required", "Give the last session of the activity.")


def _order(planned: PlannedAbsence) -> Iterator[Refusal]:
    if planned.ends is not None and planned.ends < planned.starts:
        yield Refusal("/ends", "ends-before-start", "The last session isn't before the first.")


def _blank(pointer: str, text: str) -> Iterator[Refusal]:
    if not legible(text):
        yield Refusal(pointer, "blank", "This may not be blank.")


def _in_future(pointer: str) -> Refusal:
    return Refusal(pointer, "date-in-future", "This hasn't happened yet.")


def _over_compulsory_school_age(pupil: Pupil, on: date) -> bool:
    born = pupil.date_of_birth
    return on.year - born.year >= ENDS_AT and not of_compulsory_school_age(born, on)


def _lives_elsewhere(name: str, pupil: Pupil) -> bool:
    """Whether the register knows a parent of that name, and that the pupil lives with none such.

    Somebody it doesn't know may be called otherwise there, and is believed.
    """
    called = [
        parent.lives_with
        for parent in pupil.entry.parents
        if parent.name.casefold() == name.casefold()
    ]
    return bool(called) and not any(called)

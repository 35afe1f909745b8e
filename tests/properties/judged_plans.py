"""What becomes of part-time timetables and suspensions in the model (SI 2024/208 regs 10, 11)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from properties.remembered import HALVES, HORIZON, Held, Plan, Pupil, School
from properties.verdicts import NOT_FOUND, Done, Json, Moment, Verdict, Wrong, day, refused

KINDS: Final = {"part-time-timetable": "C2", "exclusion": "E"}
STATED: Final = {"C2": "part-time-timetable-agreed", "E": "pupil-excluded"}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")


def judge_plan(school: School, name: str, body: Json, moment: Moment) -> Verdict:
    """Make a plan, which is in force at once."""
    pupil = school.pupils.get(name)
    if pupil is None:
        return NOT_FOUND
    plan = Plan(
        id=moment.made,
        code=KINDS[body["kind"]],
        starts=_held(body["starts"]),
        ends=_held(body["ends"]),
        pattern=frozenset(
            (WEEKDAYS.index(each["weekday"]), each["session"]) for each in body.get("pattern", ())
        ),
    )
    if wrong := set(_problems(plan, pupil)):
        return refused(wrong)
    for first, last in pupil.stays:
        if last is not None and first <= plan.starts.on <= last:
            plan = plan.left_behind(last)
    after = school.with_pupil(name, replace(pupil, plans=(*pupil.plans, plan)))
    return Done(((STATED[plan.code], after),), {"plan": plan.id})


def judge_ending(school: School, name: str, plan: str, body: Json) -> Verdict:
    """End a plan after an earlier session, or withdraw it."""
    pupil = school.pupils[name]
    found = next(each for each in pupil.plans if each.id == plan)
    ends = None if body["ends"] is None else _held(body["ends"])
    wrong: Wrong = set()
    if not found.open:
        wrong.add(("", "plan-not-open"))
    if ends is not None and not found.starts <= ends < found.ends:
        wrong.add(("/ends", "end-outside-plan"))
    if wrong:
        return refused(wrong)
    over = replace(found, open=False, withdrawn=ends is None, ends=ends or found.ends)
    plans = tuple(over if each.id == plan else each for each in pupil.plans)
    after = school.with_pupil(name, replace(pupil, plans=plans))
    return Done((("absence-plan-ended", after),), {"plan": plan})


def _problems(plan: Plan, pupil: Pupil) -> Iterator[tuple[str, str]]:
    if plan.ends < plan.starts:
        yield "/ends", "ends-before-start"
    if plan.code == "C2" and plan.ends.on < plan.starts.on:
        yield "/reviews_on/0", "review-outside-plan"
    if plan.code == "C2" and not pupil.of_school_age:
        yield "/starts", "not-of-compulsory-school-age"
        yield "/ends", "not-of-compulsory-school-age"
    if not pupil.on_roll(plan.starts.on):
        yield "/starts", "not-on-roll"
    if any(_meet(plan, each) for each in pupil.plans):
        yield "/starts", "plan-overlaps"


def _meet(one: Plan, other: Plan) -> bool:
    """Whether two plans of a kind have a session in common, of whichever day."""
    return one.code == other.code and any(
        one.covers(Held(on, half)) and other.covers(Held(on, half))
        for on in HORIZON
        for half in HALVES
    )


def _held(sent: Json) -> Held:
    return Held(day(sent["date"]), sent["session"])

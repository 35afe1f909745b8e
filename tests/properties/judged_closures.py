"""What becomes of unplanned closures and their reversals in the model: one entry for each pupil."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from properties.remembered import HALVES, Closure, Entry, Held, School
from properties.verdicts import NOT_FOUND, Done, Json, Moment, Refused, Verdict, Wrong, day, refused

GOES_ON: Final = ("K", "V", "P", "W", "B")  # elsewhere, whatever is closed here


def judge_closure(school: School, body: Json, moment: Moment) -> Verdict:
    """Close a session or both of a day: to everybody, or to a group."""
    on, group = day(body["date"]), body.get("group")
    halves = (body["session"],) if "session" in body else HALVES
    held = tuple(Held(on, half) for half in halves if school.meets(Held(on, half)))
    wrong: Wrong = set()
    if not held:
        wrong.add(("/date", "no-session"))
    elif not any(any(school.due(session, group)) for session in held):
        wrong.add(("/date" if group is None else "/group", "nobody-due"))
    if moment.today < on:
        wrong.add(("/date", "session-not-started"))
    if not body["reason"].strip():
        wrong.add(("/reason", "reason-required"))
    if wrong:
        return refused(wrong)
    closures = {**school.closures, moment.made: Closure(sessions=held)}
    steps = [("unplanned-closure", replace(school, closures=closures))]
    entered = {"marks-recorded": 0, "marks-amended": 0}
    for session in held:
        for kind, made in _closed(steps[-1][1], session, body, moment.after(len(steps))):
            steps.append((kind, steps[-1][1].with_entries(session, made)))
            entered[kind] += len(made)
    recorded, amended = entered.values()
    return Done(tuple(steps), {"recorded": recorded, "amended": amended})


def judge_reversal(school: School, closure: str, body: Json, moment: Moment) -> Verdict:
    """Amend what a closure entered, and nobody has amended since, to what stood before it."""
    found = school.closures.get(closure)
    if found is None:
        return NOT_FOUND
    if found.reversed:
        return Refused(HTTPStatus.CONFLICT)
    if not body["reason"].strip():
        return refused({("/reason", "reason-required")})
    closures = {**school.closures, closure: replace(found, reversed=True)}
    steps = [("closure-reversed", replace(school, closures=closures))]
    amended, unestablished = 0, []
    undone = {each for each, one in school.closures.items() if one.reversed}
    for session in found.sessions:
        made = [
            (name, amendment)
            for (held, name), entries in school.entries.items()
            if held == session
            for amendment in _restored(entries, closure, undone, body, moment.after(len(steps)))
        ]
        if made:
            steps.append(("marks-amended", steps[-1][1].with_entries(session, made)))
            amended += len(made)
            unestablished += [
                {"date": f"{session.on}", "session": session.half, "pupil": name}
                for name, entry in made
                if entry.code == "N" and all(each.closure for each in school.entries[session, name])
            ]
    answer = {"closure": closure, "amended": amended, "unestablished": unestablished}
    return Done(tuple(steps), answer)


def _closed(
    school: School, session: Held, body: Json, moment: Moment
) -> Iterator[tuple[str, list[tuple[str, Entry]]]]:
    """Give the original entries of a closed session, then the amendments, if there are any."""
    code = "Y4" if body.get("group") is None else "Y3"
    stays = () if body.get("activities_cancelled") else GOES_ON
    due = {name: school.code(session, name) for name in school.due(session, body.get("group"))}
    new = [name for name, entered in due.items() if entered is None]
    old = {name: each for name, each in due.items() if each not in (None, code, *stays)}
    entry = Entry(
        position=moment.position,
        at=moment.now,
        code=code,
        detail=body["reason"],
        closure=moment.made,
        late=moment.today > session.on,
    )
    if new:
        yield "marks-recorded", [(name, entry) for name in new]
    if old:
        amended = replace(
            entry, position=moment.position + bool(new), reason=body["reason"], late=False
        )
        yield "marks-amended", [(name, replace(amended, original=old[name])) for name in old]


def _restored(
    entries: Sequence[Entry], closure: str, undone: Set[str], body: Json, moment: Moment
) -> Iterator[Entry]:
    """Amend an entry of a closure to what stands without it and without those reversed before."""
    standing = [each for each in entries if each.closure not in undone]
    if not standing or standing[-1].closure != closure:
        return
    without = [each for each in standing if each.closure != closure]
    before = without[-1] if without else None
    code = before.code if before else "N"
    if code != entries[-1].code:
        yield Entry(
            position=moment.position,
            at=moment.now,
            code=code,
            original=entries[-1].code,
            reason=body["reason"],
            minutes_late=before.minutes_late if before else None,
            detail=before.detail if before else None,
            raw=before.raw if before else None,
            closure=closure,
        )

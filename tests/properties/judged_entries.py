"""What becomes of marks and amendments in the model (SI 2024/208 regs 6 and 10)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from properties.remembered import STARTS, Entry, Held, Pupil, School
from properties.verdicts import Done, Json, Moment, Verdict, Wrong, refused

PLAIN: Final = (
    *("/", "\\", "L", "K", "V", "P", "W", "B", "D", "C1", "M", "J1", "S", "X", "C2", "C", "T"),
    *("R", "I", "E", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "G", "N", "O", "U", "Z", "#"),
)
ABOLISHED: Final = ("H", "J", "Y", "F")
OF_ONE_HALF: Final = {"/": "AM", "\\": "PM"}
WITH_DETAIL: Final = ("B", "Y7")
WITH_PLAN: Final = ("C2", "D", "E")
MINUTES_OPEN: Final = 30
A_MINUTE: Final = timedelta(minutes=1)  # by which clocks may differ


class Asked(NamedTuple):
    """An entry that is asked for, and what it is judged by."""

    school: School
    session: Held
    sent: Json
    field: str  # which holds the code
    at: str  # where it is in the request
    now: datetime

    @property
    def code(self) -> str | None:
        """The code, if it is one."""
        return read(self.sent[self.field])

    @property
    def in_force(self) -> str | None:
        """The code that the pupil has."""
        return self.school.code(self.session, self.sent["pupil"])

    @property
    def whose(self) -> Pupil | None:
        """The pupil, if they are on roll, or awaited with a Z."""
        pupil = self.school.pupils.get(self.sent["pupil"])
        if pupil is None or pupil.on_roll(self.session.on):
            return pupil
        return pupil if self.session.on < pupil.stays[-1][0] and self.code == "Z" else None


def judge_marks(school: School, session: Held, body: Json, moment: Moment) -> Verdict:
    """Enter marks where nothing is entered yet."""
    wrong: Wrong = set(_session_problems(school, session, moment))
    if not body["marks"]:
        wrong.add(("/marks", "no-marks"))
    for index, (mark, before) in enumerate(_in_turn(body["marks"])):
        asked = Asked(school, session, mark, "code", f"/marks/{index}", moment.now)
        wrong |= set(_mark_problems(asked, repeated=mark["pupil"] in before))
    if wrong:
        return refused(wrong)
    late = moment.today > session.on
    made = [
        (mark["pupil"], _entry(mark, "code", session, moment, late=late)) for mark in body["marks"]
    ]
    after = school.with_entries(session, made)
    return Done((("marks-recorded", after),), {"recorded": len(made)})


def judge_amendments(school: School, session: Held, body: Json, moment: Moment) -> Verdict:
    """Amend entries, each from the original that is given."""
    wrong: Wrong = set()
    if not body["amendments"]:
        wrong.add(("/amendments", "no-amendments"))
    for index, (amendment, before) in enumerate(_in_turn(body["amendments"])):
        asked = Asked(school, session, amendment, "amended", f"/amendments/{index}", moment.now)
        wrong |= set(_amendment_problems(asked, repeated=amendment["pupil"] in before))
    if wrong:
        return refused(wrong)
    made = [
        (each["pupil"], _entry(each, "amended", session, moment, late=False))
        for each in body["amendments"]
    ]
    after = school.with_entries(session, made)
    return Done((("marks-amended", after),), {"amended": len(made)})


def _session_problems(school: School, session: Held, moment: Moment) -> Iterator[tuple[str, str]]:
    if not school.meets(session):
        yield "", "no-session"
    elif moment.now < session.starts:
        yield "", "session-not-started"


def _mark_problems(asked: Asked, *, repeated: bool) -> Iterator[tuple[str, str]]:
    if repeated:
        yield f"{asked.at}/pupil", "duplicate-pupil"
    elif asked.whose is None:
        yield f"{asked.at}/pupil", "not-on-roll"
    elif asked.in_force is not None:
        yield f"{asked.at}/pupil", "already-marked"
    yield from _entry_problems(asked)


def _amendment_problems(asked: Asked, *, repeated: bool) -> Iterator[tuple[str, str]]:
    original, current = read(asked.sent["original"]), asked.in_force
    if repeated:
        yield f"{asked.at}/pupil", "duplicate-pupil"
    elif asked.whose is None:
        yield f"{asked.at}/pupil", "not-on-roll"
    elif current is None:
        held = asked.school.meets(asked.session)
        yield f"{asked.at}/pupil", "not-yet-marked" if held else "no-session"
    if original is None:
        yield f"{asked.at}/original", "unknown-code"
    elif original == asked.code:
        yield f"{asked.at}/amended", "same-code"
    if original is not None and current not in (None, original):
        yield f"{asked.at}/original", "entry-changed"
    if not asked.sent["reason"].strip():
        yield f"{asked.at}/reason", "reason-required"
    yield from _entry_problems(asked)


def read(written: str) -> str | None:
    """Read a code as it may be written; None when it is none."""
    code = written.strip(" ").upper()
    return code if code in (*PLAIN, *ABOLISHED) else None


def _in_turn(items: list[Json]) -> Iterator[tuple[Json, set[str]]]:
    """Give each item with the pupils named before it."""
    before: set[str] = set()
    for item in items:
        yield item, set(before)
        before.add(item["pupil"])


def _entry_problems(asked: Asked) -> Iterator[tuple[str, str]]:
    """Say what is wrong with an entry in itself."""
    code, sent, at = asked.code, asked.sent, asked.at
    if code is None:
        yield f"{at}/{asked.field}", "unknown-code"
        return
    if OF_ONE_HALF.get(code, asked.session.half) != asked.session.half:
        yield f"{at}/{asked.field}", "wrong-session"
    if not _allowed(asked, code):
        yield f"{at}/{asked.field}", "code-not-allowed"
    if code in WITH_DETAIL and not sent.get("detail"):
        yield f"{at}/detail", "detail-required"
    if code in ("L", "U"):
        yield from _arrival_problems(asked)
        return
    for name in ("minutes_late", "arrived_at"):
        if name in sent:
            yield f"{at}/{name}", f"{name.replace('_', '-')}-not-allowed"


def _allowed(asked: Asked, code: str) -> bool:
    school, session, pupil = asked.school, asked.session, asked.whose
    away = pupil is not None and school.closed_to(asked.sent["pupil"], session)
    if code == "#":
        return away or not school.meets(session)
    if code in ABOLISHED:
        return False
    if pupil is None:
        return True
    if code == "Z":
        return not pupil.on_roll(session.on)
    right_age = {"X": not pupil.of_school_age, "C2": pupil.of_school_age}
    planned = code not in WITH_PLAN or pupil.planned(session, code)
    return planned and not away and right_age.get(code, True)


def _arrival_problems(asked: Asked) -> Iterator[tuple[str, str]]:
    session, sent = asked.session, asked.sent
    late = _minutes_late(sent, session)
    if late is None:
        return
    arrived = session.starts + timedelta(minutes=late)
    afternoon = Held(session.on, "PM").starts
    over = session.half == "AM" and afternoon <= arrived
    stated = "arrived_at" if "arrived_at" in sent else "minutes_late"
    open_then = late <= MINUTES_OPEN
    if late < 0:
        yield f"{asked.at}/arrived_at", "arrival-not-plausible"
    elif sent.get("minutes_late", late) != late:
        yield f"{asked.at}/minutes_late", "arrival-not-plausible"
    elif over or asked.now + A_MINUTE < arrived:
        yield f"{asked.at}/{stated}", "arrival-not-plausible"
    elif not open_then if asked.code == "L" else open_then and "arrived_at" in sent:
        yield f"{asked.at}/{asked.field}", "code-not-allowed"


def _minutes_late(sent: Json, session: Held) -> int | None:
    if "arrived_at" not in sent:
        return sent.get("minutes_late")
    hour, minute = map(int, sent["arrived_at"].split(":"))
    starts_hour, starts_minute = STARTS[session.half]
    return 60 * (hour - starts_hour) + minute - starts_minute


def _entry(sent: Json, name: str, session: Held, moment: Moment, *, late: bool) -> Entry:
    code = read(sent[name])
    assert code is not None
    return Entry(
        position=moment.position,
        at=moment.now,
        code=code,
        original=read(sent["original"]) if "original" in sent else None,
        reason=sent.get("reason"),
        minutes_late=_minutes_late(sent, session),
        detail=sent.get("detail"),
        raw=None if sent[name] == code else sent[name],
        late=late,
    )

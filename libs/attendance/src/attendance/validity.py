"""Whether an entry may be made at all: code, session, age and what must be stated with it.

Judges one entry by itself; what the register holds already is for `recording`.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from attendance.age import of_compulsory_school_age
from attendance.codes import CODE_TABLE, LATE, Code, code_from, in_force
from attendance.errors import Refusal, UnknownCode
from attendance.identifiers import PupilId
from attendance.school import Pupil
from attendance.session import Session
from attendance.wording import legible

AGE_BOUND: Final = frozenset({Code.X, Code.C2})

NEVER_ENTERED: Final = frozenset({Code.Z, Code.PLANNED_CLOSURE})
"""Z is for days before the starting day, when a pupil isn't on roll; # is for closed days, which
have no session. So neither is ever the entry of a pupil on roll for a session that is held. An
entry of a day declared closed since is amended to # all the same (decision 0011)."""


class RawMark(NamedTuple):
    """A mark as it was sent, its code not yet read."""

    pupil: PupilId
    code: str
    minutes_late: int | None = None
    detail: str | None = None


@lru_cache(maxsize=1024)
def plain_codes(session: Session) -> Mapping[str, Code]:
    """The codes, as written, that any pupil may have in that session with nothing else stated.

    All but a few marks in a thousand are among them, and need no second look.
    """
    return {
        code.value: code
        for code, row in CODE_TABLE.items()
        if session.half in row.halves
        and row.detail_required is None
        and code not in AGE_BOUND | NEVER_ENTERED
        and in_force(code, session.on)
    }


def entry_refusals(
    mark: RawMark,
    pupil: Pupil | None,
    session: Session,
    *,
    minutes_open: float,
    closed: bool = False,
    pointer: str,
    code_field: str,
) -> Iterator[Refusal]:
    """List what is wrong with an entry in itself.

    Args:
        pupil: as the roll has them; None when they aren't on it, and age can't be judged.
        minutes_open: how long the school's register of that session is open.
        closed: whether the session is of a day declared closed after its entry was made.
        pointer: where the entry is in the command, such as "/marks/3".
        code_field: the field that holds its code.
    """
    try:
        code = code_from(mark.code)
    except UnknownCode:
        yield Refusal(f"{pointer}/{code_field}", "unknown-code", "This is no attendance code.")
        return
    row = CODE_TABLE[code]
    if session.half not in row.halves:
        detail = "This code belongs to the other session of the day."
        yield Refusal(f"{pointer}/{code_field}", "wrong-session", detail)
    if not _allowed(code, pupil, session, closed=closed):
        detail = "This code can't be used for this pupil in this session."
        yield Refusal(f"{pointer}/{code_field}", "code-not-allowed", detail)
    if row.detail_required is not None and not legible(mark.detail):
        detail = "With this code the nature of the activity or circumstances must be stated."
        yield Refusal(f"{pointer}/detail", "detail-required", detail)
    if mark.minutes_late is not None and code not in LATE:
        detail = "Minutes late go with a late arrival only."
        yield Refusal(f"{pointer}/minutes_late", "minutes-late-not-allowed", detail)
    if code is Code.L and (mark.minutes_late or 0) > minutes_open:
        detail = "L is for an arrival while the register is open, which it wasn't so late."
        yield Refusal(f"{pointer}/{code_field}", "code-not-allowed", detail)


def _allowed(code: Code, pupil: Pupil | None, session: Session, *, closed: bool) -> bool:
    if closed and code is Code.PLANNED_CLOSURE:
        return True
    if code in NEVER_ENTERED or not in_force(code, session.on):
        return False
    if code not in AGE_BOUND or pupil is None:
        return True
    required = of_compulsory_school_age(pupil.date_of_birth, session.on)
    return required is (code is Code.C2)

"""The demonstration's story: a pupil reaches the penalty-notice threshold on a Friday afternoon.

The threshold is ten sessions of unauthorised absence within ten school weeks. The story takes
exactly ten, the tenth at the last session of all, and keeps the pupil's absence under a tenth at
every moment of each academic year, so that no other rule speaks. It says what is entered, and
leaves what follows from it to Rollbook.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from attendance.session import Half, Session, academic_year_of

from demonstration.arrangements import Arrangement
from demonstration.errors import StoryDoesNotFit
from demonstration.simulator import PRESENT, MisRegister, MisRow
from demonstration.term import FRIDAY, WEEKS_POSTED, Week

SESSIONS_MISSED: Final = 10
WEEKS_LOOKED_BACK: Final = 10
ABSENT: Final = "O"


def penalty_notice_story(weeks: Sequence[Week]) -> dict[Session, str]:
    """Choose the ten sessions that the pupil misses without leave; all others are attended.

    Args:
        weeks: the school weeks of which marks are posted, oldest first. The last day of the last
            one is the story's.

    Returns:
        The code of each of the ten sessions, oldest first; the tenth is the last session of
        `weeks`.

    Raises:
        StoryDoesNotFit: ten absences would be a tenth of a year's sessions.
    """
    every_session = [session for week in weeks for session in sessions_of(week)]
    missed = {every_session[-1]}
    for candidates in _turns(weeks[-WEEKS_LOOKED_BACK:]):
        if len(missed) == SESSIONS_MISSED:
            break
        for session in candidates:
            if session not in missed and _under_a_tenth(every_session, {*missed, session}):
                missed.add(session)
                break
    if len(missed) < SESSIONS_MISSED:
        raise StoryDoesNotFit("ten absences would be a tenth of the year so far")
    return dict.fromkeys(sorted(missed), ABSENT)


def latest_weeks_for_the_story(weeks: Sequence[Week]) -> list[Week]:
    """Give the latest run of weeks that ends with an open Friday and that the story fits.

    Early in an academic year ten absences are a tenth of it, so the run may end a little before
    the last of `weeks`.

    Args:
        weeks: the school weeks up to the present, oldest first: a year of them, or more.

    Raises:
        StoryDoesNotFit: no run of them will do.
    """
    for end in range(len(weeks), WEEKS_POSTED - 1, -1):
        run = list(weeks[end - WEEKS_POSTED : end])
        if run[-1][-1].weekday() == FRIDAY and _holds_the_story(run):
            return run
    raise StoryDoesNotFit("no run of school weeks before today holds the story")


def told_in(
    registers: Iterable[MisRegister], pupil: str, story: Mapping[Session, str]
) -> Iterator[MisRegister]:
    """Yield the registers with the story in the place of whatever the pupil's marks were."""
    for register in registers:
        code = story.get(Session(register.on, register.half), PRESENT[register.half])
        rows = tuple(MisRow(pupil, code) if row.pupil == pupil else row for row in register.rows)
        yield replace(register, rows=rows)


def arranged_for_others(arrangements: Iterable[Arrangement], pupil: str) -> Iterator[Arrangement]:
    """Yield the arrangements without the pupil, who is absent only as the story has it."""
    for arrangement in arrangements:
        others = tuple(each for each in arrangement.pupils if each.pupil != pupil)
        if others:
            yield replace(arrangement, pupils=others)


def sessions_of(week: Week) -> list[Session]:
    """List the morning and afternoon sessions of a school week, in order."""
    return [Session(on, half) for on in week for half in (Half.AM, Half.PM)]


def _turns(window: Sequence[Week]) -> Iterator[list[Session]]:
    """Yield the weeks in the order they are asked for a session, each with its sessions scattered.

    One session a week comes first, so that ten weeks hold ten. Where a new year's few sessions
    can't bear that, the weeks are asked again.
    """
    newest_first = list(enumerate(window))[::-1]
    for number, week in (*newest_first[1:], *newest_first, *newest_first):
        sessions = sessions_of(week)
        turn = 3 * number % len(sessions)
        yield sessions[turn:] + sessions[:turn]


def _under_a_tenth(every_session: Sequence[Session], missed: Collection[Session]) -> bool:
    """Say whether the absence never comes to 10 % of an academic year's sessions so far."""
    possible: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for session in every_session:
        year = academic_year_of(session.on)
        possible[year] += 1
        absent[year] += session in missed
        if 10 * absent[year] >= possible[year]:
            return False
    return True


def _holds_the_story(weeks: Sequence[Week]) -> bool:
    try:
        penalty_notice_story(weeks)
    except StoryDoesNotFit:
        return False
    return True

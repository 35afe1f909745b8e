"""At the edges of the national threshold: the tenth session, the tenth week, the first day."""

from datetime import date
from typing import Final

from attendance.calendar import SchoolCalendar
from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.penalty_notice_threshold import PenaltyNoticeTerms, penalty_notice_threshold
from statute.boundaries import Example, met
from statute.registers import AUTUMN_2024, CALENDAR, am, register, week_of

HERE: Final = "//////////"
SEVEN_WEEKS_ON: Final = [*[HERE] * 6, None]  # one of them half term
WEEK_2: Final = date(2026, 9, 7)
NINE: Final = register("GGGGGGGGG/", monday=date(2024, 9, 2))


def _found(terms: PenaltyNoticeTerms, *weeks: str | None) -> tuple[str, ...]:
    return met(penalty_notice_threshold(register(*weeks, monday=WEEK_2), CALENDAR, terms))


def _since(terms: PenaltyNoticeTerms, first: Entry) -> tuple[str, ...]:
    calendar = SchoolCalendar((AUTUMN_2024,))
    return met(penalty_notice_threshold([first, *NINE], calendar, terms))


def _counted(terms: PenaltyNoticeTerms) -> set[Code]:
    return {
        code for code in Code if penalty_notice_threshold(week_of(code, WEEK_2), CALENDAR, terms)
    }


EXAMPLES: Final = (
    Example(
        "the tenth session meets it",
        lambda terms: _found(terms, "OOOOOOOOOO"),
        ("2026-09-11 PM",),
    ),
    Example("nine sessions don't", lambda terms: _found(terms, "OOOOOOOOO/"), ()),
    Example(
        "the tenth in the tenth school week meets it",
        lambda terms: _found(terms, "OOOOOOOOO/", *SEVEN_WEEKS_ON, *[HERE] * 2, "O/////////"),
        ("2026-11-16 AM",),
    ),
    Example(
        "the tenth in the eleventh doesn't",
        lambda terms: _found(terms, "OOOOOOOOO/", *SEVEN_WEEKS_ON, *[HERE] * 3, "O/////////"),
        (),
    ),
    Example(
        "these codes count and no other", _counted, frozenset({Code.G, Code.N, Code.O, Code.U})
    ),
    Example(
        "a session of the framework's first day counts",
        lambda terms: _since(terms, Entry(am(date(2024, 8, 19)), Code.G, 0)),
        ("2024-09-06 AM",),
    ),
    Example(
        "one of the day before doesn't",
        lambda terms: _since(terms, Entry(am(date(2024, 8, 18)), Code.G, 0)),
        (),
    ),
)

"""At the edges of what practitioners are told: of whom, of which codes, of exactly half."""

from datetime import date
from typing import Final

from attendance.characteristics import VOCABULARY
from attendance.codes import Code
from attendance.rules.finding import Entry
from attendance.rules.social_worker_absence import (
    SEVERE,
    UNAUTHORISED,
    UNEXPLAINED,
    SocialWorkerTerms,
    social_worker_absence,
)
from statute.boundaries import UNKNOWN, Example, lasting, met
from statute.circumstances import held, pupil
from statute.registers import am, register, week_of

MONDAY: Final = date(2026, 9, 14)
CHILD: Final = pupil(held("looked-after", date(2020, 9, 1)))
WORDS: Final = (*(each.word for each in VOCABULARY), UNKNOWN)


def _concerned(terms: SocialWorkerTerms) -> set[str]:
    entries = register("G---------", monday=MONDAY)
    return {word for word in WORDS if social_worker_absence(entries, pupil(held(word)), terms)}


def _told(terms: SocialWorkerTerms) -> dict[Code, set[str | None]]:
    """The triggers of a week of each code, severe absence apart."""
    return {
        code: {
            each.trigger
            for each in social_worker_absence(week_of(code, MONDAY), CHILD, terms)
            if each.trigger != SEVERE
        }
        for code in Code
    }


def _severe(terms: SocialWorkerTerms) -> tuple[str, ...]:
    found = social_worker_absence(register("/./-------", monday=MONDAY), CHILD, terms)
    return lasting([each for each in found if each.trigger == SEVERE])


def _unexplained_on(terms: SocialWorkerTerms, on: date) -> tuple[str, ...]:
    found = social_worker_absence([Entry(am(on), Code.N, 1)], CHILD, terms)
    return met([each for each in found if each.trigger == UNEXPLAINED])


EXAMPLES: Final = (
    Example(
        "it is about these children and no other",
        _concerned,
        {"social-worker", "looked-after", "child-in-need", "child-protection-plan"},
    ),
    Example(
        "these codes are told and no other",
        _told,
        {code: set() for code in Code}
        | {Code.N: {UNEXPLAINED}}
        | {code: {UNAUTHORISED} for code in (Code.G, Code.O, Code.U)},
    ),
    Example("exactly half is severe, and less isn't", _severe, ("2026-09-14 PM, 2026-09-15 AM",)),
    Example(
        "its first day is judged",
        lambda terms: _unexplained_on(terms, date(2024, 8, 1)),
        ("2024-08-01 AM",),
    ),
    Example("the day before isn't", lambda terms: _unexplained_on(terms, date(2024, 7, 31)), ()),
)

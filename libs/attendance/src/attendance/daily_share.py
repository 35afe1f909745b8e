"""The daily share with the Department: whose sessions go into it, and which go again. Dated data.

Source: Share your daily school attendance data (DfE), items of 2023 and the refreshing of 2022,
under SI 2013/2094; the items of 2024 weren't read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from attendance.age import of_compulsory_school_age
from attendance.entries import Entry
from attendance.roll import Pupil
from attendance.rules.terms import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTerms:
    """Who is shared beside pupils of compulsory school age, and how long a change goes again.

    Attributes:
        year_groups: whose pupils are shared whatever their age: reception and years 12 and 13.
        refreshed_days: a session whose code changes is shared again up to so many days after it.
    """

    year_groups: frozenset[str]
    refreshed_days: int
    source: Source
    in_force_from: date
    in_force_to: date | None = None


SHARE: Final = (
    ShareTerms(
        year_groups=frozenset({"R", "12", "13"}),
        refreshed_days=7,
        source=Source(
            "Share your daily school attendance data (DfE)",
            "pupils and items of 2023, refreshing of 2022",
            date(2022, 9, 1),
        ),
        in_force_from=date(2022, 9, 1),
    ),
)


def terms_on(on: date) -> ShareTerms:
    """Find the terms of a day's share; one before them all goes by the first."""
    return next((each for each in reversed(SHARE) if each.in_force_from <= on), SHARE[0])


def refreshed_from(on: date) -> date:
    """Give the first day whose changed sessions go into the share of a day."""
    return on - timedelta(days=terms_on(on).refreshed_days)


def in_share(pupil: Pupil, on: date) -> bool:
    """Whether a pupil is in the share of a day: on roll, or left since the first day refreshed.

    No boarder is, of whom no attendance register need be taken (SI 2024/208 reg 10(1)).
    """
    placement = pupil.placement_on(on)
    if placement.boarder or not any(
        each.starting_day <= on
        and (each.deleted_on is None or each.deleted_on >= refreshed_from(on))
        for each in pupil.enrolments
    ):
        return False
    of_age = of_compulsory_school_age(pupil.date_of_birth, on)
    return of_age or placement.year_group in terms_on(on).year_groups


def changed(history: Sequence[Entry]) -> bool:
    """Whether a session goes again: its entry was amended, or made after the session's day."""
    return len(history) > 1 or history[-1].late

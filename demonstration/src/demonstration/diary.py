"""The days that a simulated school fills with marks, and how days are picked from them.

A place in the diary is a number: twice the day's, and one more for the afternoon. Knows nothing
of pupils or codes.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from attendance.session import Half, Session

from demonstration.term import SchoolYear, Week

Places = Sequence[int]

# A spell covers days beside the one it was picked for, which evens the week out. Picking with the
# square of the published pattern leaves about the published pattern in the marks.
SHARPNESS: Final = 2


class Diary:
    """School days in order, their half terms and the pattern of the week. Never changes."""

    def __init__(
        self, weeks: Sequence[Week], years: Sequence[SchoolYear], weekday_absence: Sequence[float]
    ) -> None:
        self.days = tuple(on for week in weeks for on in week)
        half_terms = [half_term for year in years for half_term in year.half_terms]
        spans = [self._span(half_term.starts, half_term.ends) for half_term in half_terms]
        self.half_terms = tuple(span for span in spans if span)
        edges = [_monday_of(on) for h in half_terms for on in (h.starts, h.ends)]
        weeks_of_edges = [self._span(edge, edge + timedelta(days=4)) for edge in edges]
        self.weeks_by_holidays = tuple(span for span in weeks_of_edges if span)
        self._weights = list(
            accumulate(weekday_absence[on.weekday()] ** SHARPNESS for on in self.days)
        )

    def __len__(self) -> int:
        return 2 * len(self.days)

    def sessions(self) -> Iterator[tuple[int, Session]]:
        """Yield every place with the session it stands for, in order."""
        for place in range(len(self)):
            day, afternoon = divmod(place, 2)
            yield place, Session(self.days[day], Half.PM if afternoon else Half.AM)

    def first_place_on(self, on: date) -> int:
        """Give the first place on or after a date; the length of the diary if there is none."""
        return 2 * sum(day < on for day in self.days)

    def day(self, rng: Random) -> int:
        """Pick a day the way absence falls on the days of the week."""
        return rng.choices(range(len(self.days)), cum_weights=self._weights)[0]

    def run(self, rng: Random, *, days: int, from_afternoon: bool = False) -> Places:
        """Pick whole days on end; a run that reaches a holiday ends there."""
        first = self.day(rng)
        term_ends = next(span.stop for span in self.half_terms if first in span)
        return range(2 * first + from_afternoon, 2 * min(first + days, term_ends))

    def weekly(self, rng: Random, *, half: int, times_a_week: int, weeks: int) -> Places:
        """Pick the same half days of every week for some weeks.

        Args:
            half: 0 for mornings, 1 for afternoons.
        """
        weekdays = rng.sample(range(5), times_a_week)
        first = rng.randrange(len(self.days))
        last = self.days[first] + timedelta(weeks=weeks)
        return [
            2 * day + half
            for day in range(first, len(self.days))
            if self.days[day] < last and self.days[day].weekday() in weekdays
        ]

    def _span(self, first: date, last: date) -> range:
        """Give the numbers of the days from one date to another, both included."""
        return range(sum(day < first for day in self.days), sum(day <= last for day in self.days))


def _monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())

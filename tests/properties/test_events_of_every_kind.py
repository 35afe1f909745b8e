"""Whatever an event of any kind says, it is read back from its JSON as it was written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args

import pytest
from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codec import KINDS, decode, encode
from attendance.entry_rules import CodeRequirement
from attendance.events import Event, ThresholdMet
from attendance.identifiers import AcademicYear
from attendance.planned_absences import Activity, DualRegistration, PartTimeTimetable
from attendance.school_details import SchoolDetails, SessionTimes
from attendance.session import Half
from hypothesis import given, settings
from hypothesis import strategies as st

SHARE: Final = 4  # there are many kinds
STARTS: Final = date(2025, 9, 1)  # a Monday
ENDS: Final = date(2025, 10, 24)
INSTANTS: Final = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by its timezones
TEXTS: Final = st.text(max_size=10)
COUNTS: Final = st.dictionaries(TEXTS, st.integers(0, 400), max_size=3)
PATTERNS: Final = st.frozensets(st.tuples(st.integers(0, 4), st.sampled_from(Half)))

# A weekday is closed once, since a calendar that closes a session twice can't be made.
WEEKDAYS: Final = [
    STARTS + timedelta(weeks=week, days=day) for week in range(4) for day in range(5)
]
CLOSURES: Final = st.dictionaries(
    st.sampled_from(WEEKDAYS),
    st.tuples(TEXTS, st.none() | st.sampled_from(Half), st.lists(TEXTS, max_size=2, unique=True)),
    max_size=3,
).map(
    lambda chosen: tuple(
        Closure(on, reason, half, tuple(year_groups))
        for on, (reason, half, year_groups) in chosen.items()
    )
)

# What a type alone doesn't say of its values.
ALSO_SO: Final[Mapping[type, st.SearchStrategy[Any]]] = {
    datetime: INSTANTS,
    str: TEXTS,
    CalendarYear: st.builds(
        CalendarYear,
        st.just(AcademicYear("2025-26")),
        st.tuples(st.builds(HalfTerm, TEXTS, st.just(STARTS), st.just(ENDS))),
        CLOSURES,
    ),
    CodeRequirement: st.builds(CodeRequirement, source=st.just("the school")),
    SchoolDetails: st.builds(
        SchoolDetails,
        times=st.fixed_dictionaries({half: st.builds(SessionTimes) for half in Half}),
    ),
    PartTimeTimetable: st.builds(PartTimeTimetable, pattern=PATTERNS),
    DualRegistration: st.builds(DualRegistration, pattern=PATTERNS),
    Activity: st.builds(Activity, pattern=PATTERNS),
    ThresholdMet: st.builds(ThresholdMet, terms=COUNTS, figures=COUNTS),
}


@pytest.fixture(scope="module", autouse=True)
def also_so() -> None:
    """Tell Hypothesis, for as long as the tests run."""
    for known, strategy in ALSO_SO.items():
        st.register_type_strategy(known, strategy)


@settings(max_examples=settings().max_examples // SHARE)
@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_an_event_is_read_back_as_it_was_written(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))

    assert decode(*encode(event)) == event


def test_that_is_every_kind_there_is() -> None:
    assert {f"{kind.__name__}.v1" for kind in get_args(Event)} == set(KINDS)

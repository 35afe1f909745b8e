"""However a school's events are handed over it is the same school, and its roll is of every day."""

from attendance.events import Event
from attendance.school import School, evolve
from domain.given import a_school
from hypothesis import given
from hypothesis import strategies as st
from properties.rolled import ASKED, HORIZON, Asked, PlainRoll, decided


def carried_out(everything: list[Asked]) -> tuple[list[Event], School, PlainRoll]:
    """Carry out what isn't refused: the events, the school and the plain roll after them."""
    school, plain, events = a_school(), PlainRoll(), list[Event]()
    for asked in everything:
        happened = decided(school, asked)
        if happened is not None:
            school = evolve(school, happened)
            events += happened
            plain.happened(asked)
    return events, school, plain


@given(ASKED)
def test_who_is_on_roll_is_told_day_by_day(everything: list[Asked]) -> None:
    _, school, plain = carried_out(everything)

    for on in HORIZON:
        for group in ("6A", "6B"):
            assert {each.pupil for each in school.roll_on(on, group)} == plain.on(on, group)


@given(ASKED, st.lists(st.integers(0, 12), max_size=4))
def test_events_in_batches_make_the_school_that_they_make_at_once(
    everything: list[Asked], cuts: list[int]
) -> None:
    events, one_by_one, _ = carried_out(everything)

    in_batches, before = a_school(), 0
    for cut in [*sorted(cuts), len(events)]:
        in_batches = evolve(in_batches, events[before:cut])
        before = max(before, min(cut, len(events)))

    assert in_batches == evolve(a_school(), events) == one_by_one

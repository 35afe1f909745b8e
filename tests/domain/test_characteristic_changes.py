"""Given a pupil's characteristics, when they are said anew, then what has ended isn't forgotten."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from attendance.admission_entry import CharacteristicPeriod
from attendance.changing import change_details
from attendance.school import School
from domain.given import admitted, deleted
from domain.test_admission_changes import NOW, PUPIL, STARTED, TODAY, after, change, changed, given

YESTERDAY = TODAY - timedelta(days=1)


def held(word: str, starts_on: date = STARTED, ends_on: date | None = None) -> CharacteristicPeriod:
    return CharacteristicPeriod(characteristic=word, starts_on=starts_on, ends_on=ends_on)


def with_words(*words: str) -> School:
    return given(replace(admitted(PUPIL), characteristics=words))


def test_a_list_with_days_is_all_there_is_and_a_word_alone_in_it_goes_on_as_it_stands() -> None:
    school = given(replace(admitted(PUPIL), characteristics=("ehcp", "fsm")))
    free_meals = CharacteristicPeriod(
        characteristic="FSM", starts_on=STARTED, ends_on=date(2026, 10, 31)
    )

    event = changed(school, change(characteristics=("ehcp", "eal", free_meals), effective_on=TODAY))

    assert event.changed == ("characteristics",)
    assert event.characteristics == (
        CharacteristicPeriod(characteristic="ehcp", starts_on=STARTED),
        CharacteristicPeriod(characteristic="eal", starts_on=TODAY),
        replace(free_meals, characteristic="fsm"),
    )
    assert (
        change_details(school, change(characteristics=("fsm", "ehcp")), NOW, entered=False) is None
    )


def test_words_alone_end_what_isnt_among_them_the_day_before() -> None:
    pupil = after(with_words("ehcp", "fsm"), change(characteristics=("ehcp", "eal")))

    assert pupil.characteristics == (
        held("ehcp"),
        held("fsm", ends_on=YESTERDAY),
        held("eal", TODAY),
    )


def test_no_words_at_all_end_everything_and_erase_nothing() -> None:
    pupil = after(with_words("ehcp", "fsm"), change(characteristics=(), effective_on=TODAY))

    assert pupil.characteristics == (
        held("ehcp", ends_on=YESTERDAY),
        held("fsm", ends_on=YESTERDAY),
    )


def test_what_has_ended_stays_known_whatever_words_are_sent() -> None:
    pupil = after(
        with_words("fsm"),
        change(characteristics=()),
        change(characteristics=("fsm",), effective_on=date(2026, 12, 1)),
    )

    assert pupil.characteristics == (
        held("fsm", ends_on=YESTERDAY),
        held("fsm", date(2026, 12, 1)),
    )
    assert pupil.has("fsm", date(2026, 9, 14))


def test_what_began_on_that_very_day_never_held() -> None:
    pupil = after(
        given(), change(characteristics=("fsm",)), change(characteristics=(), address="9 Mill Lane")
    )

    assert pupil.characteristics == ()


def test_what_is_stated_for_later_days_stays_and_a_word_begun_now_ends_before_it() -> None:
    january, later = date(2027, 1, 4), date(2027, 2, 1)
    planned = (held("fsm", january), held("eal", later))

    pupil = after(given(), change(characteristics=planned), change(characteristics=("fsm",)))

    assert set(pupil.characteristics) == {
        held("fsm", TODAY, january - timedelta(days=1)),
        *planned,
    }


@pytest.mark.parametrize("starting_day", [date(2026, 6, 1), date(2026, 9, 3)])
def test_what_held_from_the_starting_day_holds_from_the_one_in_its_place(
    starting_day: date,
) -> None:
    summer = held("eal", STARTED, date(2026, 7, 10))
    school = given(
        replace(admitted(PUPIL), characteristics=("ehcp",), characteristic_periods=(summer,))
    )

    event = changed(school, change(starting_day=starting_day))

    moved = [held("ehcp", starting_day)]
    if starting_day <= date(2026, 7, 10):
        moved.append(replace(summer, starts_on=starting_day))
    assert list(event.characteristics) == moved
    assert "characteristics" in event.changed


def test_a_characteristic_of_an_earlier_time_on_roll_gives_way_to_an_earlier_start() -> None:
    school = given(
        replace(admitted(PUPIL), characteristics=("ehcp", "fsm")),
        deleted(PUPIL, date(2026, 7, 10)),
        replace(admitted(PUPIL, starting=date(2026, 9, 7)), characteristics=("ehcp",)),
    )

    pupil = after(school, change(starting_day=date(2026, 9, 3)))

    assert set(pupil.characteristics) == {
        held("ehcp", ends_on=date(2026, 9, 2)),
        held("ehcp", date(2026, 9, 3)),
        held("fsm", ends_on=date(2026, 9, 6)),
    }


def test_a_characteristic_with_days_before_the_starting_day_gives_way_to_an_earlier_one() -> None:
    days = (held("fsm", date(2026, 6, 3), date(2026, 6, 5)), held("fsm"))
    school = given(replace(admitted(PUPIL), characteristic_periods=days))

    pupil = after(school, change(starting_day=date(2026, 6, 1)))

    assert pupil.characteristics == (held("fsm", date(2026, 6, 1)),)

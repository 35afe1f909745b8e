"""On which days a pupil's characteristics hold, once more is said of them. Refuses nothing.

Returns ask for a day long past, so what has ended is kept unless it is itself stated otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from attendance.admission_entry import CharacteristicPeriod
from attendance.characteristics import StatedCharacteristic, periods_of, words_of

DAY: Final = timedelta(days=1)


def changed_to(
    periods: Sequence[CharacteristicPeriod],
    stated: Sequence[StatedCharacteristic] | None,
    effective_on: date,
) -> tuple[CharacteristicPeriod, ...]:
    """Give the characteristics as stated; a word alone goes on as it stands, or begins that day.

    Of words alone, whatever isn't among them ends the day before, and what was said of other days
    stays. With a period among them they are all there is.

    Args:
        stated: None leaves all as it is.
    """
    if stated is None:
        return tuple(periods)
    words, dated = words_of(stated), periods_of(stated)
    going_on = [
        each for each in periods if each.characteristic in words and each.holds(effective_on)
    ]
    begun = {each.characteristic for each in going_on}
    begin = [
        CharacteristicPeriod(characteristic=word, starts_on=effective_on)
        for word in words
        if word not in begun
    ]
    if dated:
        return (*going_on, *begin, *dated)
    kept = _with_others_ended(periods, words, effective_on)
    return (*kept, *(_until_the_next(each, periods) for each in begin))


def begun_on(
    periods: Sequence[CharacteristicPeriod], before: date, starting_day: date
) -> tuple[CharacteristicPeriod, ...]:
    """Move the characteristics that held from a starting day to the day that takes its place."""
    if starting_day == before:
        return tuple(periods)
    moved = [
        replace(each, starts_on=starting_day)
        for each in periods
        if each.starts_on == before and (each.ends_on is None or starting_day <= each.ends_on)
    ]
    others = [each for each in periods if each.starts_on != before]
    words = {each.characteristic for each in moved}
    earlier = [each for each in others if each.characteristic in words and each.starts_on < before]
    rest = [each for each in others if each not in earlier]
    return (*periods_until(starting_day - DAY, earlier), *moved, *rest)


def periods_until(
    last: date, periods: Sequence[CharacteristicPeriod]
) -> Iterator[CharacteristicPeriod]:
    """Give the periods up to a day, none reaching beyond it."""
    for each in periods:
        if each.starts_on <= last:
            over = each.ends_on is not None and each.ends_on <= last
            yield each if over else replace(each, ends_on=last)


def _with_others_ended(
    periods: Sequence[CharacteristicPeriod], words: Sequence[str], effective_on: date
) -> Iterator[CharacteristicPeriod]:
    for each in periods:
        if each.characteristic in words or not each.holds(effective_on):
            yield each
        elif each.starts_on < effective_on:
            yield replace(each, ends_on=effective_on - DAY)


def _until_the_next(
    begun: CharacteristicPeriod, periods: Sequence[CharacteristicPeriod]
) -> CharacteristicPeriod:
    """End a period that begins now before one of the same word that was stated for later."""
    later = [
        each.starts_on
        for each in periods
        if each.characteristic == begun.characteristic and begun.starts_on < each.starts_on
    ]
    return replace(begun, ends_on=min(later) - DAY) if later else begun

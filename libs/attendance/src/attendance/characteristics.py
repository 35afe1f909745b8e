"""Which characteristics of a pupil the admission register states, and how they are said.

Rules and returns hang on these words, so an unknown one is refused: a mistyped `ehcp` would
silence them. A school's own words stand beside them as `local:…`, and nothing is done with those.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

from attendance.admission_entry import CharacteristicPeriod
from attendance.errors import Refusal
from attendance.rules.terms import Source

StatedCharacteristic: TypeAlias = str | CharacteristicPeriod
"""A characteristic as it is said: a word alone, or with the days on which it holds."""

LOCAL: Final = re.compile(r"local:[a-z0-9][a-z0-9-]{0,39}")
"""A school's own word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """A word of the vocabulary, and where it comes from."""

    word: str
    meaning: str
    also: tuple[str, ...] = ()  # as other systems write it
    source: Source


_DAILY_SHARE: Final = Source(
    "Share your daily school attendance data (DfE)", "items of 2023", date(2022, 9, 1)
)
_GUIDANCE: Final = Source(
    "Working together to improve school attendance (DfE)",
    "pupils with additional needs (recalled)",
    date(2024, 8, 19),
)
_CENSUS: Final = Source(
    "Education (Information About Individual Pupils) (England) Regulations 2013, SI 2013/2094",
    "Schedule 1 (recalled)",
    date(2013, 10, 1),
)

VOCABULARY: Final = (
    Characteristic(
        word="sen-support",
        meaning="special educational needs, supported by the school without a plan",
        also=("sen",),
        source=_DAILY_SHARE,
    ),
    Characteristic(
        word="ehcp", meaning="an education, health and care plan is in force", source=_DAILY_SHARE
    ),
    Characteristic(word="fsm", meaning="eligible for free school meals", source=_DAILY_SHARE),
    Characteristic(
        word="social-worker", meaning="has, or lately had, a social worker", source=_GUIDANCE
    ),
    Characteristic(
        word="looked-after",
        meaning="looked after by a local authority",
        also=("cla", "lac"),
        source=_DAILY_SHARE,
    ),
    Characteristic(
        word="previously-looked-after",
        meaning="was looked after, and left care by adoption or another order",
        also=("previously-cla", "pla"),
        source=_DAILY_SHARE,
    ),
    Characteristic(
        word="child-in-need",
        meaning="a child in need (Children Act 1989 s17)",
        also=("cin",),
        source=_DAILY_SHARE,
    ),
    Characteristic(
        word="child-protection-plan",
        meaning="subject to a child protection plan",
        also=("cpp",),
        source=_DAILY_SHARE,
    ),
    Characteristic(
        word="eal", meaning="first language known or believed not to be English", source=_CENSUS
    ),
    Characteristic(
        word="pupil-premium", meaning="attracts the pupil premium", also=("pp",), source=_CENSUS
    ),
    Characteristic(word="young-carer", meaning="cares for somebody at home", source=_GUIDANCE),
    Characteristic(
        word="medical-condition",
        meaning="a physical or mental condition that bears on attendance",
        also=("medical",),
        source=_GUIDANCE,
    ),
)

_SPELT: Final = {spelling: each.word for each in VOCABULARY for spelling in (each.word, *each.also)}


def characteristic_from(sent: str) -> str | None:
    """Read a characteristic as the vocabulary has it, whatever its case, spaces or underscores.

    Returns:
        None when it is neither of the vocabulary nor a school's own.
    """
    written = re.sub(r"[ _]+", "-", sent.strip().lower())
    return written if LOCAL.fullmatch(written) else _SPELT.get(written)


def characteristic_refusals(stated: Sequence[StatedCharacteristic]) -> Iterator[Refusal]:
    """Refuse words that the vocabulary doesn't have, and periods that end early or overlap."""
    for index, each in enumerate(stated):
        pointer = f"/characteristics/{index}"
        word, within = (
            (each, "") if isinstance(each, str) else (each.characteristic, "/characteristic")
        )
        if characteristic_from(word) is None:
            detail = "The vocabulary has no such word. A school's own begin with local: here."
            yield Refusal(f"{pointer}{within}", "characteristic-unknown", detail)
        if isinstance(each, CharacteristicPeriod):
            yield from _period_refusals(each, stated[:index], pointer)


def spelt(stated: CharacteristicPeriod) -> CharacteristicPeriod:
    """Write a period's characteristic as the vocabulary does; it must be one of its words."""
    word = characteristic_from(stated.characteristic) or stated.characteristic
    return replace(stated, characteristic=word)


def words_of(stated: Sequence[StatedCharacteristic]) -> tuple[str, ...]:
    """Give the words that stand alone, each once, as the vocabulary writes them."""
    words = (characteristic_from(each) for each in stated if isinstance(each, str))
    return tuple(dict.fromkeys(word for word in words if word is not None))


def periods_of(stated: Sequence[StatedCharacteristic]) -> tuple[CharacteristicPeriod, ...]:
    """Give the characteristics that have days of their own, as the vocabulary writes them."""
    return tuple(spelt(each) for each in stated if isinstance(each, CharacteristicPeriod))


def _period_refusals(
    period: CharacteristicPeriod, before: Sequence[StatedCharacteristic], pointer: str
) -> Iterator[Refusal]:
    if period.ends_on is not None and period.ends_on < period.starts_on:
        detail = "A characteristic ends on the day it starts or later."
        yield Refusal(f"{pointer}/ends_on", "ends-before-start", detail)
    if any(_meet(spelt(period), other) for other in periods_of(before)):
        detail = "A characteristic is stated once for a day."
        yield Refusal(f"{pointer}/starts_on", "characteristic-repeated", detail)


def _meet(one: CharacteristicPeriod, other: CharacteristicPeriod) -> bool:
    """Whether two periods are of the same characteristic and share a day."""
    same = one.characteristic == other.characteristic
    return same and (one.holds(other.starts_on) or other.holds(one.starts_on))

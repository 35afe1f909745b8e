"""The numbers of a rule's terms by their names, and others put in their place. Judges nothing.

Numbers in a wide sense: counts, yes or no, words, days and sets of codes. As JSON has them on the
one side, as the rule is asked with them on the other; what is of another sort never reaches a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum, auto
from typing import Final, TypeAlias

from attendance.codes import Code
from attendance.errors import Refusal
from attendance.rules.terms import Source, Terms
from attendance.wording import legible

LONGEST_WORD: Final = 40  # characters

Number: TypeAlias = int | bool | str | Sequence[str]
"""A number as JSON has it: a day and a code as text."""

_NOT_NUMBERS: Final = frozenset({"rule", "source", "in_force_from", "in_force_to"})


class Sort(StrEnum):
    """What a number may be."""

    COUNT = auto()
    TRUTH = auto()
    WORD = auto()
    DAY = auto()
    CODES = auto()


_CODES: Final = frozenset(code.value for code in Code)
_AS_SENT: Final[Mapping[Sort, str]] = {
    Sort.COUNT: "a whole number",
    Sort.TRUTH: "true or false",
    Sort.WORD: f"a word, of at most {LONGEST_WORD} characters",
    Sort.DAY: "a day, such as 2026-09-01",
    Sort.CODES: "a list of attendance codes, at least one",
}


def sorts_of(terms: Terms) -> dict[str, Sort]:
    """Name the numbers of some terms that others can be put in the place of, each with its sort."""
    of_terms = fields(terms)  # type: ignore[arg-type]  # every rule's terms are a dataclass
    named = {each.name: getattr(terms, each.name) for each in of_terms}
    return {
        name: sort
        for name, value in named.items()
        if name not in _NOT_NUMBERS and (sort := _sort_of(value)) is not None
    }


def problems_of_number(
    pointer: str, number: object, sort: Sort, *, least: int, most: int
) -> Iterator[Refusal]:
    """Refuse what is of another sort than the number whose place it takes, or out of bounds.

    Args:
        least: of a count.
        most: of a count.
    """
    if not _is_of(number, sort):
        detail = f"Give {_AS_SENT[sort]}."
        yield Refusal(pointer, "number-of-another-sort", detail)
    elif isinstance(number, int) and sort is Sort.COUNT and not least <= number <= most:
        detail = f"Give a number from {least} to {most}."
        yield Refusal(pointer, "number-out-of-bounds", detail)


def with_numbers(terms: Terms, numbers: Mapping[str, Number], source: Source) -> Terms:
    """Put numbers in the place of some terms' own.

    Args:
        numbers: by name, each of the sort that it takes the place of.
        source: where they are written.
    """
    sorts = sorts_of(terms)
    read = {name: _read(number, sorts[name]) for name, number in numbers.items()}
    put: Terms = replace(terms, **read, source=source)  # type: ignore[type-var]  # as above
    return put


def _sort_of(value: object) -> Sort | None:
    match value:
        case bool():
            return Sort.TRUTH
        case int():
            return Sort.COUNT
        case str():
            return Sort.WORD
        case date() | None:
            return Sort.DAY
        case frozenset() if all(isinstance(each, Code) for each in value):
            return Sort.CODES
        case _:
            return None


def _is_of(number: object, sort: Sort) -> bool:
    match number:
        case bool():
            return sort is Sort.TRUTH
        case int():
            return sort is Sort.COUNT
        case str() if sort is Sort.WORD:
            return legible(number) and len(number) <= LONGEST_WORD
        case str() if sort is Sort.DAY:
            return _day(number) is not None
        case list() if sort is Sort.CODES:
            return bool(number) and all(each in _CODES for each in number)
        case _:
            return False


def _read(number: Number, sort: Sort) -> object:
    match number:
        case str() if sort is Sort.DAY:
            return _day(number)
        case bool() | int() | str():
            return number
        case _:
            return frozenset(Code(each) for each in number)


def _day(text: str) -> date | None:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if on.isoformat() == text else None

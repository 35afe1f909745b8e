"""What stands at the edge of a rule's numbers: examples, and terms with one number moved.

A rule's examples say what comes out under its own terms; move any number by one, and at least one
of them must come out otherwise (test_mutated_terms.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final

from attendance.codes import Code
from attendance.rules.finding import Finding
from attendance.rules.terms import Source, Terms

DAY: Final = timedelta(days=1)
UNKNOWN: Final = "a-word-of-no-vocabulary"


@dataclass(frozen=True, slots=True)
class Example:
    """A case at the edge, and what the law makes of it."""

    name: str
    outcome: Callable[[Any], object]  # Any: each rule's examples take its own terms
    expected: object


def met(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say of each finding the session it was met on: `2026-09-18 PM`."""
    return tuple(f"{each.met_on.on} {each.met_on.half}" for each in findings)


def lasting(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say of each finding when it was met and when it lapsed: `2026-09-18 PM, 2026-09-21 AM`."""
    return tuple(
        ", ".join(
            f"{session.on} {session.half}" for session in (each.met_on, each.lapsed_on) if session
        )
        for each in findings
    )


def moved(terms: Terms) -> Iterator[tuple[str, Terms]]:
    """Move each number of some terms by one, both ways, and say what was moved.

    Codes and words come in sets, of which one is taken away or one is added; so with the keys of a
    mapping. A `Source` says where a number is written, and is none.
    """
    for each in fields(terms):  # type: ignore[arg-type]  # every rule's terms are a dataclass
        if each.name == "rule":
            continue
        for how, value in _others(getattr(terms, each.name)):
            yield f"{each.name} {how}", replace(terms, **{each.name: value})  # type: ignore[type-var]  # as above


def _others(value: object) -> Iterator[tuple[str, object]]:
    match value:
        case None | Source() | str():
            return
        case bool():
            yield f"{not value}", not value
        case int():
            yield from ((f"{value + by}", value + by) for by in (-1, 1))
        case date():
            yield from ((f"{value + by}", value + by) for by in (-DAY, DAY))
        case frozenset():
            yield from _other_sets(value)
        case Mapping():
            yield from _other_mappings(value)
        case _:
            raise TypeError(value)


def _other_sets(members: frozenset[object]) -> Iterator[tuple[str, object]]:
    of_codes = all(isinstance(member, Code) for member in members)
    others = set(Code) - members if of_codes else {UNKNOWN}
    yield from ((f"without {member}", members - {member}) for member in sorted(members, key=str))
    yield from ((f"with {other}", members | {other}) for other in sorted(others, key=str))


def _other_mappings(rows: Mapping[Any, object]) -> Iterator[tuple[str, object]]:
    for key, value in rows.items():
        yield f"without {key}", {other: rows[other] for other in rows if other != key}
        for how, other in _others(value):
            yield f"{key} {how}", {**rows, key: other}

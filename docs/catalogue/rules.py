"""The page of the rules: what each is met by, its numbers with their dates, what may be decided.

Everything is asked of the rules themselves, and which decisions they rest on of their sources.
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from attendance.rules import penalty_notice_limits
from attendance.rules.catalogue import RULES
from attendance.rules.numbers import Sort, sorts_of
from attendance.rules.rule import About, Ending, Outcome, Rule, Settable
from attendance.rules.terms import Terms, quoted

from docs.catalogue.markdown import GENERATED, code, table

HEAD: Final = """# Rules

What alerts are raised by. A rule is dated numbers and a function from a pupil's entries, admission
and plans to findings with their evidence; an absence is judged by the numbers in force on its day.
`GET /thresholds/v1/rules` gives the same as JSON; [thresholds.md](thresholds.md) says what becomes
of an alert, how numbers are set, and how others are tried out.

A number that may be set can be another in a school from day to day: where the law or guidance
leaves it to the school or its authority, or where it is ours. The others are fixed.

"""

NOTICES: Final = """
## Penalty notices

What a first, a second and a third notice to one parent for one pupil mean. `GET
/thresholds/v1/alerts/{id}` says of an alert of `penalty-notice-threshold` which the next would be,
by the notices recorded here. Where a notice beyond the limit is recorded it is refused.

"""

ENDINGS: Final = {
    Ending.WITHDRAWN: "When its ground goes, the alert is withdrawn.",
    Ending.CLOSED: "When what it asks for was done, the alert is closed; when its "
    "ground goes otherwise, it is withdrawn.",
}
ABOUT: Final = {About.PUPIL: "a pupil", About.REGISTER: "a register"}
DECISIONS: Final = Path(__file__).parents[1] / "decisions"
CITED: Final = re.compile(r"decisions? (\d{4}(?:(?:,| and) \d{4})*)")
DATES: Final = {"in_force_from", "in_force_to"}


def rules_page() -> str:
    """Lay out every rule of the catalogue, and the limits of penalty notices.

    Raises:
        KeyError: a number of a rule has no unit written down.
    """
    rows = (
        [f"[{rule.title}](#{_anchor(rule)})", code(rule.slug), rule.met_when, rule.told_to]
        for rule in RULES.values()
    )
    overview = table(("Rule", "Slug", "Met when", "Told to"), rows)
    sections = "".join(f"\n{_section(rule)}" for rule in RULES.values())
    return f"{GENERATED}{HEAD}{overview}{sections}{NOTICES}{_limits()}"


def _section(rule: Rule) -> str:
    words = [
        f"`{rule.slug}` is about {ABOUT[rule.about]}, and met when {rule.met_when}.",
        f"Told to {rule.told_to}. Evidence: {rule.evidence}. {ENDINGS[rule.ending]}",
        *_interpretations(rule),
    ]
    terms = "".join(f"\n{_in_force(rule, each)}" for each in rule.terms)
    outcomes = table(("Decision", "Meaning", "Closes the alert"), map(_outcome, rule.outcomes))
    return f"## {rule.title}\n\n" + "\n\n".join(words) + f"\n{terms}\n{outcomes}"


def _interpretations(rule: Rule) -> Iterator[str]:
    """Point to the decisions that the rule's source names."""
    module = inspect.getmodule(rule.findings)
    text = inspect.getsource(module) if module is not None else ""
    numbers = sorted({n for cited in CITED.findall(text) for n in re.findall(r"\d{4}", cited)})
    if numbers:
        yield f"How it is read: {', '.join(map(_linked, numbers))}."


def _linked(number: str) -> str:
    (page,) = DECISIONS.glob(f"{number}-*.md")
    return f"[{number}](decisions/{page.name})"


def _in_force(rule: Rule, terms: Terms) -> str:
    head = ("Number", "Value", "Unit", "May be set")
    rows = [[code(name), value, rule.units[name], _set(rule, name)] for name, value in _of(terms)]
    numbers = f"\n{table(head, rows)}" if rows else ""
    return f"{_dated(terms)}\n{numbers}"


def _dated(terms: Terms) -> str:
    ends = "" if terms.in_force_to is None else f" to {terms.in_force_to}"
    return f"In force from {terms.in_force_from}{ends}: {terms.source}."


def _of(terms: Terms) -> Iterator[tuple[str, str]]:
    """Give a rule's numbers as they are shown, those too that are nothing yet."""
    stated = {name: value for name, value in quoted(terms).items() if name not in DATES}
    for name in dict.fromkeys([*stated, *sorts_of(terms)]):
        yield name, _shown(stated.get(name))


def _shown(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case dict():
            return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items())
        case list() | tuple():
            return ", ".join(code(f"{each}") for each in value) or "none"
        case "":
            return "none"
        case _:
            return f"{value}"


def _set(rule: Rule, name: str) -> str:
    settable: Settable | None = rule.settable.get(name)
    if settable is None:
        return ""
    if sorts_of(rule.terms[-1])[name] is Sort.COUNT:
        return f"{settable.least} to {settable.most}"
    return "yes"


def _outcome(outcome: Outcome) -> list[str]:
    return [code(outcome.slug), outcome.meaning, "yes" if outcome.closes else "no"]


def _limits() -> str:
    parts: Iterable[str] = (
        f"{_dated(terms)}\n\n"
        + table(("Number", "Value"), ([code(name), value] for name, value in _of(terms)))
        for terms in penalty_notice_limits.TERMS
    )
    return "\n".join(parts)


def _anchor(rule: Rule) -> str:
    return rule.title.lower().replace(",", "").replace(" ", "-")

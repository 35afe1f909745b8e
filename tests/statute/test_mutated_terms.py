"""Every number of every rule matters: move one, and an example at its edge comes out otherwise."""

from collections.abc import Iterator

import pytest
from attendance.rules.catalogue import RULES
from attendance.rules.terms import Terms
from statute.boundaries import Example, moved
from statute.boundary_examples import EXAMPLES, TERMS


def examples() -> Iterator[object]:
    for slug, of_rule in EXAMPLES.items():
        for example in of_rule:
            yield pytest.param(slug, example, id=f"{slug}: {example.name}")


def mutants() -> Iterator[object]:
    for slug, terms_of_rule in TERMS.items():
        for terms in terms_of_rule:
            for what, mutant in moved(terms):
                yield pytest.param(slug, mutant, id=f"{slug}: {what}")


def test_every_rule_has_examples_at_its_edges() -> None:
    assert set(RULES) <= set(TERMS)
    assert set(TERMS) == set(EXAMPLES)
    assert all(EXAMPLES.values())


def test_every_number_of_a_rule_has_its_unit() -> None:
    for rule in RULES.values():
        numbers = {what.split()[0] for terms in rule.terms for what, _ in moved(terms)}

        assert numbers - {"in_force_from", "in_force_to"} <= set(rule.units), rule.slug
        assert set(rule.settable) <= set(rule.units), rule.slug


@pytest.mark.parametrize(("slug", "example"), list(examples()))
def test_an_example_comes_out_as_the_law_has_it(slug: str, example: Example) -> None:
    assert example.outcome(TERMS[slug][-1]) == example.expected


@pytest.mark.parametrize(("slug", "mutant"), list(mutants()))
def test_no_number_of_a_rule_is_idle(slug: str, mutant: Terms) -> None:
    assert any(example.outcome(mutant) != example.expected for example in EXAMPLES.get(slug, ()))

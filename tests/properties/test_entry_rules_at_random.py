"""A school's own marks mean on each day what its table says of that day; no code is one."""

from datetime import date, timedelta
from typing import Final

from attendance.codes import Code
from attendance.entry_rules import (
    STATUTORY,
    CodeRequirement,
    EntryRules,
    Requirement,
    Subcode,
    problems_of,
)
from attendance.errors import UnknownCode
from hypothesis import given
from hypothesis import strategies as st

DAYS: Final = [date(2026, 9, 7) + timedelta(days=each) for each in range(6)]
CODES: Final = (Code.I, Code.M, Code.P, Code.C)
FIRST_DAYS: Final = st.sampled_from(DAYS)
LAST_DAYS: Final = st.none() | st.sampled_from(DAYS)

SUBCODES: Final = st.lists(
    st.builds(
        Subcode,
        subcode=st.sampled_from(("A1", "a1", "B1", "I", "y7")),
        code=st.sampled_from(CODES),
        in_force_from=FIRST_DAYS,
        in_force_to=LAST_DAYS,
    ),
    max_size=4,
).map(tuple)
REQUIREMENTS: Final = st.lists(
    st.builds(
        CodeRequirement,
        code=st.sampled_from((*CODES, Code.B)),
        requirement=st.sampled_from(Requirement),
        in_force_from=FIRST_DAYS,
        in_force_to=LAST_DAYS,
    ),
    max_size=3,
).map(tuple)


def in_force(row: Subcode | CodeRequirement, on: date) -> bool:
    """Whether a day is one of a row's."""
    return on in DAYS[DAYS.index(row.in_force_from) :] and on <= (row.in_force_to or on)


def meant(rows: tuple[Subcode, ...], written: str, on: date) -> list[Code]:
    """List what a subcode stands for on a day."""
    return [row.code for row in rows if row.subcode.upper() == written and in_force(row, on)]


@given(SUBCODES)
def test_a_table_is_refused_just_when_a_mark_would_mean_two_things_or_end_before_it_begins(
    rows: tuple[Subcode, ...],
) -> None:
    national = any(row.subcode in ("I", "y7") for row in rows)
    backwards = any(
        row.in_force_to is not None and row.in_force_to < row.in_force_from for row in rows
    )
    two_things = any(
        len(meant(rows, each, on)) > 1 for each in ("A1", "B1", "I", "Y7") for on in DAYS
    )

    assert bool(list(problems_of(EntryRules(rows)))) == (national or backwards or two_things)


@given(SUBCODES)
def test_a_mark_is_read_as_the_table_of_that_day_has_it(rows: tuple[Subcode, ...]) -> None:
    rules = EntryRules(rows)

    for on in DAYS:
        assert rules.read("i", on) is Code.I
        for written in ("A1", "B1"):
            code = read(rules, f" {written.lower()} ", on)
            codes = meant(rows, written, on)
            assert code in codes if codes else code is None


@given(REQUIREMENTS)
def test_the_law_and_the_school_each_ask_on_their_own_days(
    rows: tuple[CodeRequirement, ...],
) -> None:
    rules = EntryRules((), rows)

    for on in DAYS:
        for code in (*CODES, Code.B):
            for requirement in Requirement:
                lawful = any(
                    (row.code, row.requirement) == (code, requirement) for row in STATUTORY
                )
                asked = any(
                    (row.code, row.requirement) == (code, requirement) and in_force(row, on)
                    for row in rows
                )
                assert rules.required(code, requirement, on) == (lawful or asked)


def read(rules: EntryRules, written: str, on: date) -> Code | None:
    """Read a mark; None when it is no code."""
    try:
        return rules.read(written, on)
    except UnknownCode:
        return None

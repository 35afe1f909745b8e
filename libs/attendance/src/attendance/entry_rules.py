"""What an entry must state besides its code, and which local subcodes a school uses: dated data.

The law's own requirements are here; a school may ask for more, and map its local subcodes to
national codes, each from one day to another. Judges no entry.

Source: SI 2024/208 reg 10 and 11; A4.8 of the guidance is followed for whatever the law leaves to
the school.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from attendance.code_table import IN_FORCE_FROM
from attendance.codes import Code, code_from
from attendance.errors import Refusal, UnknownCode


class Requirement(StrEnum):
    """What an entry may have to come with."""

    DETAIL = "detail"  # the nature of the activity or of the circumstances, in words
    PLAN = "plan"  # an absence plan in force that covers the session


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequirement:
    """Of which code, from when to when, what is required; both days are included."""

    code: Code
    requirement: Requirement
    in_force_from: date
    in_force_to: date | None = None
    source: str = "the school"

    def holds(self, code: Code, requirement: Requirement, on: date) -> bool:
        """Whether this is required of an entry of that code on a day."""
        return (
            self.code is code
            and self.requirement is requirement
            and self.in_force_from <= on
            and (self.in_force_to is None or on <= self.in_force_to)
        )


def _lawful(code: Code, requirement: Requirement, source: str) -> CodeRequirement:
    return CodeRequirement(
        code=code, requirement=requirement, in_force_from=IN_FORCE_FROM, source=source
    )


STATUTORY: Final = (
    _lawful(Code.B, Requirement.DETAIL, "SI 2024/208 reg 10(3), Table 2 (recalled)"),
    _lawful(Code.Y7, Requirement.DETAIL, "SI 2024/208 reg 10, Table 3 (recalled)"),
    _lawful(Code.C2, Requirement.PLAN, "SI 2024/208 reg 11(6): times and dates agreed"),
    _lawful(Code.D, Requirement.PLAN, "SI 2024/208 reg 10(3): registered at two schools"),
    _lawful(Code.E, Requirement.PLAN, "SI 2024/208 reg 10, Table 3: excluded that session"),
)
"""What the law asks, whatever the school says. Earlier days are judged by the rules of their time,
which are not modelled: entries before 19 August 2024 need nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subcode:
    """A school's own mark, and the national code it stands for, from one day to another."""

    subcode: str
    code: Code
    in_force_from: date
    in_force_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the school used it that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class EntryRules:
    """A school's own rules for entries, beside the law's."""

    subcodes: tuple[Subcode, ...] = ()
    requirements: tuple[CodeRequirement, ...] = ()

    def required(self, code: Code, requirement: Requirement, on: date) -> bool:
        """Whether the law or the school wants this of an entry of that code on a day."""
        return any(each.holds(code, requirement, on) for each in (*STATUTORY, *self.requirements))

    def read(self, raw: str, on: date) -> Code:
        """Read a mark as it was sent: a national code, or one of the school's own subcodes.

        Raises:
            UnknownCode: it is neither, on that day.
        """
        try:
            return code_from(raw)
        except UnknownCode:
            written = raw.strip().upper()
            for each in self.subcodes:
                if each.subcode.upper() == written and each.in_force(on):
                    return each.code
            raise


def problems_of(rules: EntryRules) -> Iterator[Refusal]:
    """List what is impossible in a school's rules, by pointers into `PUT …/entry-rules`."""
    for index, each in enumerate(rules.subcodes):
        pointer = f"/subcodes/{index}"
        if _is_national(each.subcode):
            detail = "This is a national code, which means what the law says."
            yield Refusal(f"{pointer}/subcode", "national-code", detail)
        if each.in_force_to is not None and each.in_force_to < each.in_force_from:
            yield _ends_before_start(pointer)
        if any(_meet(each, other) for other in rules.subcodes[:index]):
            detail = "A subcode stands for one code on one day."
            yield Refusal(f"{pointer}/subcode", "subcode-repeated", detail)
    for index, required in enumerate(rules.requirements):
        if required.in_force_to is not None and required.in_force_to < required.in_force_from:
            yield _ends_before_start(f"/requirements/{index}")


def _is_national(written: str) -> bool:
    try:
        code_from(written)
    except UnknownCode:
        return False
    return True


def _ends_before_start(pointer: str) -> Refusal:
    return Refusal(
        f"{pointer}/in_force_to", "ends-before-start", "The last day is not before the first."
    )


def _meet(one: Subcode, other: Subcode) -> bool:
    """Whether two rows are of the same subcode and share a day."""
    if one.subcode.upper() != other.subcode.upper():
        return False
    return _starts_in_time(one, other) and _starts_in_time(other, one)


def _starts_in_time(one: Subcode, other: Subcode) -> bool:
    return other.in_force_to is None or one.in_force_from <= other.in_force_to

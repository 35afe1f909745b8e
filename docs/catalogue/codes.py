"""The page of the attendance codes, from the table the rules count by."""

from typing import Final

from attendance.codes import CODE_TABLE, CodeDefinition
from attendance.entry_rules import STATUTORY, Requirement
from attendance.session import Half

from docs.catalogue.markdown import GENERATED, code, table

HEAD: Final = """# Attendance codes

Every mark in the register is one of these. Three ways to look at it must not be mixed up:

* *Legal*: the table of SI 2024/208 reg 10 it is from. Table 1 is for pupils present, table 2 for
  those attending elsewhere, table 3 for those absent or unable to attend.
* *Statistical*: how the Department counts the session.
* *Physical*: where the pupil was, which is what a fire list asks.

A session is *possible* when its code is `attending`, `authorised` or `unauthorised`. Absence is
the authorised and the unauthorised, over the possible. `Z` and `#` are no entries in law: `Z` is
for an admitted pupil before the starting day, `#` for a session that the calendar closes to the
pupil's year group.

A code that needs a plan is refused unless an [absence plan](absence-plans.md) in force covers the
session. A school may ask for more, from a day on: `PUT /register/v1/schools/{urn}/entry-rules`.

`GET /register/v1/codes` gives the same table, and `?on=` those in force on a day.

"""

COLUMNS: Final = ("Code", "Meaning", "Session", "Legal", "Statistical", "Physical")
CONDITIONS: Final = ("Code", "When it may be used", "Needs", "In force", "Source")


def codes_page() -> str:
    """Lay out the whole code table: what each counts as, then when it may be used."""
    rows = CODE_TABLE.values()
    views = table(COLUMNS, (_views(row) for row in rows))
    conditions = table(CONDITIONS, (_conditions(row) for row in rows))
    return f"{GENERATED}{HEAD}{views}\n## When each may be used\n\n{conditions}"


def _views(row: CodeDefinition) -> list[str]:
    session = " or ".join(half for half in Half if half in row.halves)
    return [code(row.code), row.description, session, row.legal, row.statistical, row.physical]


def _conditions(row: CodeDefinition) -> list[str]:
    until = f" to {row.in_force_to}" if row.in_force_to else ""
    in_force = f"from {row.in_force_from}{until}"
    return [code(row.code), row.constraints, _needs(row), in_force, row.source]


def _needs(row: CodeDefinition) -> str:
    needs = {
        Requirement.DETAIL: row.detail_required or "",
        Requirement.PLAN: "an absence plan",
    }
    return "; ".join(
        f"{needs[each.requirement]}, from {each.in_force_from}"
        for each in STATUTORY
        if each.code is row.code
    )

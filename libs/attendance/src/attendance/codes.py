"""The attendance codes and the sets that everything is counted by. Reads marks; judges no pupil."""

from datetime import date
from typing import Final

from attendance.code_definition import (
    Code,
    CodeDefinition,
    LegalTable,
    PhysicalView,
    StatisticalClass,
)
from attendance.code_table import CODE_TABLE
from attendance.errors import UnknownCode

__all__ = [
    "APPROVED_EDUCATIONAL_ACTIVITY",
    "ATTENDING",
    "AUTHORISED",
    "CODE_TABLE",
    "LATE",
    "NOT_POSSIBLE",
    "POSSIBLE",
    "PRESENT",
    "UNAUTHORISED",
    "Code",
    "CodeDefinition",
    "LegalTable",
    "PhysicalView",
    "StatisticalClass",
    "code_from",
    "in_force",
]


def _of_class(*classes: StatisticalClass) -> frozenset[Code]:
    return frozenset(code for code, row in CODE_TABLE.items() if row.statistical in classes)


# The sets of the Department's statistics; tests/statute holds them to its published figures.
PRESENT: Final = frozenset(
    code for code, row in CODE_TABLE.items() if row.legal is LegalTable.PRESENT
)
APPROVED_EDUCATIONAL_ACTIVITY: Final = frozenset(
    code for code, row in CODE_TABLE.items() if row.approved_educational_activity
)
ATTENDING: Final = _of_class(StatisticalClass.ATTENDING)
AUTHORISED: Final = _of_class(StatisticalClass.AUTHORISED)
UNAUTHORISED: Final = _of_class(StatisticalClass.UNAUTHORISED)
POSSIBLE: Final = ATTENDING | AUTHORISED | UNAUTHORISED
NOT_POSSIBLE: Final = _of_class(StatisticalClass.NOT_POSSIBLE)
LATE: Final = frozenset({Code.L, Code.U})

# Marks reach us through word processors and other systems' exports.
SLASHES: Final = str.maketrans(
    {
        "\N{DIVISION SLASH}": "/",
        "\N{FRACTION SLASH}": "/",
        "\N{FULLWIDTH SOLIDUS}": "/",
        "\N{BIG SOLIDUS}": "/",
        "\N{FULLWIDTH REVERSE SOLIDUS}": "\\",
        "\N{REVERSE SOLIDUS OPERATOR}": "\\",
        "\N{SMALL REVERSE SOLIDUS}": "\\",
        "\N{BIG REVERSE SOLIDUS}": "\\",
        "\N{SET MINUS}": "\\",
    }
)
EXACT: Final[dict[str, Code]] = {code.value: code for code in Code}
LONGEST: Final = 8  # of a mark as it is sent: it is kept beside the code, so it isn't let grow


def code_from(raw: str) -> Code:
    """Read a mark as another system wrote it: stray spaces, lower case, look-alike slashes.

    Raises:
        UnknownCode: it is none of any time; nor is `-`, for "no mark yet".
    """
    code = EXACT.get(raw) or _read(raw)
    if code is None:
        raise UnknownCode
    return code


def _read(raw: str) -> Code | None:
    if len(raw) > LONGEST:
        return None
    plain = raw.strip(" ").translate(SLASHES)
    # Upper case makes our letters of other alphabets' too: of a dotless i an I, which is illness.
    return EXACT.get(plain.upper()) if plain.isascii() else None


def in_force(code: Code, on: date) -> bool:
    """Whether a session on that date may carry the code."""
    row = CODE_TABLE[code]
    return row.in_force_from <= on and (row.in_force_to is None or on <= row.in_force_to)

"""Who is who: identifiers that must not be mixed up. Types only; they are issued elsewhere."""

import re
from typing import Final, NewType

Urn = NewType("Urn", int)
"""A school's unique reference number: six digits."""

LaCode = NewType("LaCode", str)
"""A local authority's three-digit code, kept as text for its leading zeros."""

PupilId = NewType("PupilId", str)
"""A pupil as the school's own system calls them, unique in that school; never the UPN."""

AcademicYear = NewType("AcademicYear", str)
"""1 August to 31 July, written "2026-27"."""

PUPIL_ID: Final = re.compile(r"(?!\.+\Z)[A-Za-z0-9._-]{1,64}")
"""Never dots alone: in a path those are a place and no name."""

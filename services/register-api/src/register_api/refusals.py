"""Which problem each refusal is answered with. 409: true, but not now. 422: never allowed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from attendance.errors import (
    AdmissionRefused,
    CalendarRefused,
    DetailsRefused,
    RegisterRefused,
    SchoolUnknown,
)
from eventlog import RecordedTooLate
from servicekit.problems import Kind

from register_api.errors import ClocksDiffer, NotKnownStored, SchoolBusy

UNPROCESSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY

OF_ENTRIES: Final = (
    "unknown-code",
    "wrong-session",
    "no-session",
    "not-on-roll",
    "code-not-allowed",
    "detail-required",
    "duplicate-pupil",
    "minutes-late-not-allowed",
)

MARKS_REFUSED: Final = Kind(
    "register-refused",
    "The register can't take this",
    UNPROCESSABLE,
    reasons=(*OF_ENTRIES, "no-marks", "session-not-started", "signatory-required"),
)
ALREADY_MARKED: Final = Kind(
    "already-marked", "An entry stands; amend it instead", HTTPStatus.CONFLICT
)
AMENDMENTS_REFUSED: Final = Kind(
    "register-refused",
    "The register can't take this",
    UNPROCESSABLE,
    reasons=(
        *OF_ENTRIES,
        "no-amendments",
        "same-code",
        "reason-required",
        "signatory-required",
    ),
)
ENTRY_CHANGED: Final = Kind(
    "entry-changed",
    "The entry in force is another",
    HTTPStatus.CONFLICT,
    reasons=("not-yet-marked", "entry-changed"),
)
ADMISSION_REFUSED: Final = Kind(
    "admission-refused",
    "The admission register can't take this",
    UNPROCESSABLE,
    reasons=(
        "identifier-not-allowed",
        "blank",
        "date-of-birth-in-future",
        "starting-day-not-plausible",
        "signatory-required",
    ),
)
ALREADY_ADMITTED: Final = Kind(
    "already-admitted", "The pupil is in the admission register", HTTPStatus.CONFLICT
)
CALENDAR_REFUSED: Final = Kind(
    "calendar-refused",
    "The calendar contradicts itself",
    UNPROCESSABLE,
    reasons=(
        "no-half-terms",
        "ends-before-start",
        "half-terms-overlap",
        "outside-academic-year",
        "closure-outside-half-terms",
        "closure-repeated",
    ),
)
DETAILS_REFUSED: Final = Kind(
    "details-refused",
    "A school can't have these details",
    UNPROCESSABLE,
    reasons=("blank", "register-open-too-long", "sessions-overlap"),
)
AUTHORITY_FIXED: Final = Kind(
    "authority-fixed", "A school's authority isn't changed by this token", UNPROCESSABLE
)
NO_SCHOOL: Final = Kind("not-found", "There is no such school", HTTPStatus.NOT_FOUND)
SCHOOL_BUSY: Final = Kind(
    "school-busy",
    "The school's registers are changing at this moment",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "1"},
)
NOT_KNOWN_STORED: Final = Kind(
    "not-known-stored",
    "Whether this was stored isn't known yet",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "1"},
)
CLOCKS_DIFFER: Final = Kind(
    "clocks-differ", "This server's clock is wrong", HTTPStatus.SERVICE_UNAVAILABLE
)

KINDS: Final[Mapping[type[Exception], Kind]] = {
    RegisterRefused: MARKS_REFUSED,
    AdmissionRefused: ADMISSION_REFUSED,
    CalendarRefused: CALENDAR_REFUSED,
    DetailsRefused: DETAILS_REFUSED,
    SchoolUnknown: NO_SCHOOL,
    SchoolBusy: SCHOOL_BUSY,
    NotKnownStored: NOT_KNOWN_STORED,
    ClocksDiffer: CLOCKS_DIFFER,
    RecordedTooLate: CLOCKS_DIFFER,
}

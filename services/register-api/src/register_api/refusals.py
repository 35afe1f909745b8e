"""Which problem each refusal is answered with. 409: true, but not now. 422: never allowed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from attendance.errors import (
    AdmissionRefused,
    CalendarRefused,
    DeletionRefused,
    DetailsRefused,
    EntryRulesRefused,
    HoldRefused,
    HoldUnknown,
    PlanRefused,
    PlanUnknown,
    PupilUnknown,
    RegisterRefused,
    SchoolUnknown,
)
from servicekit.commands import CLOCKS_DIFFER, SCHOOL_BUSY
from servicekit.preconditions import PRECONDITION_FAILED
from servicekit.problems import ItemProblem, Kind

from register_api.errors import (
    AnotherRevision,
    ClosureUndone,
    NotKnownStored,
)
from register_api.plan_refusals import NO_PLAN, PLAN_REFUSED

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
    "arrived-at-not-allowed",
    "arrival-not-plausible",
)

MARKS_REFUSED: Final = Kind(
    "register-refused",
    "The register can't take this",
    UNPROCESSABLE,
    reasons=(*OF_ENTRIES, "no-marks", "session-not-started", "signatory-required"),
    item=ItemProblem("/marks/3/code", "unknown-code", "Use a code of the code table."),
)
ALREADY_MARKED: Final = Kind(
    "already-marked",
    "An entry stands; amend it instead",
    HTTPStatus.CONFLICT,
    item=ItemProblem("/marks/3/pupil", "already-marked", "Amend the entry that stands."),
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
    item=ItemProblem("/amendments/0/reason", "reason-required", "Say why it is amended (reg 6)."),
)
ENTRY_CHANGED: Final = Kind(
    "entry-changed",
    "The entry in force is another",
    HTTPStatus.CONFLICT,
    reasons=("not-yet-marked", "entry-changed"),
    item=ItemProblem("/amendments/0/original", "entry-changed", "Read the entry again."),
)
CLOSURE_REFUSED: Final = Kind(
    "register-refused",
    "The register can't take this",
    UNPROCESSABLE,
    reasons=(
        "no-session",
        "session-not-started",
        "code-not-allowed",
        "nobody-due",
        "reason-required",
        "signatory-required",
    ),
)
CLOSURE_UNDONE: Final = Kind(
    "closure-reversed", "The closure was reversed before", HTTPStatus.CONFLICT
)
ENTRY_RULES_REFUSED: Final = Kind(
    "entry-rules-refused",
    "The rules contradict themselves or the national codes",
    UNPROCESSABLE,
    reasons=("national-code", "subcode-repeated", "ends-before-start"),
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
        "leaves-before-start",
        "characteristic-unknown",
        "characteristic-repeated",
        "ends-before-start",
        "signatory-required",
    ),
    item=ItemProblem(
        "/starting_day", "starting-day-not-plausible", "Give the day the pupil is on roll from."
    ),
)
ALREADY_ADMITTED: Final = Kind(
    "already-admitted", "The pupil is in the admission register", HTTPStatus.CONFLICT
)
CHANGE_REFUSED: Final = Kind(
    ADMISSION_REFUSED.slug,
    ADMISSION_REFUSED.title,
    UNPROCESSABLE,
    reasons=(*ADMISSION_REFUSED.reasons[1:], "not-on-roll"),
    item=ItemProblem("/effective_on", "not-on-roll", "Give a day on which the pupil is on roll."),
)
STARTING_DAY_FIXED: Final = Kind(
    "starting-day-not-changeable",
    "Entries stand before that starting day",
    HTTPStatus.CONFLICT,
    reasons=("starting-day-not-changeable", "already-admitted"),
)
DELETION_REFUSED: Final = Kind(
    "deletion-refused",
    "The pupil can't be deleted like this",
    UNPROCESSABLE,
    reasons=(
        "deletion-in-future",
        "deleted-before-start",
        "ground-not-in-force",
        "ground-not-arisen",
        "ground-not-for-this-age",
        "ground-not-met",
        "condition-not-met",
        "condition-not-of-ground",
        "condition-required",
        "signatory-required",
    ),
    item=ItemProblem("/ground", "ground-not-met", "Twenty such school days don't stand yet."),
)
ALREADY_DELETED: Final = Kind(
    "deletion-refused",
    "The pupil can't be deleted now",
    HTTPStatus.CONFLICT,
    reasons=("already-deleted", "entries-after-deletion"),
    item=ItemProblem("/deleted_on", "entries-after-deletion", "A deletion erases no entry."),
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
    item=ItemProblem("/half_terms/1", "half-terms-overlap", "Half terms follow one another."),
)
DETAILS_REFUSED: Final = Kind(
    "details-refused",
    "A school can't have these details",
    UNPROCESSABLE,
    reasons=("blank", "register-open-too-long", "sessions-overlap"),
    item=ItemProblem(
        "/sessions/AM/closes", "register-open-too-long", "Close it within 30 minutes."
    ),
)
AUTHORITY_FIXED: Final = Kind(
    "authority-fixed",
    "A school's authority isn't changed by this token",
    UNPROCESSABLE,
    item=ItemProblem("/la_code", "authority-fixed", "Give the authority the token is for."),
)
NO_CALENDAR: Final = Kind(
    "not-found", "The school has published no calendar for that year", HTTPStatus.NOT_FOUND
)
NO_PUPIL: Final = Kind("not-found", "There is no such pupil", HTTPStatus.NOT_FOUND)
HOLD_REFUSED: Final = Kind(
    "hold-refused",
    "The hold can't be so",
    UNPROCESSABLE,
    reasons=("signatory-required", "reason-required", "pupil-unknown"),
    item=ItemProblem("/reason", "reason-required", "Say why."),
)
HOLD_LIFTED: Final = Kind(
    "hold-lifted",
    "The hold was lifted before",
    HTTPStatus.CONFLICT,
    item=ItemProblem("", "hold-lifted", "The hold was lifted before."),
)
NO_HOLD: Final = Kind("not-found", "There is no such hold", HTTPStatus.NOT_FOUND)
NO_SCHOOL: Final = Kind("not-found", "There is no such school", HTTPStatus.NOT_FOUND)
NOT_KNOWN_STORED: Final = Kind(
    "not-known-stored",
    "Whether this was stored isn't known yet",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "1"},
)

# What any command may be told that is right in itself.
NOT_NOW: Final = (SCHOOL_BUSY, NOT_KNOWN_STORED, CLOCKS_DIFFER)

KINDS: Final[Mapping[type[Exception], Kind]] = {
    RegisterRefused: MARKS_REFUSED,
    AdmissionRefused: ADMISSION_REFUSED,
    CalendarRefused: CALENDAR_REFUSED,
    DetailsRefused: DETAILS_REFUSED,
    EntryRulesRefused: ENTRY_RULES_REFUSED,
    ClosureUndone: CLOSURE_UNDONE,
    DeletionRefused: DELETION_REFUSED,
    HoldRefused: HOLD_REFUSED,
    HoldUnknown: NO_HOLD,
    AnotherRevision: PRECONDITION_FAILED,
    PupilUnknown: NO_PUPIL,
    PlanRefused: PLAN_REFUSED,
    SchoolUnknown: NO_SCHOOL,
    PlanUnknown: NO_PLAN,
    NotKnownStored: NOT_KNOWN_STORED,
}

"""Which problem each refusal of an absence plan is answered with. 409: true, but not now."""

from http import HTTPStatus
from typing import Final

from servicekit.problems import ItemProblem, Kind

UNPROCESSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY

OF_ACTIVITIES: Final = (
    "signatory-required",
    "blank",
    "ends-before-start",
    "end-required",
    "supervisor-required",
    "provider-required",
    "not-on-roll",
)
PLAN_REFUSED: Final = Kind(
    "plan-refused",
    "An absence plan can't be so",
    UNPROCESSABLE,
    reasons=(
        *OF_ACTIVITIES,
        "date-in-future",
        "not-in-advance",
        "pupil-may-not-ask",
        "parent-not-lived-with",
        "not-of-compulsory-school-age",
        "pattern-required",
        "pattern-whole-week",
        "review-required",
        "review-outside-plan",
        "end-not-allowed",
        "return-before-start",
        "same-school",
        "replaces-no-plan",
    ),
    item=ItemProblem("/requested_on", "not-in-advance", "Leave for this is asked for before."),
)
ACTIVITIES_REFUSED: Final = Kind(
    "plan-refused",
    "An absence plan can't be so",
    UNPROCESSABLE,
    reasons=(*OF_ACTIVITIES, "no-pupils", "duplicate-pupil"),
    item=ItemProblem("/pupils/3", "not-on-roll", "Plan it for pupils on roll that day."),
)
DECISION_REFUSED: Final = Kind(
    "plan-refused",
    "The decision can't be so",
    UNPROCESSABLE,
    reasons=(
        "signatory-required",
        "reason-required",
        "not-leave",
        "date-in-future",
        "decided-before-request",
        "not-in-advance",
    ),
    item=ItemProblem("/reason", "reason-required", "Say why it was decided so."),
)
ENDING_REFUSED: Final = Kind(
    "plan-refused",
    "The plan can't end so",
    UNPROCESSABLE,
    reasons=("signatory-required", "reason-required", "end-not-allowed", "end-outside-plan"),
    item=ItemProblem("/ends", "end-outside-plan", "Give a session of the plan before its last."),
)
PLAN_OVERLAPS: Final = Kind(
    "plan-overlaps",
    "Another plan of this kind covers some of its sessions",
    HTTPStatus.CONFLICT,
    item=ItemProblem("/starts", "plan-overlaps", "Replace or end the other plan."),
)
PLAN_NOT_OPEN: Final = Kind(
    "plan-not-open",
    "The plan was refused, withdrawn or ended before",
    HTTPStatus.CONFLICT,
    item=ItemProblem("", "plan-not-open", "Make a new plan."),
)
ALREADY_DECIDED: Final = Kind(
    "already-decided",
    "The leave was decided before",
    HTTPStatus.CONFLICT,
    item=ItemProblem("", "already-decided", "Replace it by a new request."),
)
NO_PLAN: Final = Kind("not-found", "There is no such absence plan", HTTPStatus.NOT_FOUND)

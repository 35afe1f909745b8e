"""Which problem each refusal is answered with. 409: true, but not now. 422: never allowed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from attendance.errors import AlertUnknown, DecisionRefused, RuleUnknown, TermsRefused
from servicekit.commands import CLOCKS_DIFFER, SCHOOL_BUSY
from servicekit.problems import ItemProblem, Kind

UNPROCESSABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY

DECISION_REFUSED: Final = Kind(
    "decision-refused",
    "The decision can't be taken like this",
    UNPROCESSABLE,
    reasons=(
        "outcome-unknown",
        "reason-required",
        "signatory-required",
        "through-not-expected",
        "through-passed",
        "through-too-far",
        "notice-required",
        "notice-not-expected",
        "notice-in-future",
        "notice-before-threshold",
        "received-before-issued",
        "no-such-notice",
    ),
    item=ItemProblem("/notice", "notice-required", "Give the parent and the day of issue."),
)
DECISION_NOT_NOW: Final = Kind(
    "decision-refused",
    "The decision can't be taken as the alert stands",
    HTTPStatus.CONFLICT,
    reasons=("alert-withdrawn", "alert-closed", "rests-on-n", "notice-not-permitted"),
    item=ItemProblem("/outcome", "rests-on-n", "Establish the reason of every session first."),
)
NO_ALERT: Final = Kind("not-found", "There is no such alert", HTTPStatus.NOT_FOUND)
TERMS_REFUSED: Final = Kind(
    "terms-refused",
    "A school can't be judged by these numbers",
    UNPROCESSABLE,
    reasons=(
        "number-unknown",
        "number-not-settable",
        "number-of-another-sort",
        "number-out-of-bounds",
        "no-numbers",
        "blank",
        "ends-before-start",
        "periods-cross",
        "signatory-required",
    ),
    item=ItemProblem(
        "/periods/0/terms/sessions", "number-not-settable", "This number isn't for a school to set."
    ),
)
SIMULATION_REFUSED: Final = Kind(
    TERMS_REFUSED.slug,
    TERMS_REFUSED.title,
    UNPROCESSABLE,
    reasons=(
        "number-unknown",
        "number-of-another-sort",
        "number-out-of-bounds",
        "no-numbers",
        "rule-not-simulated",
    ),
    item=ItemProblem("/terms/sessions", "number-out-of-bounds", "Give a number from 1 to 10000."),
)
SIMULATION_UNDER_WAY: Final = Kind(
    "simulation-under-way",
    "Another simulation is under way",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "5"},
)
FIGURES_UNDER_WAY: Final = Kind(
    "figures-under-way",
    "Other figures are being worked out for you",
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"Retry-After": "5"},
)
NO_RULE: Final = Kind("not-found", "There is no such rule", HTTPStatus.NOT_FOUND)

# What any command may be told that is right in itself.
NOT_NOW: Final = (SCHOOL_BUSY, CLOCKS_DIFFER)

KINDS: Final[Mapping[type[Exception], Kind]] = {
    DecisionRefused: DECISION_REFUSED,
    AlertUnknown: NO_ALERT,
    TermsRefused: TERMS_REFUSED,
    RuleUnknown: NO_RULE,
}

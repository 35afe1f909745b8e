"""HTTP for rules and the numbers a school has set. Translates; decides nothing, holds no SQL."""

from typing import Annotated

from attendance.errors import RuleUnknown
from attendance.rules.catalogue import RULES
from fastapi import APIRouter, Path, Query, Request
from servicekit.caller import AlertsReader, SchoolsWriter
from servicekit.commands import signatory
from servicekit.database import of_school
from servicekit.fields import UrnPath
from servicekit.problems import INVALID, refusals

from thresholds.access import NOT_FOUND, OwnRuntime, school_in_view
from thresholds.asked import NothingAsked, Once
from thresholds.commands import put_terms
from thresholds.queries import stated_terms
from thresholds.refusals import NO_RULE, NOT_NOW, TERMS_REFUSED
from thresholds.rule_schemas import RuleOut, RulesOut, SchoolTermsOut, TermsIn, TermsPutOut

router = APIRouter()

RulePath = Annotated[
    str,
    Path(
        pattern=r"^[a-z]+(-[a-z]+)*$",
        max_length=60,
        description="the rule, as `GET /rules` names it",
        examples=["part-time-timetable-review"],
    ),
]


@router.get("/rules", responses=refusals(INVALID), dependencies=[Once])
async def list_rules(_caller: AlertsReader, _asked: Annotated[NothingAsked, Query()]) -> RulesOut:
    """List the rules that alerts are raised by: their numbers, with dates, units and sources."""
    return RulesOut(items=[RuleOut.of(each) for each in RULES.values()])


@router.get(
    "/schools/{urn}/terms/{rule}",
    responses=refusals(INVALID, NOT_FOUND, NO_RULE),
    dependencies=[Once],
)
async def read_terms(
    urn: UrnPath,
    rule: RulePath,
    caller: AlertsReader,
    runtime: OwnRuntime,
    _asked: Annotated[NothingAsked, Query()],
) -> SchoolTermsOut:
    """Read the numbers that a school is judged by under a rule, and which of them were set."""
    await school_in_view(runtime, caller, urn, None)
    if rule not in RULES:
        raise RuleUnknown
    async with of_school(runtime.pool, urn) as conn:
        stated = await stated_terms(conn, urn)
    return SchoolTermsOut.of(RULES[rule], stated.by_rule.get(rule))


@router.put(
    "/schools/{urn}/terms/{rule}",
    responses=refusals(TERMS_REFUSED, NOT_FOUND, NO_RULE, *NOT_NOW),
)
async def set_terms(
    urn: UrnPath,
    rule: RulePath,
    body: TermsIn,
    caller: SchoolsWriter,
    runtime: OwnRuntime,
    request: Request,
) -> TermsPutOut:
    """Set the numbers that a school is judged by under a rule, where the law leaves them open.

    They take the place of all set before. Said again, nothing is recorded.
    """
    await school_in_view(runtime, caller, urn, None)
    done = await put_terms(runtime, urn, body.to_command(rule, signatory(body.by, caller)))
    request.state.position = done.position
    return TermsPutOut(position=done.position)

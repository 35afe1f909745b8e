"""HTTP for absence plans. Translates; decides nothing, and holds no SQL."""

from datetime import date
from typing import Annotated
from uuid import UUID

from attendance.identifiers import PupilId
from fastapi import APIRouter, Path, Query, Request, Response
from servicekit.caller import RegisterAmender, RegisterReader, RegisterWriter
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.fields import PupilPath, UrnPath
from servicekit.problems import refusals

from register_api.access import must_see, registry_of
from register_api.plan_refusals import (
    ACTIVITIES_REFUSED,
    ALREADY_DECIDED,
    DECISION_REFUSED,
    ENDING_REFUSED,
    NO_PLAN,
    PLAN_NOT_OPEN,
    PLAN_OVERLAPS,
    PLAN_REFUSED,
)
from register_api.plans import (
    chosen,
    decide_plan,
    finish_plan,
    make_plan,
    make_plans,
    named,
    plan_id,
    plans_of,
)
from register_api.refusals import NO_PUPIL, NO_SCHOOL, NOT_NOW
from register_api.schemas.plan_answers import (
    ActivitiesPlannedOut,
    AnyPlanOut,
    PlannedOut,
    PlanOfPupilOut,
    PlansOut,
)
from register_api.schemas.plan_views import may_read_reasons, plan_out
from register_api.schemas.plans import ActivitiesIn, DecisionIn, EndingIn, PlanIn, to_command
from register_api.schemas.queries import AsOf, PlansQuery

router = APIRouter()

PlanPath = Annotated[UUID, Path(description="the plan")]


@router.post(
    "/schools/{urn}/pupils/{pupil}/absence-plans",
    operation_id="plan_absence",
    status_code=201,
    responses=refusals(
        PLAN_REFUSED,
        PLAN_OVERLAPS,
        PLAN_NOT_OPEN,
        NO_SCHOOL,
        NO_PUPIL,
        *NOT_NOW,
        *COMMAND_REFUSALS,
    ),
)
async def plan(
    urn: UrnPath,
    pupil: PupilPath,
    body: PlanIn,
    caller: RegisterWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> PlannedOut:
    """Plan a pupil's absence, or revise a plan; it enters nothing in a register.

    Leave of absence is only asked for: an authorised person decides it by another request. All else
    is in force at once.
    """
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = keyed.of(caller.client, urn)
    planning = to_command(body, pupil, signatory(body.by, caller))
    done = await make_plan(registry, urn, planning, command)
    answered(request, response, done)
    return PlannedOut(position=done.position, plan=plan_id(command, planning.pupil))


@router.post(
    "/schools/{urn}/activities",
    operation_id="plan_activity",
    status_code=201,
    responses=refusals(ACTIVITIES_REFUSED, PLAN_OVERLAPS, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def activities(
    urn: UrnPath,
    body: ActivitiesIn,
    caller: RegisterWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> ActivitiesPlannedOut:
    """Plan one activity of several pupils, such as a class's visit: of all of them, or none."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    command = keyed.of(caller.client, urn)
    planning = body.to_command(signatory(body.by, caller))
    done = await make_plans(registry, urn, planning, command)
    answered(request, response, done)
    return ActivitiesPlannedOut(
        position=done.position,
        plans=[
            PlanOfPupilOut(pupil=pupil, plan=plan_id(command, pupil)) for pupil in planning.pupils
        ],
    )


@router.post(
    "/schools/{urn}/pupils/{pupil}/absence-plans/{plan}/decision",
    operation_id="decide_absence_plan",
    status_code=201,
    responses=refusals(
        DECISION_REFUSED,
        ALREADY_DECIDED,
        PLAN_NOT_OPEN,
        NO_SCHOOL,
        NO_PUPIL,
        NO_PLAN,
        *NOT_NOW,
        *COMMAND_REFUSALS,
    ),
)
async def decision(
    urn: UrnPath,
    pupil: PupilPath,
    plan: PlanPath,
    body: DecisionIn,
    caller: RegisterAmender,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> PlannedOut:
    """Grant leave of absence, or refuse it, as the person whom the proprietor authorised."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    decided = body.to_command(pupil, plan, signatory(body.by, caller))
    done = await decide_plan(registry, urn, decided, keyed.of(caller.client, urn))
    answered(request, response, done)
    return PlannedOut(position=done.position, plan=plan)


@router.post(
    "/schools/{urn}/pupils/{pupil}/absence-plans/{plan}/ending",
    operation_id="end_absence_plan",
    status_code=201,
    responses=refusals(
        ENDING_REFUSED,
        PLAN_NOT_OPEN,
        NO_SCHOOL,
        NO_PUPIL,
        NO_PLAN,
        *NOT_NOW,
        *COMMAND_REFUSALS,
    ),
)
async def ending(
    urn: UrnPath,
    pupil: PupilPath,
    plan: PlanPath,
    body: EndingIn,
    caller: RegisterWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> PlannedOut:
    """End a plan before its time, or withdraw it. Entries made while it ran stay as they are."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    ended = body.to_command(pupil, plan, signatory(body.by, caller))
    done = await finish_plan(registry, urn, ended, keyed.of(caller.client, urn))
    answered(request, response, done)
    return PlannedOut(position=done.position, plan=plan)


@router.get(
    "/schools/{urn}/pupils/{pupil}/absence-plans",
    operation_id="list_absence_plans",
    responses=refusals(NO_SCHOOL, NO_PUPIL),
)
async def plans(
    urn: UrnPath,
    pupil: PupilPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[PlansQuery, Query()],
) -> PlansOut:
    """List a pupil's absence plans, in the order they were stated.

    A plan that another replaced is no longer among them; `as_of` shows it as it was.
    """
    calendar, all_plans = await plans_of(registry_of(request), caller, urn, PupilId(pupil), query)
    reasons = may_read_reasons(caller)
    return PlansOut(
        items=[
            plan_out(each, calendar, all_plans, reasons=reasons)
            for each in chosen(
                all_plans,
                on=query.on,
                first=query.first or date.min,
                last=query.last or date.max,
                kind=query.kind,
            )
        ]
    )


@router.get(
    "/schools/{urn}/pupils/{pupil}/absence-plans/{plan}",
    operation_id="read_absence_plan",
    responses=refusals(NO_SCHOOL, NO_PUPIL, NO_PLAN),
)
async def one_plan(
    urn: UrnPath,
    pupil: PupilPath,
    plan: PlanPath,
    caller: RegisterReader,
    request: Request,
    query: Annotated[AsOf, Query()],
) -> AnyPlanOut:
    """Read one absence plan with what was decided about it."""
    calendar, all_plans = await plans_of(registry_of(request), caller, urn, PupilId(pupil), query)
    found = named(all_plans, plan)
    return plan_out(found, calendar, all_plans, reasons=may_read_reasons(caller))

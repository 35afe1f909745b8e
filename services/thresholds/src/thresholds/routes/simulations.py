"""HTTP for simulations. Translates; decides nothing, and holds no SQL."""

from fastapi import APIRouter, Request
from servicekit.caller import AlertsReader
from servicekit.problems import refusals

from thresholds.access import NOT_FOUND, OwnRuntime, school_in_view
from thresholds.queueing import one_at_a_time
from thresholds.refusals import SIMULATION_REFUSED, SIMULATION_UNDER_WAY
from thresholds.simulating import simulate, simulation_of
from thresholds.simulation_schemas import SimulationIn, SimulationOut

router = APIRouter()


@router.post(
    "/simulations",
    responses=refusals(SIMULATION_REFUSED, NOT_FOUND, SIMULATION_UNDER_WAY),
)
async def run_simulation(
    body: SimulationIn, caller: AlertsReader, runtime: OwnRuntime, request: Request
) -> SimulationOut:
    """Say what a rule with other numbers would find in a school's history, storing nothing.

    Any of its numbers can be put in place, the law's too; the answer is no finding of the law. It
    needs no `Idempotency-Key`.
    """
    await school_in_view(runtime, caller, body.urn, None)
    simulation = simulation_of(body.rule, body.terms, body.from_, body.to)
    # It is for whoever takes registers first.
    detail = "Another simulation is under way; ask again shortly."
    with one_at_a_time(request, SIMULATION_UNDER_WAY, detail, of="simulations"):
        simulated = await simulate(runtime, body.urn, simulation)
    return SimulationOut.of(body.rule, simulated, body.limit)

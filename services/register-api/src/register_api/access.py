"""Who may do what with which school. Verifies no token."""

from typing import Final

from eventlog import Connection
from fastapi import Request
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.problems import ItemProblem, Problem
from servicekit.service import Runtime

from register_api.commands import Registry
from register_api.recorder import Recorder
from register_api.refusals import AUTHORITY_FIXED
from register_api.schools import Known, Schools

NAME: Final = "register-api"


def registry_of(request: Request) -> Registry:
    """Give the process's registry, made with the first request.

    Called by routes and not declared as their dependency, which would cost as much as the roll.
    """
    state = request.app.state
    if not hasattr(state, "registry"):
        runtime: Runtime = state.runtimes[NAME]
        state.registry = Registry(runtime, Schools(), Recorder(runtime.pool))
    registry: Registry = state.registry
    return registry


async def must_see(
    registry: Registry, caller: Caller, urn: int, *, registering_with: str | None = None
) -> None:
    """Refuse a school outside the token's boundary; asks the log only for an authority's token.

    Args:
        registering_with: the authority that a school not registered yet is to have.

    Raises:
        NotFound: it is another's, or an authority's token and the school isn't registered.
    """
    if caller.la_code is None:
        caller.must_see(urn, None)
        return
    async with of_school(registry.runtime.pool, urn) as conn:
        known = await registry.schools.fresh(conn, urn)
    caller.must_see(urn, known.la_code or registering_with)


async def visible_school(registry: Registry, conn: Connection, caller: Caller, urn: int) -> Known:
    """Give a school as it stands now, if the caller may see it.

    Raises:
        NotFound: it isn't registered, or is another's.
    """
    known = await registry.schools.fresh(conn, urn)
    caller.must_see(urn, known.la_code)
    if known.school.details is None:
        raise NotFound("There is no such school.")
    return known


def must_keep_authority(caller: Caller, la_code: str) -> None:
    """Refuse an authority's token that hands a school to another authority.

    Raises:
        Problem: the authority isn't the token's own (422).
    """
    if caller.la_code not in (None, la_code):
        detail = "An authority's token can't give a school to another authority."
        raise Problem(
            AUTHORITY_FIXED,
            "1 item is wrong; nothing was stored.",
            [ItemProblem("/la_code", AUTHORITY_FIXED.slug, detail)],
        )

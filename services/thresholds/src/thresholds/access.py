"""Who may see which school's figures and alerts. Verifies no token."""

from typing import Annotated, Final

from eventlog import SchoolId
from servicekit.caller import Caller
from servicekit.database import of_school
from servicekit.errors import NotFound, ViewBehind
from servicekit.freshness import wait_for_position
from servicekit.problems import OWN_KINDS
from servicekit.service import Runtime, runtime_of

from thresholds import school_table
from thresholds.processor import CONSUMER

NAME: Final = "thresholds"

NOT_FOUND: Final = OWN_KINDS[NotFound]
VIEW_BEHIND: Final = OWN_KINDS[ViewBehind]

OwnRuntime = Annotated[Runtime, runtime_of(NAME)]


async def school_in_view(
    runtime: Runtime, caller: Caller, urn: int, min_position: int | None
) -> None:
    """Return once a school that the caller may see is in view, as far as asked for.

    The boundary comes first: waiting would tell an outsider that the school is there.

    Raises:
        NotFound: it is another's, or isn't registered.
        ViewBehind: the view hadn't come so far within five seconds.
    """
    caller.must_see(urn, await _la_of(runtime, urn))
    await wait_for_position(runtime, CONSUMER, SchoolId(urn), min_position)
    if await _la_of(runtime, urn) is None:
        raise NotFound("There is no such school.")


async def _la_of(runtime: Runtime, urn: int) -> str | None:
    async with of_school(runtime.pool, urn) as conn:
        return await school_table.la_of_school(conn, SchoolId(urn))

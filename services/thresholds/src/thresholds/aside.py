"""Works out much beside the loop and little on it: requests are answered meanwhile either way.

A thread takes about as long to reach as forty marks to work out, so little stays where it is.
"""

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

ASIDE_MARKS: Final = 200  # about a millisecond
MARKS_A_WALK: Final = 50  # what walking a pupil's years once weighs, in marks
BYTES_A_MARK: Final = 50  # of an event's payload

P = ParamSpec("P")
T = TypeVar("T")


async def worked_out(marks: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do some work and give what it gives.

    Args:
        marks: how much it is, counted in marks put in force.
        work: shares nothing with anyone until it is done.
    """
    if marks < ASIDE_MARKS:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)

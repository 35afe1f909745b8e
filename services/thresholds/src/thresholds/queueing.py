"""What a process lets a client, or everybody together, ask for once at a time."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from fastapi import Request
from servicekit.problems import Kind, Problem


@contextmanager
def one_at_a_time(request: Request, kind: Kind, detail: str, *, of: Hashable) -> Iterator[None]:
    """Refuse a question while another of the same is being worked out.

    Args:
        of: what there is one at a time of.

    Raises:
        Problem: of this kind, with this detail.
    """
    state = request.app.state
    if not hasattr(state, "under_way"):
        state.under_way = set()
    if of in state.under_way:
        raise Problem(kind, detail)
    state.under_way.add(of)
    try:
        yield
    finally:
        state.under_way.discard(of)

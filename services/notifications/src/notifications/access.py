"""Whose subscriptions a caller may make and see, and whose returns.

An authority's token: the authority's own, and the returns that are for it. A token for some
schools: subscriptions about no other school, and these schools' returns. A token for every school:
all.
Anything beyond is answered as if it weren't there.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from servicekit.caller import Caller, Scope
from servicekit.errors import NotFound
from servicekit.problems import ItemProblem, Problem
from servicekit.service import Runtime, runtime_of

from notifications.owing import Choice
from notifications.refusals import AUDIENCE_REFUSED

NAME: Final = "notifications"

OwnRuntime = Annotated[Runtime, runtime_of(NAME)]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose events a subscription is about: one authority's schools, or some schools by URN."""

    la_code: str | None
    urns: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a caller sees: an authority's subscriptions, or those within some schools, or all."""

    la_code: str | None
    urns: tuple[int, ...] | None


def boundary_of(caller: Caller) -> Boundary:
    """Draw the line around what a caller may see."""
    if caller.la_code is not None:
        return Boundary(caller.la_code, None)
    return Boundary(None, None if caller.urns is None else tuple(sorted(caller.urns)))


def authority_boundary(caller: Caller) -> Boundary:
    """Draw the line around what a caller may say for an authority; a school speaks for none."""
    if caller.la_code is None and caller.urns is not None:
        return Boundary(None, ())
    return boundary_of(caller)


def school_boundary(caller: Caller) -> Boundary:
    """Draw the line around what a caller may say for a school; an authority speaks for none."""
    return boundary_of(caller) if caller.la_code is None else Boundary(None, ())


def audience_for(caller: Caller, la_code: str | None, urns: list[int] | None) -> Audience:
    """Settle whom a new subscription is about; an authority's token need not say.

    Raises:
        Problem: it must be either an authority or schools, and of the token's own sort.
        NotFound: another's authority or school.
    """
    if la_code is None and urns is None:
        la_code = caller.la_code
    if (la_code is None) == (urns is None):
        raise _refused("", "one-of-la-code-and-urns", "Give either la_code or urns.")
    if la_code is not None:
        return _of_authority(caller, la_code)
    return _of_schools(caller, urns or [])


def allowed(caller: Caller, choice: Choice) -> Choice:
    """Let a caller have to do with what a subscription chose; names are for who may read returns.

    To change one, what it chose before is judged as well as what it is to: names owed to it are
    still to be sent.

    Raises:
        ScopeMissing: it gets full bodies, and the token may not read returns.
    """
    if choice.full_bodies:
        caller.needs(Scope.RETURNS_READ)
    return choice


def _of_authority(caller: Caller, la_code: str) -> Audience:
    if caller.urns is not None and caller.la_code is None:
        detail = "A token for schools subscribes by urns."
        raise _refused("/la_code", "not-by-authority", detail)
    if caller.la_code not in {None, la_code}:
        raise NotFound("There is no such authority.")
    return Audience(la_code, None)


def _of_schools(caller: Caller, urns: list[int]) -> Audience:
    if caller.la_code is not None:
        raise _refused("/urns", "not-by-school", "An authority's token subscribes by la_code.")
    if caller.urns is not None and not caller.urns.issuperset(urns):
        raise NotFound("There is no such school.")
    return Audience(None, tuple(sorted(set(urns))))


def _refused(pointer: str, code: str, detail: str) -> Problem:
    wrong = ItemProblem(pointer, code, detail)
    return Problem(AUDIENCE_REFUSED, "1 item is wrong; nothing was stored.", [wrong])

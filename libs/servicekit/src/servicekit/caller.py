"""Who calls, and what they may do: scopes, and the boundary between schools. Verifies no token.

A missing scope is 403. Another school is 404, as if it weren't there: that it exists isn't
the caller's to know.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from attendance.events import Signatory
from fastapi import Request, Security
from fastapi.security import HTTPBearer

from servicekit.errors import NotFound, ScopeMissing, Unauthenticated

EVERY_SCHOOL: Final = "*"
URNS_UNREADABLE: Final = 'The token\'s urns must be a list of URNs, or "*".'
URN: Final = re.compile(r"[1-9][0-9]{5}")


class Scope(StrEnum):
    """What a token may be good for."""

    REGISTER_READ = "register:read"
    REGISTER_WRITE = "register:write"
    REGISTER_AMEND = "register:amend"
    ADMISSIONS_WRITE = "admissions:write"
    SCHOOLS_WRITE = "schools:write"
    ALERTS_READ = "alerts:read"
    ALERTS_DECIDE = "alerts:decide"
    RETURNS_READ = "returns:read"
    RETURNS_ACKNOWLEDGE = "returns:acknowledge"
    SUBSCRIPTIONS_MANAGE = "subscriptions:manage"
    EVENTS_READ = "events:read"
    AUDIT_READ = "audit:read"
    OPERATIONS_READ = "operations:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a verified token stands for.

    Attributes:
        client: the client application; idempotency keys are its own.
        urns: the schools it is for; None for every school, empty for an authority's token.
        la_code: the authority whose schools it is for; None for a school's token.
        signatory: the person, when the token is a person's.
        expires: when the token does, in seconds since 1970.
    """

    client: str
    scopes: frozenset[str]
    urns: frozenset[int] | None
    la_code: str | None
    signatory: Signatory | None
    expires: float

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Caller":
        """Read the claims of a verified token.

        Raises:
            Unauthenticated: it names neither schools nor an authority, or names them unreadably.
        """
        la_code = claims.get("la")
        urns = claims.get("urns")
        if (la_code is None) == (urns is None):
            raise Unauthenticated("The token must name its schools (urns) or its authority (la).")
        name, position = claims.get("name"), claims.get("position")
        return cls(
            client=str(claims.get("client_id") or claims["sub"]),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            urns=_urns(urns),
            la_code=None if la_code is None else str(la_code),
            signatory=Signatory(str(name), str(position)) if name and position else None,
            expires=claims["exp"],
        )

    def needs(self, *scopes: Scope) -> None:
        """Refuse unless the token has a scope, or one of several that will do.

        Raises:
            ScopeMissing: naming the scope.
        """
        if self.scopes.isdisjoint(scopes):
            raise ScopeMissing(f"This needs a token with the scope {' or '.join(scopes)}.")

    def may_see(self, urn: int, la_code: str | None) -> bool:
        """Tell whether a school is within the token's boundary.

        Args:
            la_code: the school's authority, where known; None when the school isn't known.
        """
        if self.la_code is not None:
            return la_code == self.la_code
        return self.urns is None or urn in self.urns

    def must_see(self, urn: int, la_code: str | None) -> None:
        """Refuse a school outside the token's boundary as if it weren't there.

        Raises:
            NotFound: it is another's, or isn't there at all.
        """
        if not self.may_see(urn, la_code):
            raise NotFound("There is no such school.")


class CallerWith(HTTPBearer):
    """The dependency of a route: a verified caller whose token has a scope, or one of several.

    The security scheme itself, and not a dependency on it: one step fewer in every request's way.
    """

    def __init__(self, *scopes: Scope) -> None:
        super().__init__(
            scheme_name="HTTPBearer",
            auto_error=False,
            bearerFormat="JWT",
            description="An RFC 9068 access token.",
        )
        self._scopes = scopes

    async def __call__(self, request: Request) -> Caller:  # type: ignore[override]  # what the route gets is who calls, not the bare token
        """Verify the request's token.

        Raises:
            Unauthenticated: there is none, or it doesn't verify.
            Problem: too many requests came from the client, or too many bad tokens from there.
            ScopeMissing: it lacks the scope.
        """
        state = request.app.state
        try:
            caller: Caller = await state.verifier.caller_of(_bearer(request), state.http)
        except Unauthenticated:
            state.rate_limits.count_bad_token(request)
            raise
        state.rate_limits.count(request, caller.client)
        caller.needs(*self._scopes)
        request.state.caller = caller
        return caller


RegisterReader = Annotated[Caller, Security(CallerWith(Scope.REGISTER_READ))]
RegisterWriter = Annotated[Caller, Security(CallerWith(Scope.REGISTER_WRITE))]
RegisterAmender = Annotated[Caller, Security(CallerWith(Scope.REGISTER_AMEND))]
AdmissionsWriter = Annotated[Caller, Security(CallerWith(Scope.ADMISSIONS_WRITE))]
PupilReader = Annotated[
    Caller,
    Security(CallerWith(Scope.REGISTER_READ, Scope.ADMISSIONS_WRITE, Scope.AUDIT_READ)),
]
SchoolsWriter = Annotated[Caller, Security(CallerWith(Scope.SCHOOLS_WRITE))]
AlertsReader = Annotated[Caller, Security(CallerWith(Scope.ALERTS_READ))]
AlertsDecider = Annotated[Caller, Security(CallerWith(Scope.ALERTS_DECIDE))]
ReturnsReader = Annotated[Caller, Security(CallerWith(Scope.RETURNS_READ))]
ReturnsAcknowledger = Annotated[Caller, Security(CallerWith(Scope.RETURNS_ACKNOWLEDGE))]
SubscriptionsKeeper = Annotated[Caller, Security(CallerWith(Scope.SUBSCRIPTIONS_MANAGE))]
EventsReader = Annotated[Caller, Security(CallerWith(Scope.EVENTS_READ))]
FeedReader = Annotated[Caller, Security(CallerWith(Scope.EVENTS_READ, Scope.SUBSCRIPTIONS_MANAGE))]
OperationsReader = Annotated[Caller, Security(CallerWith(Scope.OPERATIONS_READ))]
HoldsReader = Annotated[Caller, Security(CallerWith(Scope.AUDIT_READ, Scope.SCHOOLS_WRITE))]


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send a bearer token in the Authorization header.")
    return token


def _urns(claim: object) -> frozenset[int] | None:
    if claim == EVERY_SCHOOL:
        return None
    if claim is None:
        return frozenset()
    if not isinstance(claim, list):
        raise Unauthenticated(URNS_UNREADABLE)
    return frozenset(_urn(each) for each in claim)


def _urn(claimed: object) -> int:
    """Read a URN, a number or its six digits: nothing else may reach the database as one."""
    if isinstance(claimed, int | str) and URN.fullmatch(str(claimed)):
        return int(claimed)
    raise Unauthenticated(URNS_UNREADABLE)

"""Every route of every service, each with a request that is good: only the token can be wrong.

Routes are found in the application itself. One that reads is walked as it is; one that takes a
body, or can't do without a query, needs a good one in GOOD, in an order in which each can succeed.
What stands in a path needs to be known here, since what isn't there is 404 to everybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from support.house import keyed
from support.imported import CSV, SIGNED, csv_of
from support.school import (
    LA,
    OFFICER,
    TODAY,
    URN,
    amendment,
    calendar_body,
    drawn,
    pupil_body,
    school_body,
)

Found: TypeAlias = dict[str, str]
"""What stands in paths, by the parameter's name; `imports.id` where the name is no more than id."""

SCHOOL: Final = "/register/v1/schools/{urn}"
REGISTER: Final = f"{SCHOOL}/registers/{{date}}/{{session}}"
PLAN: Final = f"{SCHOOL}/pupils/{{pupil}}/absence-plans"
SUBSCRIPTION: Final = "/notifications/v1/subscriptions"
RETURNS: Final = "/notifications/v1/returns"
TERMS: Final = "/thresholds/v1/schools/{urn}/terms/{rule}"

# Open to everyone, and what for.
OPEN: Final = {
    **dict.fromkeys(("/live", "/ready", "/metrics"), "operation: how the process stands"),
    **dict.fromkeys(("/openapi.json", "/docs", "/redoc"), "the contract"),
    "/docs/oauth2-redirect": "the contract's page",
    **{
        f"/{service}/v1/{page}": "a service's contract"
        for service in ("register", "thresholds", "notifications")
        for page in ("openapi.json", "docs")
    },
}
# Of no school: the same for whoever has a token.
EVERYBODY_S: Final = {
    "GET /register/v1/codes": "the law's own codes",
    "GET /thresholds/v1/rules": "the law's own rules",
    "GET /thresholds/v1/benchmarks": "the Department's own figures",
}
# Of whichever schools the token is for: another's token finds nothing in them.
LISTS: Final = {
    "GET /thresholds/v1/alerts",
    "GET /thresholds/v1/attendance",
    f"GET {SUBSCRIPTION}",
    "GET /notifications/v1/deliveries",
    "GET /notifications/v1/operations/events",
    f"GET {RETURNS}",
}
# An authority's alone, or somebody's who acts for every school.
AUTHORITY_S: Final = {f"POST {RETURNS}/{{id}}/acknowledgement": "it says that it has a return"}
ENDLESS: Final = {  # answers until its reader leaves
    f"GET {SCHOOL}/events/stream",
    f"GET {SUBSCRIPTION}/{{subscription}}/events/stream",
}

USUAL: Final[Mapping[str, str]] = {
    "urn": f"{URN}",
    "year": "2026-27",
    "date": f"{TODAY}",
    "session": "AM",
    "pupil": "p1",
    "rule": "part-time-timetable-review",
}

LEAVE: Final = {
    "kind": "leave",
    "purpose": "exceptional-circumstances",
    "starts": {"date": "2026-11-23"},
    "ends": {"date": "2026-11-24"},
    "requested_by": {"name": "N. Adeyemi", "relationship": "parent"},
    "requested_on": "2026-11-09",
    "reason": "a funeral",
    "by": OFFICER,
}
ACTIVITY: Final = {
    "code": "V",
    "nature": "geology field trip",
    "place": "Lyme Regis",
    "supervisor": "C. Jones",
    "starts": {"date": "2026-11-26"},
    "ends": {"date": "2026-11-26"},
    "pupils": ["p2"],
    "by": OFFICER,
}
MOVED_AWAY: Final = {
    "ground": "a",
    "deleted_on": f"{TODAY}",
    "ground_arose_on": f"{TODAY}",
    "conditions": {"no_order_names_this_school": True},
    "destination_school": {"name": "Oakfield Academy", "starts_on": "2026-11-23"},
    "by": OFFICER,
}
FOUR_WEEKS: Final = {
    "terms": {"weeks": 4},
    "in_force_from": "2026-09-01",
    "source": "Elmbridge Trust, attendance policy 2026",
}
UNDONE: Final = {"reason": "entered by mistake", "by": OFFICER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """What makes a request of one route a good one.

    Attributes:
        by_authority: the body where a token is an authority's, if that is another.
        at: what stands in the path in the place of the usual.
        gives: the field of its answer that names what it made, and what that is called in paths.
    """

    body: object = None
    csv: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    by_authority: object = None
    at: Mapping[str, str] = field(default_factory=dict)
    gives: tuple[str, str] | None = None


GOOD: Final[Mapping[str, Good]] = {
    f"PUT {SCHOOL}": Good(body=school_body()),
    f"PUT {SCHOOL}/calendars/{{year}}": Good(body=calendar_body()),
    f"PUT {SCHOOL}/entry-rules": Good(body={"subcodes": [], "requirements": [], "by": OFFICER}),
    f"POST {SCHOOL}/pupils": Good(body=pupil_body("p4")),
    f"PATCH {SCHOOL}/pupils/{{pupil}}": Good(body={"known_as": "Bobbie", "by": OFFICER}),
    f"POST {REGISTER}/marks": Good(body={"marks": drawn("///"), "by": OFFICER}),
    f"POST {REGISTER}/amendments": Good(
        body={"amendments": [amendment("p1", "/", "I")], "by": OFFICER}
    ),
    f"POST {PLAN}": Good(body=LEAVE, gives=("plan", "plan")),
    f"POST {PLAN}/{{plan}}/decision": Good(body={"outcome": "granted", **UNDONE}),
    f"POST {PLAN}/{{plan}}/ending": Good(body=UNDONE),
    f"POST {SCHOOL}/activities": Good(body=ACTIVITY),
    f"POST {SCHOOL}/closures": Good(
        body={"date": f"{TODAY}", "reason": "heating failed", "by": OFFICER},
        gives=("closure", "closure"),
    ),
    f"POST {SCHOOL}/closures/{{closure}}/reversal": Good(body=UNDONE),
    f"POST {SCHOOL}/imports": Good(csv=csv_of("2026-11-19,PM,p2,\\"), gives=("id", "imports.id")),
    f"POST {SCHOOL}/imports/{{id}}/cancellation": Good(),
    f"POST {SCHOOL}/retention-holds": Good(
        body={"pupil": "p1", "reason": "proceedings", "by": OFFICER}, gives=("hold", "hold")
    ),
    f"POST {SCHOOL}/retention-holds/{{hold}}/lifting": Good(body=UNDONE),
    f"POST {SCHOOL}/pupils/{{pupil}}/deletion": Good(body=MOVED_AWAY, at={"pupil": "p3"}),
    f"PUT {TERMS}": Good(body={"periods": [FOUR_WEEKS], "by": OFFICER}),
    "POST /thresholds/v1/alerts/{id}/decisions": Good(
        body={"outcome": "considered", "reason": "support is in place", "by": OFFICER}
    ),
    "POST /thresholds/v1/simulations": Good(
        body={"urn": URN, "rule": "penalty-notice-threshold", "terms": {"sessions": 8}}
    ),
    f"POST {SUBSCRIPTION}": Good(
        body={"urns": [URN], "url": "http://127.0.0.1:9/hook"},
        by_authority={"la_code": LA, "url": "http://127.0.0.1:9/hook"},
    ),
    f"PATCH {SUBSCRIPTION}/{{subscription}}": Good(body={"types": []}),
    f"POST {SUBSCRIPTION}/{{subscription}}/verification": Good(),
    f"POST {SUBSCRIPTION}/{{subscription}}/test": Good(),
    f"POST {SUBSCRIPTION}/{{subscription}}/secret-rotation": Good(),
    f"POST {SUBSCRIPTION}/{{subscription}}/replays": Good(
        body={"missing_only": True}, gives=("id", "replay")
    ),
    f"POST {RETURNS}/{{id}}/acknowledgement": Good(body={"reference": "CME-2026-0417"}),
    f"POST {RETURNS}/{{id}}/submission": Good(
        body={"submitted_on": f"{TODAY}", "how": "portal", "by": OFFICER}
    ),
    f"GET {SCHOOL}/exports/register": Good(query={"month": f"{TODAY:%Y-%m}"}),
    f"GET {SCHOOL}/exports/census": Good(query={"term": "autumn", "year": "2026-27"}),
    f"GET {SCHOOL}/pupils/{{pupil}}/certificate": Good(
        query={"from": "2026-09-01", "to": f"{TODAY}"}
    ),
    f"DELETE {SUBSCRIPTION}/{{subscription}}": Good(),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str

    @property
    def name(self) -> str:
        """As GOOD names it."""
        return f"{self.method} {self.path}"

    @property
    def is_of_a_school(self) -> bool:
        """Whether its path says which school it is about."""
        return "{urn}" in self.path

    def parameters(self) -> Iterator[str]:
        """Name what stands in its path."""
        before = ""
        for part in self.path.split("/"):
            if part.startswith("{"):
                yield f"{before}.id" if part == "{id}" else part[1:-1]
            before = part

    async def called(
        self, client: httpx.AsyncClient, found: Found, *, authority: bool = False
    ) -> httpx.Response:
        """Ask it, with everything right but perhaps the token.

        Args:
            found: what stands in paths, beside the usual and over it.
        """
        good = GOOD.get(self.name, Good())
        values = {**USUAL, **found, **good.at}
        url = self.path
        for name in self.parameters():
            url = url.replace("{" + name.rpartition(".")[2] + "}", values[name], 1)
        sent: dict[str, Any] = {"json": (authority and good.by_authority) or good.body}
        headers = {**keyed(), "If-Match": "*"}
        if good.csv is not None:
            sent = {"content": good.csv.encode()}
            headers |= {"Content-Type": CSV, **SIGNED}
        return await client.request(self.method, url, params=good.query, headers=headers, **sent)


def guarded_routes(app: FastAPI) -> list[Route]:
    """List all routes but those open to everyone: what GOOD has in its order, reading last."""
    listed = list(GOOD)
    routes = [
        Route(method, str(context.path))
        for context in iter_route_contexts(app.routes)
        for method in (context.methods or set()) - {"HEAD"}
        if context.path not in OPEN
    ]

    def turn(route: Route) -> tuple[int, str]:
        if route.method == "DELETE":
            return len(listed) + 1, route.name
        return listed.index(route.name) if route.name in listed else len(listed), route.name

    return sorted(routes, key=turn)


def unknown(routes: list[Route], found: Found) -> list[str]:
    """List what this walk lacks to ask every route well; and what it has for no route."""
    names = {route.name for route in routes}
    lacking = [
        f"{route.name}: give it a good request in GOOD"
        for route in routes
        if route.method != "GET" and route.name not in GOOD
    ]
    lacking += [
        f"{route.name}: say what stands for {{{name}}}"
        for route in routes
        for name in route.parameters()
        if name not in {**USUAL, **found}
    ]
    lacking += [
        f"{route.name}: of no school by its path; say in LISTS or EVERYBODY_S what it may answer"
        for route in routes
        if route.method == "GET"
        and not list(route.parameters())
        and route.name not in {*LISTS, *EVERYBODY_S}
    ]
    stale = {*GOOD, *LISTS, *AUTHORITY_S, *EVERYBODY_S, *ENDLESS} - names
    return lacking + [f"{name}: no such route any more" for name in sorted(stale)]

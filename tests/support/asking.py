"""Asking a running house over HTTP, as the client whose token it is."""

from collections.abc import Mapping
from typing import TypeAlias

import httpx
from support.house import House

Query: TypeAlias = Mapping[str, str | int]
Token: TypeAlias = Mapping[str, object]

OWN_SCHOOL: Token = {"urns": [999001]}
STRANGERS: tuple[Token, ...] = ({"urns": [999002]}, {"la": "999"})
INSIDERS: tuple[Token, ...] = ({"urns": "*"}, {"la": "886"})


async def get(
    rollbook: House,
    path: str,
    query: Query | None = None,
    *,
    scope: str = "register:read alerts:read",
    token: Token = OWN_SCHOOL,
) -> httpx.Response:
    """Ask with a token of these scopes and claims."""
    async with rollbook.client(scope, **token) as client:
        return await client.get(path, params=query)

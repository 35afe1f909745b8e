"""The identity provider's keys, as its JWKS has them now: fetched again while they are in use.

A key taken out of the set must stop opening, so the keys are fetched again when they are old. A
token that doesn't verify may be signed with a key added since, so they are also fetched for it, but
seldom, or made-up tokens would make us a nuisance to the provider. A crowd waits for one answer.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from servicekit.errors import KeysUnavailable

TIMEOUT_SECONDS: Final = 5
FRESH_SECONDS: Final = 300
KEPT_SECONDS: Final = 3600  # how long a provider that is down leaves its last keys in force
FETCH_AGAIN_AFTER_SECONDS: Final = 30
WITHOUT_KEYS_AGAIN_AFTER_SECONDS: Final = 5  # nothing can be judged meanwhile; as Retry-After says
UNREADABLE: Final = (JoseError, ValueError, TypeError, KeyError)


class ProviderKeys:
    """The keys at one URL. One a process; `monotonic` tells seconds."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._fetched_at = self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def at_hand(self, http: httpx.AsyncClient) -> KeySet:
        """Give the keys, fetched again when they are older than five minutes.

        Raises:
            KeysUnavailable: the provider has given none for an hour.
        """
        if self._age() >= FRESH_SECONDS:
            await self._fetch(http)
        if self._age() >= KEPT_SECONDS:
            self._keys = None
        if self._keys is None:
            raise _unavailable()
        return self._keys

    async def newer(self, http: httpx.AsyncClient, than: KeySet) -> KeySet | None:
        """Give other keys than those a token didn't verify with; None when there are none.

        Raises:
            KeysUnavailable: the provider was asked last in vain, so it may have newer ones.
        """
        if self._keys is than:
            await self._fetch(http)
        if self._asked_at > self._fetched_at:
            raise _unavailable()
        return None if self._keys is than else self._keys

    def _age(self) -> float:
        return self._monotonic() - self._fetched_at

    async def _fetch(self, http: httpx.AsyncClient) -> None:
        """Ask the provider, unless that was done a moment ago: by whom we waited for, say."""
        async with self._asking:
            again_after = (
                FETCH_AGAIN_AFTER_SECONDS if self._keys else WITHOUT_KEYS_AGAIN_AFTER_SECONDS
            )
            if self._monotonic() - self._asked_at < again_after:
                return
            keys = await self._answered(http)
            self._asked_at = self._monotonic()  # at the end, so that a caller who left counts not
            if keys:
                self._keys, self._fetched_at = KeySet(keys), self._asked_at

    async def _answered(self, http: httpx.AsyncClient) -> list[Key]:
        try:
            answer = await http.get(self._url, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            entries = answer.json()["keys"]
            return [key for entry in entries if (key := _imported(entry)) is not None]
        except (httpx.HTTPError, *UNREADABLE):
            return []


def _imported(entry: Any) -> Key | None:  # noqa: ANN401 - whatever the JSON holds
    """Read one key; None for one of a kind we don't know, which must not shut out the others."""
    try:
        return JWKRegistry.import_key(entry)
    except UNREADABLE:
        return None


def _unavailable() -> KeysUnavailable:
    return KeysUnavailable("The identity provider's keys can't be had; try again.")

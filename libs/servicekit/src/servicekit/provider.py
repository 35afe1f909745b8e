"""The identity provider's keys, as its JWKS has them: fetched once, and again for a new one.

A token that doesn't verify may be signed with a key the provider added since, so the keys are then
fetched again: at most every half minute, or made-up tokens would make us a nuisance to it.
"""

import time
from collections.abc import Callable
from typing import Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from servicekit.errors import KeysUnavailable

TIMEOUT_SECONDS: Final = 5
FETCH_AGAIN_AFTER_SECONDS: Final = 30


class ProviderKeys:
    """The keys at one URL. One a process; `monotonic` tells seconds."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._asked_at = float("-inf")

    async def at_hand(self, http: httpx.AsyncClient) -> KeySet:
        """Give the keys as they were fetched last, fetching them the first time.

        Raises:
            KeysUnavailable: the provider can't be reached or doesn't answer with keys.
        """
        return self._keys or await self._fetched(http)

    async def newer(self, http: httpx.AsyncClient) -> KeySet | None:
        """Fetch the keys again, unless that was done a moment ago; then None.

        Raises:
            KeysUnavailable: the provider can't be reached or doesn't answer with keys.
        """
        if self._monotonic() - self._asked_at < FETCH_AGAIN_AFTER_SECONDS:
            return None
        return await self._fetched(http)

    async def _fetched(self, http: httpx.AsyncClient) -> KeySet:
        self._asked_at = self._monotonic()  # before the wait, so that a crowd asks once
        try:
            answer = await http.get(self._url, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
        except (httpx.HTTPError, JoseError, ValueError, TypeError, KeyError):
            raise KeysUnavailable("The identity provider's keys can't be had; try again.") from None
        return self._keys

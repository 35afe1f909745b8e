"""Bearer tokens: RFC 9068 access tokens, verified against a set of keys; minted only on a laptop.

Rollbook is a resource server. It issues nothing but `rollbook token`, with its machine's own key.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from servicekit.caller import Caller
from servicekit.errors import Unauthenticated
from servicekit.keys import local_key_set, local_signing_key
from servicekit.provider import ProviderKeys
from servicekit.settings import Settings

ALGORITHMS: Final = [
    "Ed25519",
    "EdDSA",
    "ES256",
    "RS256",
    "PS256",
]  # asymmetric only: no shared secrets
TOKEN_TYPES: Final = {"at+jwt", "application/at+jwt"}  # RFC 9068 section 4
REMEMBERED_TOKENS: Final = 2048
# A key withdrawn from the provider's set opens this much longer than `provider` keeps the set.
REMEMBERED_SECONDS: Final = 60
CLOCK_LEEWAY_SECONDS: Final = 30
END_OF_TIME: Final = 253_402_300_800  # the year 10000; a token beyond it was made wrong
NOT_VERIFIED: Final = "The token doesn't verify or has expired."


@dataclass(slots=True)
class Remembered:
    """A token that was verified, and until when that need not be done again (monotonic seconds)."""

    caller: Caller
    until: float


class TokenVerifier:
    """Turns a bearer token into its caller. One a process; remembers what it verified a minute."""

    def __init__(self, settings: Settings, keys: KeySet | ProviderKeys) -> None:
        self._keys = keys
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def caller_of(self, token: str, http: httpx.AsyncClient) -> Caller:
        """Verify a token, or remember that it was.

        Raises:
            Unauthenticated: it doesn't verify, has expired, or names no school.
            KeysUnavailable: there are no keys to verify it with.
        """
        remembered = self._remembered.get(token)
        now = time.monotonic()
        if remembered is not None and remembered.until > now:
            return remembered.caller
        claims = await self._verified(token, http)
        caller = Caller.from_claims(claims)
        still_good = min(REMEMBERED_SECONDS, claims["exp"] - time.time())
        self._remembered[token] = Remembered(caller, now + still_good)
        if len(self._remembered) > REMEMBERED_TOKENS:
            self._remembered.popitem(last=False)
        return caller

    async def _verified(self, token: str, http: httpx.AsyncClient) -> Mapping[str, Any]:
        decoded = await self._decoded(token, http)
        try:
            self._claims.validate(decoded.claims)
        except JoseError:
            raise Unauthenticated(NOT_VERIFIED) from None
        if not decoded.claims["exp"] < END_OF_TIME:  # nor is NaN
            raise Unauthenticated(NOT_VERIFIED)
        if str(decoded.header.get("typ", "")).lower() not in TOKEN_TYPES:
            raise Unauthenticated("The token isn't an access token (RFC 9068: typ at+jwt).")
        return decoded.claims

    async def _decoded(self, token: str, http: httpx.AsyncClient) -> jwt.Token:
        if isinstance(self._keys, KeySet):
            decoded = _signed_with(self._keys, token)
        else:
            keys = await self._keys.at_hand(http)
            decoded = _signed_with(keys, token)
            if decoded is None and (newer := await self._keys.newer(http, keys)) is not None:
                decoded = _signed_with(newer, token)
        if decoded is None:
            raise Unauthenticated(NOT_VERIFIED)
        return decoded


def verifier_for(settings: Settings) -> TokenVerifier:
    """Make the process's verifier: the provider's keys when there is one, else the local key."""
    if settings.jwks_url is None:
        return TokenVerifier(settings, local_key_set(settings.data_dir))
    return TokenVerifier(settings, ProviderKeys(str(settings.jwks_url)))


def mint_local_token(
    settings: Settings, scope: str, claims: Mapping[str, object], *, minutes: int = 480
) -> str:
    """Sign a token with the local key: for a laptop, the demonstration and tests.

    Args:
        scope: space-separated scopes.
        minutes: how long it is good for.
        claims: `urns` (a list, or "*") or `la`; `name` and `position` of a person; `client_id`.
    """
    key = local_signing_key(settings.data_dir)
    now = int(time.time())
    payload = {
        "iss": settings.issuer,
        "aud": settings.audience,
        "sub": "local",
        "client_id": "local",
        "iat": now,
        "exp": now + minutes * 60,
        "scope": scope,
        **claims,
    }
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, payload, key, algorithms=ALGORITHMS)


def _signed_with(keys: KeySet, token: str) -> jwt.Token | None:
    """Read a token that one of these keys signed; None when none did, or it is garbled."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError):  # a header may be any JSON
        return None

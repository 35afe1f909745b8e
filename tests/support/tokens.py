"""Tokens as an identity provider would sign them, good ones and bad."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey


def claims(**changes: object) -> dict[str, Any]:
    """The claims of a good token; None takes one away."""
    now = int(time.time())
    good = {
        "iss": "https://rollbook.local",
        "aud": "rollbook",
        "sub": "mis",
        "client_id": "mis",
        "iat": now,
        "exp": now + 600,
        "scope": "register:read",
        "urns": "*",
        **changes,
    }
    return {name: value for name, value in good.items() if value is not None}


def new_key() -> OKPKey:
    """A signing key nobody has seen."""
    return OKPKey.generate_key("Ed25519", auto_kid=True)


def signed(key: OKPKey, said: Mapping[str, object], **header: object) -> str:
    """Sign claims as an access token; `header` changes what its head says."""
    head = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid, **header}
    return jwt.encode(head, dict(said), key, algorithms=["Ed25519", "EdDSA"])


def signed_with_secret(secret: bytes, said: Mapping[str, object], **header: object) -> str:
    """Sign claims with HS256, as whoever takes a public key for a secret would."""
    head = {"alg": "HS256", "typ": "at+jwt", **header}
    message = f"{encoded(head)}.{encoded(said)}"
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), 'sha256'))}"


def encoded(part: object) -> str:
    """Write one part of a token; bytes as they are."""
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")

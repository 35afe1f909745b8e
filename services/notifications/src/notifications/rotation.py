"""An endpoint's secrets while one takes over from another. Seals none and stores none."""

import secrets
from datetime import datetime
from typing import Final, Protocol

from notifications.errors import SecretUnreadable
from notifications.sealing import Seal

KEY_ID_BYTES: Final = 8


class Keyed(Protocol):
    """What is signed for an endpoint."""

    @property
    def sealed_secret(self) -> bytes:
        """The secret of now."""

    @property
    def previous_secret(self) -> bytes | None:
        """The one before it."""

    @property
    def previous_until(self) -> datetime | None:
        """When the one before ceases to sign."""


def new_key_id() -> str:
    """Draw a name for a secret; it tells nothing of it."""
    return f"key_{secrets.token_hex(KEY_ID_BYTES)}"


def opens(keyed: Keyed, seal: Seal, now: datetime) -> bool:
    """Tell whether what signs at an instant can be opened with the keys at hand."""
    try:
        secrets_of(keyed, seal, now)
    except SecretUnreadable:
        return False
    return True


def secrets_of(keyed: Keyed, seal: Seal, now: datetime) -> tuple[str, str | None]:
    """Open the secrets that sign at an instant: the newest, and the one before during its grace.

    Raises:
        SecretUnreadable: one doesn't open with the keys given.
    """
    newest = seal.open(keyed.sealed_secret)
    before, until = keyed.previous_secret, keyed.previous_until
    in_grace = before is not None and until is not None and now < until
    return newest, seal.open(before) if in_grace and before is not None else None

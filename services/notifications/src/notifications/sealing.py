"""Endpoint secrets at rest: encrypted (Fernet: AES-128-CBC, HMAC-SHA256), the key kept elsewhere.

A server gives the keys in ROLLBOOK_SECRETS_KEY, newest first: the first seals, any opens. A laptop
keeps one in a file. A secret is in the clear only while a message is signed.
"""

from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from servicekit.errors import SettingsRefused
from servicekit.keys import SECRETS_KEY_FILE, kept
from servicekit.settings import Settings

from notifications.errors import SecretUnreadable


@dataclass(frozen=True, slots=True)
class Seal:
    """What secrets are sealed and opened with."""

    keys: MultiFernet

    def close(self, secret: str) -> bytes:
        """Encrypt a secret with the newest key."""
        return self.keys.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt a secret.

        Raises:
            SecretUnreadable: none of the keys opens it.
        """
        try:
            return self.keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SecretUnreadable("A stored secret does not open with the keys given.") from None


def seal_of(settings: Settings) -> Seal:
    """Make the seal from the settings' keys, or from the local key where none is set.

    Raises:
        SettingsRefused: a key isn't one.
    """
    if settings.secrets_key is not None:
        keys = settings.secrets_key.get_secret_value().split(",")
    else:
        keys = [kept(settings.data_dir / SECRETS_KEY_FILE, lambda: Fernet.generate_key().decode())]
    try:
        return Seal(MultiFernet([Fernet(key.strip()) for key in keys]))
    except ValueError:
        raise SettingsRefused(
            "ROLLBOOK_SECRETS_KEY must be Fernet keys: 32 bytes in URL-safe base64 each."
        ) from None

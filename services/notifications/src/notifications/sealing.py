"""Endpoint secrets at rest: encrypted (AES-256-GCM), the key kept elsewhere and named beside them.

A server gives the keys in ROLLBOOK_SECRETS_KEY, newest first: the first seals, any opens. A laptop
keeps one in a file. A secret is in the clear only while a message is signed.

Sealed: a byte for the form, eight for the key, twelve of nonce, the text with its tag. The head is
authenticated with the text.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from servicekit.errors import SettingsRefused
from servicekit.keys import SECRETS_KEY_FILE, kept
from servicekit.settings import Settings

from notifications.errors import SecretUnreadable

KEY_BYTES: Final = 32
NAME_BYTES: Final = 8
NONCE_BYTES: Final = 12
FORM: Final = b"\x01"
HEAD_BYTES: Final = len(FORM) + NAME_BYTES
PURPOSE: Final = b"rollbook endpoint secrets"


@dataclass(frozen=True, slots=True)
class Key:
    """A key at hand."""

    name: bytes  # of its hash: tells which it is, and nothing of it
    aead: AESGCM = field(repr=False)
    fernet: Fernet = field(repr=False)  # opens what was sealed before there was a head


@dataclass(frozen=True, slots=True)
class Seal:
    """What secrets are sealed and opened with."""

    keys: tuple[Key, ...]  # newest first

    @property
    def head(self) -> bytes:
        """What everything begins with that the newest key has sealed."""
        return self.heads[0]

    @property
    def heads(self) -> tuple[bytes, ...]:
        """What begins what each key has sealed, but for what was sealed before there was a head."""
        return tuple(FORM + key.name for key in self.keys)

    def close(self, secret: str) -> bytes:
        """Encrypt a secret with the newest key."""
        nonce = os.urandom(NONCE_BYTES)
        return self.head + nonce + self.keys[0].aead.encrypt(nonce, secret.encode(), self.head)

    def open(self, sealed: bytes) -> str:
        """Decrypt a secret.

        Raises:
            SecretUnreadable: none of the keys opens it.
        """
        head, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:]
        try:
            for key in self.keys:
                if head == FORM + key.name:
                    nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
                    return key.aead.decrypt(nonce, text, head).decode()
            return MultiFernet([key.fernet for key in self.keys]).decrypt(sealed).decode()
        except (InvalidTag, InvalidToken, ValueError):
            raise SecretUnreadable("A stored secret does not open with the keys given.") from None


def seal_of(settings: Settings) -> Seal:
    """Make the seal from the settings' keys, or from the local key where none is set.

    Raises:
        SettingsRefused: a key isn't one.
    """
    if settings.secrets_key is not None:
        keys = settings.secrets_key.get_secret_value().split(",")
    else:
        keys = [kept(settings.data_dir / SECRETS_KEY_FILE, new_key)]
    try:
        return Seal(tuple(_key(each.strip()) for each in keys))
    except (binascii.Error, ValueError):
        raise SettingsRefused(
            "ROLLBOOK_SECRETS_KEY must be keys of 32 bytes in URL-safe base64 each."
        ) from None


def new_key() -> str:
    """Draw a key from the system's randomness."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _key(text: str) -> Key:
    drawn = base64.urlsafe_b64decode(text)
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(drawn)
    name = hashlib.sha256(PURPOSE + drawn).digest()[:NAME_BYTES]
    return Key(name, AESGCM(derived), Fernet(text))

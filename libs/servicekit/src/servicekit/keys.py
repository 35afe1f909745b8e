"""The keys of a laptop: one to sign tokens with, one to encrypt secrets with. Made once, kept 0600.

A server sets ROLLBOOK_JWKS_URL and ROLLBOOK_SECRETS_KEY and has neither file.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from joserfc.jwk import KeySet, OKPKey

SIGNING_KEY_FILE = "local-signing-key.json"
SECRETS_KEY_FILE = "local-secrets-key"


def local_signing_key(data_dir: Path) -> OKPKey:
    """Load the local Ed25519 signing key, or make it the first time."""
    text = kept(
        data_dir / SIGNING_KEY_FILE,
        lambda: json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True)),
    )
    return OKPKey.import_key(json.loads(text))


def local_key_set(data_dir: Path) -> KeySet:
    """Give the local key as the set of keys that tokens are verified against."""
    return KeySet([local_signing_key(data_dir)])


def kept(file: Path, make: Callable[[], str]) -> str:
    """Read a private file, making it first if it isn't there; two that make it at once agree."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f"{file.name}.{uuid4().hex}")
        aside.touch(mode=0o600)
        with aside.open("w") as written:
            written.write(make())
            written.flush()
            os.fsync(written.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(aside, file)
        aside.unlink()
        _outlasts_a_power_cut(file.parent)
    return file.read_text()


def _outlasts_a_power_cut(folder: Path) -> None:
    """Write down the names in a folder: a key that is lost takes what it encrypted with it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

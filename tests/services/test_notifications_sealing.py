"""Endpoint secrets at rest: under a key that is kept elsewhere, and can be replaced."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from notifications.errors import SecretUnreadable
from notifications.forgetting import forget_once
from notifications.resealing import AT_ONCE, Resealed, reseal
from notifications.sealing import Seal, new_key, seal_of
from servicekit.errors import SettingsRefused
from servicekit.settings import Settings
from support.endpoint import endpoint
from support.notified import AT, Notified, notified

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
COPIES = """
INSERT INTO notifications.subscription
       (id, la_code, url, types, status, key_id, sealed_secret, previous_secret, created_at)
SELECT gen_random_uuid(), '886', 'https://la.example/', '{}', 'pending', 'key_x', $1, $2, now()
  FROM generate_series(1, $3)
"""
UNTIL = "UPDATE notifications.subscription SET previous_until = $2 WHERE id = $1"
SEALED = "SELECT id, sealed_secret, previous_secret FROM notifications.subscription ORDER BY id"


def test_what_is_sealed_opens_with_its_key_and_with_a_newer_beside_it(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = _seal(tmp_path, old).close(SECRET)

    assert SECRET.removeprefix("whsec_").encode() not in sealed
    assert _seal(tmp_path, new, old).open(sealed) == SECRET
    with pytest.raises(SecretUnreadable):
        _seal(tmp_path, new).open(sealed)


def test_the_key_is_named_beside_the_text_and_tells_nothing_of_itself(tmp_path: Path) -> None:
    key = new_key()
    seal = _seal(tmp_path, key)
    first, second = seal.close(SECRET), seal.close(SECRET)

    assert first[:9] == second[:9] == seal.head
    assert first != second
    assert key.encode() not in first
    assert key not in repr(seal)


@pytest.mark.parametrize("byte", [0, 1, 8, 9, 20, 21, -1])
def test_a_sealed_secret_of_which_a_byte_was_changed_opens_no_more(
    tmp_path: Path, byte: int
) -> None:
    seal = _seal(tmp_path, new_key())
    sealed = bytearray(seal.close(SECRET))
    sealed[byte] ^= 1

    with pytest.raises(SecretUnreadable):
        seal.open(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"lost", b"gAAAAAB"])
def test_what_was_never_sealed_opens_no_more(tmp_path: Path, sealed: bytes) -> None:
    seal = _seal(tmp_path, new_key())

    with pytest.raises(SecretUnreadable):
        seal.open(sealed)
    with pytest.raises(SecretUnreadable):
        seal.open(seal.head + sealed)


def test_what_was_sealed_before_keys_had_names_opens_still(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed = Fernet(old).encrypt(SECRET.encode())

    assert _seal(tmp_path, old).open(sealed) == SECRET
    assert _seal(tmp_path, new, old).open(sealed) == SECRET


def test_a_laptop_keeps_a_key_of_its_own_that_only_its_user_can_read(tmp_path: Path) -> None:
    sealed = _seal(tmp_path).close(SECRET)

    assert _seal(tmp_path).open(sealed) == SECRET
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "key", ["open sesame", "", "c2VzYW1l", f"{new_key()},sesame"], ids=range(4)
)
def test_what_is_no_key_is_refused_without_being_repeated(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        _seal(tmp_path, key)

    assert "sesame" not in str(refusal.value).lower()


async def test_a_new_key_takes_over_every_secret_the_one_before_included(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        old = seal_of(notices.house.settings)
        copies = 2 * AT_ONCE + 1
        await notices.conn.execute(COPIES, old.close("whsec_a"), old.close("whsec_b"), copies)
        both = Seal((_seal(tmp_path, new_key()).keys[0], *old.keys))
        newest = Seal(both.keys[:1])

        first = await reseal(notices.runtime.pool, both, now=AT)
        again = await reseal(notices.runtime.pool, both, now=AT)
        opened = [
            newest.open(sealed)
            for row in await notices.conn.fetch(SEALED)
            for sealed in row[1:]
            if sealed is not None
        ]

    assert (first, again) == (Resealed(copies + 1, ()), Resealed(0, ()))
    assert Counter(opened) == {"whsec_a": copies, "whsec_b": copies, made["secret"]: 1}


async def test_what_no_key_opens_is_named_and_stays_and_keeps_nobody_back(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        old, new = _seal(tmp_path, new_key()), _seal(tmp_path, new_key())
        await notices.conn.execute(COPIES, old.close(SECRET), None, 1)
        ((lost, sealed, _),) = await notices.conn.fetch(SEALED)
        await notices.conn.execute(COPIES, new.close(SECRET), old.close(SECRET), 1)
        await notices.conn.execute(COPIES, _fernet_of(tmp_path), None, 3)

        found = await reseal(notices.runtime.pool, Seal((*new.keys, *_seal(tmp_path).keys)), now=AT)
        after = {row["id"]: row["sealed_secret"] for row in await notices.conn.fetch(SEALED)}

    assert found.done == 3
    assert len(found.unreadable) == 2
    assert lost in found.unreadable
    assert after[lost] == sealed


async def test_what_signs_no_more_is_forgotten_and_keeps_no_new_key_from_the_rest(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        lost, old, new = (_seal(tmp_path, new_key()) for _ in range(3))
        seal = Seal((*new.keys, *old.keys))
        await notices.conn.execute(COPIES, old.close(SECRET), lost.close("whsec_before"), 2)
        ended, signs = await _ids(notices)
        for subscription, until in ((ended, AT), (signs, AT + timedelta(seconds=1))):
            await notices.conn.execute(UNTIL, subscription, until)

        found = await reseal(notices.runtime.pool, seal, now=AT)
        (forgotten, kept) = await notices.conn.fetch(SEALED)

    assert found == Resealed(1, (signs,))
    assert (seal.open(forgotten["sealed_secret"]), forgotten["previous_secret"]) == (SECRET, None)
    assert lost.open(kept["previous_secret"]) == "whsec_before"


async def test_a_secret_is_forgotten_when_its_grace_is_over(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        made = await notices.subscribe(la)
        path = f"/subscriptions/{made['id']}"
        await notices.post(f"{path}/secret-rotation", {"grace_seconds": 60})
        kept = []
        for seconds in (59, 1):
            notices.house.clock.forward(seconds=seconds)
            await forget_once(notices.runtime)
            kept += [row["previous_secret"] is not None for row in await notices.conn.fetch(SEALED)]
        shown = await notices.get(path)

    assert kept == [True, False]
    assert shown["previous_secret_until"] is None


async def test_an_interrupted_change_of_keys_goes_on_where_it_was(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        old, new = _seal(tmp_path, new_key()), _seal(tmp_path, new_key())
        await notices.conn.execute(COPIES, old.close(SECRET), None, 5)
        first, *_ = await _ids(notices)
        await notices.conn.execute(
            "UPDATE notifications.subscription SET sealed_secret = $2 WHERE id = $1",
            first,
            new.close(SECRET),
        )

        found = await reseal(notices.runtime.pool, Seal((*new.keys, *old.keys)), now=AT)

    assert found == Resealed(4, ())


def _seal(data_dir: Path, *keys: str) -> Seal:
    said = ",".join(keys) if keys else None
    return seal_of(Settings.model_validate({"data_dir": data_dir, "secrets_key": said}))


def _fernet_of(data_dir: Path) -> bytes:
    """What a laptop's key sealed before keys had names."""
    _seal(data_dir)
    key = (data_dir / "local-secrets-key").read_text()
    return Fernet(key).encrypt(SECRET.encode())


async def _ids(notices: Notified) -> Sequence[UUID]:
    return [row["id"] for row in await notices.conn.fetch(SEALED)]

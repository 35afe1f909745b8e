"""Bearer tokens: which are believed, and how the others are answered."""

import json
import time
from pathlib import Path
from typing import Final

import httpx
import pytest
from joserfc.jwk import OKPKey
from servicekit.errors import Unauthenticated
from servicekit.keys import SIGNING_KEY_FILE, local_signing_key
from servicekit.settings import Settings
from servicekit.tokens import verifier_for
from support.school import Json, SmallSchool
from support.tokens import claims, encoded, new_key, signed, signed_with_secret

CODES: Final = "/register/v1/codes"


@pytest.fixture
def key(tmp_path: Path) -> OKPKey:
    """The local key, which signs what is believed."""
    return local_signing_key(tmp_path)


async def believed(token: str, data_dir: Path) -> bool:
    """Say whether a process with its keys in that folder believes a token."""
    async with httpx.AsyncClient() as http:
        try:
            await verifier_for(Settings(data_dir=data_dir)).caller_of(token, http)
        except Unauthenticated:
            return False
    return True


async def answer_to(school: SmallSchool, authorization: str) -> httpx.Response:
    async with school.house.anonymous(Authorization=authorization) as client:
        return await client.get(CODES)


async def test_a_good_token_opens_and_any_other_is_answered_with_a_problem(
    school: SmallSchool, key: OKPKey
) -> None:
    good = await answer_to(school, f"Bearer {signed(key, claims())}")
    bad = [
        await answer_to(school, authorization)
        for authorization in (
            "",
            "Bearer",
            "Bearer ",
            "Bearer garbled",
            "Basic bWlzOnNlY3JldA==",
            f"Bearer {signed(key, claims(exp=int(time.time()) - 60))}",
            f"Bearer {signed(new_key(), claims())}",
            f"Bearer {signed(key, claims(urns=None))}",
        )
    ]

    assert good.status_code == 200
    assert {answer.status_code for answer in bad} == {401}
    assert {answer.json()["type"] for answer in bad} == {"/problems/unauthenticated"}
    assert {answer.headers["WWW-Authenticate"] for answer in bad} == {"Bearer"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": -60}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": "tomorrow"}, id="an end that is no time"),
        pytest.param({"nbf": 600}, id="not yet good"),
        pytest.param({"aud": "another-api"}, id="for another audience"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"iss": "https://elsewhere.example"}, id="of another issuer"),
        pytest.param({"iss": None}, id="of nobody"),
        pytest.param({"sub": None}, id="about nobody"),
        pytest.param({"urns": None}, id="for no school"),
        pytest.param({"la": "886"}, id="for schools and an authority"),
        pytest.param({"urns": "999001"}, id="its URNs a string"),
        pytest.param({"urns": {"999001": True}}, id="its URNs an object"),
        pytest.param({"urns": ["school"]}, id="its URNs no URNs"),
        pytest.param({"urns": [None]}, id="its URNs nothing"),
        pytest.param({"urns": [2**40]}, id="a URN of too many digits"),
        pytest.param({"urns": [999001, 99001]}, id="a URN of too few"),
        pytest.param({"urns": [float("inf")]}, id="a URN without end"),
        pytest.param({"urns": [999001.0]}, id="a URN with a point"),
        pytest.param({"exp": 10**400}, id="an end beyond all time"),
        pytest.param({"exp": float("nan")}, id="an end that is no number"),
    ],
)
async def test_a_token_that_says_the_wrong_thing_is_not_believed(
    key: OKPKey, tmp_path: Path, changes: Json
) -> None:
    now = int(time.time())
    said = {name: now + it if isinstance(it, int) else it for name, it in changes.items()}

    assert not await believed(signed(key, claims(**said)), tmp_path)


@pytest.mark.parametrize("typ", ["JWT", "", "application/jwt", "at+jwt; x"])
async def test_a_token_of_another_type_is_not_believed(
    key: OKPKey, tmp_path: Path, typ: str
) -> None:
    assert not await believed(signed(key, claims(), typ=typ), tmp_path)


async def test_a_token_nobody_signed_is_not_believed(key: OKPKey, tmp_path: Path) -> None:
    unsigned = f"{encoded({'alg': 'none', 'typ': 'at+jwt'})}.{encoded(claims())}."
    head, body, signature = signed(key, claims()).split(".")
    tampered = f"{head}.{encoded(claims(scope='register:write'))}.{signature}"

    assert await believed(f"{head}.{body}.{signature}", tmp_path)
    for token in (unsigned, tampered, f"{head}.{body}."):
        assert not await believed(token, tmp_path)


async def test_a_token_signed_with_another_machine_s_key_is_not_believed(
    key: OKPKey, tmp_path: Path
) -> None:
    assert not await believed(signed(new_key(), claims()), tmp_path)
    assert not await believed(signed(new_key(), claims(), kid=key.kid), tmp_path)


async def test_the_public_key_is_no_shared_secret(key: OKPKey, tmp_path: Path) -> None:
    for secret in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
        token = signed_with_secret(secret, claims(), kid=key.kid)

        assert not await believed(token, tmp_path)


@pytest.mark.parametrize(
    "token",
    [
        "garbled",
        "a.b.c",
        "....",
        "%00",
        "é.é.é",
        "[" * 3000,
        f"{encoded([])}.{encoded({})}.{encoded(b'x')}",
        f"{encoded({'alg': 5})}.{encoded({})}.{encoded(b'x')}",
        f"{encoded({'alg': 'Ed25519', 'kid': 5})}.{encoded({})}.{encoded(b'x')}",
        f"{encoded({'alg': 'Ed25519', 'typ': 'at+jwt', 'crit': 3})}.{encoded({})}.{encoded(b'x')}",
        f"{encoded({'alg': 'Ed25519', 'crit': ['x']})}.{encoded({})}.{encoded(b'x')}",
        f"{encoded(b'{')}.{encoded(b'{')}.{encoded(b'{')}",
    ],
)
async def test_what_is_no_token_is_not_believed(key: OKPKey, tmp_path: Path, token: str) -> None:
    assert key.kid
    assert not await believed(token, tmp_path)


async def test_clocks_may_differ_by_half_a_minute(key: OKPKey, tmp_path: Path) -> None:
    now = int(time.time())

    assert await believed(signed(key, claims(exp=now - 10)), tmp_path)
    assert not await believed(signed(key, claims(exp=now - 45)), tmp_path)


async def test_the_local_key_is_for_its_owner_alone(key: OKPKey, tmp_path: Path) -> None:
    assert key.is_private
    assert (tmp_path / SIGNING_KEY_FILE).stat().st_mode & 0o777 == 0o600

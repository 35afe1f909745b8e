"""Tokens of an identity provider: whose keys are fetched, kept, fetched again, or can't be had."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import pytest
from joserfc.jwk import Key, KeySet, OKPKey
from servicekit.app import build_app
from servicekit.caller import Caller
from servicekit.errors import KeysUnavailable, Unauthenticated
from servicekit.provider import (
    FETCH_AGAIN_AFTER_SECONDS,
    FRESH_SECONDS,
    KEPT_SECONDS,
    WITHOUT_KEYS_AGAIN_AFTER_SECONDS,
    ProviderKeys,
)
from servicekit.service import chosen_services
from servicekit.settings import Settings
from servicekit.tokens import TokenVerifier, mint_local_token
from support.school import Json
from support.tokens import claims, new_key, signed

CODES: Final = "/register/v1/codes"
JWKS: Final = "https://identity.example/jwks"


@dataclass(slots=True)
class Provider:
    """An identity provider's JWKS endpoint; it counts who asks, and may be down."""

    keys: list[OKPKey] = field(default_factory=list)
    others: list[object] = field(default_factory=list)  # entries of the set beside the keys
    status: int = 200  # 0 for no answer at all
    asked: int = 0

    async def answer(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.to_thread(int)  # a crowd gets to run before the answer is there
        if self.status == 0:
            raise httpx.ConnectError("refused")
        keys: list[Key] = [*self.keys]
        entries = [*self.others, *KeySet(keys).as_dict(private=False)["keys"]]
        return httpx.Response(self.status, json={"keys": entries})


class Verification:
    """A verifier that trusts a provider, with a clock of its own."""

    def __init__(self, provider: Provider, data_dir: Path) -> None:
        self.seconds = 1000.0
        keys = ProviderKeys(JWKS, lambda: self.seconds)
        self._verifier = TokenVerifier(Settings(data_dir=data_dir), keys)
        self._http = httpx.AsyncClient(transport=httpx.MockTransport(provider.answer))

    async def of(self, token: str) -> Caller:
        return await self._verifier.caller_of(token, self._http)

    async def of_each(self, tokens: Sequence[str]) -> list[Caller | BaseException]:
        """Verify tokens that come all at once."""
        return await asyncio.gather(*map(self.of, tokens), return_exceptions=True)


async def test_a_provider_s_token_is_believed_and_its_keys_are_asked_for_once(
    tmp_path: Path,
) -> None:
    provider = Provider([new_key()])
    verification = Verification(provider, tmp_path)

    for urns in ([999001], [999002]):
        caller = await verification.of(signed(provider.keys[0], claims(urns=urns)))
        assert caller.urns == frozenset(urns)

    assert provider.asked == 1


async def test_with_a_provider_the_local_key_opens_nothing(tmp_path: Path) -> None:
    verification = Verification(Provider([new_key()]), tmp_path)
    local = mint_local_token(Settings(data_dir=tmp_path), "register:read", {"urns": "*"})

    with pytest.raises(Unauthenticated):
        await verification.of(local)


async def test_a_key_the_provider_added_is_believed_with_its_first_token(tmp_path: Path) -> None:
    provider = Provider([new_key()])
    verification = Verification(provider, tmp_path)
    await verification.of(signed(provider.keys[0], claims()))
    verification.seconds += FETCH_AGAIN_AFTER_SECONDS
    provider.keys = [new_key()]

    caller = await verification.of(signed(provider.keys[0], claims(client_id="new")))

    assert caller.client == "new"


async def test_made_up_tokens_do_not_make_us_a_nuisance_to_the_provider(tmp_path: Path) -> None:
    provider = Provider([new_key()])
    verification = Verification(provider, tmp_path)

    for attempt in range(50):
        with pytest.raises(Unauthenticated):
            await verification.of(f"made.up.{attempt}")
    verification.seconds += FETCH_AGAIN_AFTER_SECONDS
    for attempt in range(50):
        with pytest.raises(Unauthenticated):
            await verification.of(f"made.up.{attempt}")

    assert provider.asked == 2


@pytest.mark.parametrize("status", [0, 500, 404])
async def test_without_the_provider_no_token_is_judged(tmp_path: Path, status: int) -> None:
    provider = Provider([new_key()], status=status)
    verification = Verification(provider, tmp_path)
    token = signed(provider.keys[0], claims())

    with pytest.raises(KeysUnavailable):
        await verification.of(token)
    provider.status = 200
    verification.seconds += WITHOUT_KEYS_AGAIN_AFTER_SECONDS

    assert (await verification.of(token)).client == "mis"


async def test_a_key_the_provider_withdrew_opens_nothing_more(tmp_path: Path) -> None:
    withdrawn = new_key()
    provider = Provider([withdrawn])
    verification = Verification(provider, tmp_path)
    await verification.of(signed(withdrawn, claims()))
    provider.keys = [new_key()]
    verification.seconds += FRESH_SECONDS

    with pytest.raises(Unauthenticated):
        await verification.of(signed(withdrawn, claims(client_id="thief")))
    assert (await verification.of(signed(provider.keys[0], claims()))).client == "mis"


async def test_a_provider_that_is_down_leaves_its_keys_in_force_for_an_hour(tmp_path: Path) -> None:
    provider = Provider([new_key()])
    verification = Verification(provider, tmp_path)
    await verification.of(signed(provider.keys[0], claims()))
    provider.status = 0

    verification.seconds += KEPT_SECONDS - 1
    for client in ("early", "late"):
        assert (await verification.of(signed(provider.keys[0], claims(client_id=client)))).client
    assert provider.asked == 2
    with pytest.raises(KeysUnavailable):  # its key may be one that can't be fetched
        await verification.of(signed(new_key(), claims()))
    verification.seconds += 1
    with pytest.raises(KeysUnavailable):
        await verification.of(signed(provider.keys[0], claims(client_id="too late")))


async def test_a_crowd_at_the_start_asks_the_provider_once(tmp_path: Path) -> None:
    provider = Provider([new_key()])
    tokens = [signed(provider.keys[0], claims(client_id=f"{each}")) for each in range(20)]

    callers = await Verification(provider, tmp_path).of_each(tokens)

    assert all(isinstance(caller, Caller) for caller in callers)
    assert provider.asked == 1


async def test_a_crowd_asks_a_provider_that_is_down_once(tmp_path: Path) -> None:
    provider = Provider(status=0)
    verification = Verification(provider, tmp_path)

    refusals = await verification.of_each([f"made.up.{each}" for each in range(20)])
    assert provider.asked == 1
    verification.seconds += WITHOUT_KEYS_AGAIN_AFTER_SECONDS
    refusals += await verification.of_each([f"made.up.{each}" for each in range(20)])

    assert {type(refusal) for refusal in refusals} == {KeysUnavailable}
    assert provider.asked == 2


async def test_a_crowd_with_a_new_key_is_believed_to_the_last(tmp_path: Path) -> None:
    provider = Provider([new_key()])
    verification = Verification(provider, tmp_path)
    await verification.of(signed(provider.keys[0], claims()))
    verification.seconds += FETCH_AGAIN_AFTER_SECONDS
    provider.keys = [new_key()]
    tokens = [signed(provider.keys[0], claims(client_id=f"{each}")) for each in range(20)]

    callers = await verification.of_each(tokens)

    assert all(isinstance(caller, Caller) for caller in callers)
    assert provider.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"kty": "OKP", "crv": "X9999", "x": "AA"}, id="of a curve we don't know"),
        pytest.param({"kty": ["OKP"]}, id="of no kind"),
        pytest.param({}, id="empty"),
        pytest.param(1, id="no object"),
    ],
)
async def test_a_key_that_can_t_be_read_shuts_out_no_other(
    tmp_path: Path, other: Json | int
) -> None:
    provider = Provider([new_key()], others=[other])

    caller = await Verification(provider, tmp_path).of(signed(provider.keys[0], claims()))

    assert caller.client == "mis"


async def test_a_provider_that_is_down_is_a_problem_of_ours_and_not_of_the_token(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(
        DATABASE_URL=database_url, data_dir=tmp_path, jwks_url="http://127.0.0.1:1/jwks"
    )
    app = build_app(settings, chosen_services(["register-api"]), background=False)
    token = signed(new_key(), claims())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rollbook") as client,
    ):
        answer = await client.get(CODES, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/keys-unavailable"
    assert "127.0.0.1" not in answer.text

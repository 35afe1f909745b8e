"""Returns as they are listed: by the page, narrowed, and as far along as was asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from support.notified import LA, OTHER_LA, URN, Notified, notified
from support.returned import HOME_LA, entered, found, returns

RULE = "new-pupil-return"
AHEAD = 10**6


@pytest.fixture
async def notices(database_url: str, tmp_path: Path) -> AsyncIterator[Notified]:
    """The service, with one return due to each of two authorities."""
    async with notified(database_url, tmp_path) as running:
        await running.happen(entered("p1", home=HOME_LA), found(RULE))
        yield running


async def asked(notices: Notified, path: str, **claims: object) -> httpx.Response:
    """Ask for something of returns, whatever is answered."""
    async with notices.house.client("returns:read", **claims) as client:
        return await client.get(f"/notifications/v1/returns{path}")


def slug(answer: httpx.Response) -> tuple[int, str]:
    """Give an answer's status and its problem."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "kind=census",
        "overdue=1",
        "urn=1",
        "la=88",
        "limit=0",
        "cursor=x",
        "pupil=p",
        "min_position=3",
        f"urn={URN}&min_position=3.0",
    ],
)
async def test_a_filter_that_cant_be_read_is_refused(notices: Notified, query: str) -> None:
    assert slug(await asked(notices, f"?{query}")) == (422, "invalid-request")


async def test_returns_are_listed_by_the_page_each_once(notices: Notified) -> None:
    for index in range(5):
        await notices.happen(entered(f"q{index}"), found(RULE, f"q{index}"))
    every = [each["id"] for each in (await notices.get("/returns"))["items"]]
    walked, path = [], "/returns?limit=3"
    while path:
        page = await notices.get(path)
        walked += [each["id"] for each in page["items"]]
        path = f"/returns?limit=3&cursor={page['next']}" if page["next"] else ""

    assert walked == every
    assert len(every) == 7


async def test_a_list_is_narrowed_by_school_kind_and_authority(notices: Notified) -> None:
    await notices.happen(found("attendance-return"))

    assert {each["kind"] for each in await returns(notices, f"?kind={RULE}")} == {RULE}
    assert len(await returns(notices, f"?urn={URN}&la={HOME_LA}")) == 2
    assert await returns(notices, "?urn=999002") == []


async def test_returns_are_read_as_far_along_as_was_asked_for(
    notices: Notified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.freshness.WAIT_SECONDS", 0.1)
    id_ = (await returns(notices))[0]["id"]
    paths = (f"?urn={URN}&min_position=", f"/{id_}?min_position=", f"/{id_}/pack?min_position=")
    reached = [await asked(notices, f"{path}3") for path in paths]
    behind = [await asked(notices, f"{path}{AHEAD}") for path in paths]

    assert [answer.status_code for answer in reached] == [200] * 3
    assert [slug(answer) for answer in behind] == [(503, "view-behind")] * 3
    assert {answer.headers["Retry-After"] for answer in behind} == {"1"}


async def test_how_far_along_a_school_is_isnt_told_to_strangers(notices: Notified) -> None:
    path = f"?urn={URN}&min_position={AHEAD}"
    strangers = [await asked(notices, path, la=OTHER_LA), await asked(notices, path, urns=[999002])]
    own = await asked(notices, f"?urn={URN}&min_position=3", la=LA)

    assert [slug(each) for each in strangers] == [(404, "not-found")] * 2
    assert own.status_code == 200

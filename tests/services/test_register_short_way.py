"""The busiest route has a short way and FastAPI's own, and nobody can tell which was taken."""

import json

import httpx
from support.school import SmallSchool, drawn


async def test_the_short_way_and_the_whole_way_answer_alike(school: SmallSchool) -> None:
    body = {"marks": drawn("/N/"), "by": {"name": "T. Teacher", "position": "Teacher"}}
    url = f"{school.register_url()}/marks"

    async def sent_as(content_type: str, key: str) -> httpx.Response:
        headers = {"Content-Type": content_type, "Idempotency-Key": key}
        return await school.client.post(url, content=json.dumps(body), headers=headers)

    short = await sent_as("application/json", "one")
    whole = await sent_as("application/json; charset=utf-8", "one")
    again = await sent_as("application/json", "one")

    assert short.status_code == whole.status_code == again.status_code == 201
    assert short.json() == whole.json() == again.json()
    for replayed in (whole, again):
        assert replayed.headers["Idempotency-Replayed"] == "true"
    assert whole.headers["Content-Type"] == again.headers["Content-Type"]
    assert len(whole.headers.get_list("Content-Length")) == 1
    assert len(again.headers.get_list("Content-Length")) == 1

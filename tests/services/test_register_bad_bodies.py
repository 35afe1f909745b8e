"""Bodies that are no register: each is refused with a problem, and nothing is stored."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from support.house import keyed
from support.school import OFFICER, Json, SmallSchool, drawn, mark, slugs

MEBIBYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}
GOOD: Json = {"marks": drawn("///"), "by": OFFICER}


async def post(
    school: SmallSchool, content: bytes | AsyncIterator[bytes], **headers: str
) -> httpx.Response:
    return await school.client.post(
        f"{school.register_url()}/marks", content=content, headers={**keyed(), **JSON, **headers}
    )


async def untouched(school: SmallSchool) -> bool:
    return await school.head() == 5 and await school.codes() == {}


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        pytest.param(b"", "missing", id="empty"),
        pytest.param(b"marks=1&by=2", "json-invalid", id="a form"),
        pytest.param(b'{"marks": [', "json-invalid", id="cut off"),
        pytest.param('{"é": 1}'.encode("latin-1"), "malformed-body", id="latin-1"),
        pytest.param(b'{"marks": \x00}', "json-invalid", id="NUL outside a string"),
        pytest.param(json.dumps(GOOD).encode("utf-16"), "malformed-body", id="UTF-16"),
        pytest.param(json.dumps(GOOD).encode("utf-16-le"), "malformed-body", id="UTF-16 unmarked"),
        pytest.param(json.dumps(GOOD).encode("utf-32-be"), "malformed-body", id="UTF-32 unmarked"),
        pytest.param(b"[" * 50_000, "malformed-body", id="nested without end"),
        pytest.param(b'{"marks": [' + b"1" * 5_000 + b"]}", "malformed-body", id="a huge number"),
        pytest.param(b"[]", "object-required", id="a list"),
        pytest.param(b'"marks"', "object-required", id="a string"),
        pytest.param(b"null", "object-required", id="null"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(
    school: SmallSchool, content: bytes, slug: str
) -> None:
    answer = await post(school, content)

    assert (answer.status_code, slugs(answer)) == (422, [("", slug)])
    assert await untouched(school)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"\xe9": 1}', "Send JSON in UTF-8."),
        (b"[" * 50_000, "The body's lists and objects are nested too deeply."),
        (b'{"marks": [' + b"1" * 5_000 + b"]}", "A number in the body has too many digits."),
    ],
)
async def test_why_a_body_can_t_be_read_is_told(
    school: SmallSchool, content: bytes, said: str
) -> None:
    answer = await post(school, content)

    assert [item["detail"] for item in answer.json()["errors"]] == [said]


async def test_a_character_may_arrive_in_two_parts(school: SmallSchool) -> None:
    body = json.dumps({**GOOD, "by": {**OFFICER, "name": "Zoë"}}, ensure_ascii=False).encode()
    middle = body.index("ë".encode()) + 1

    async def parts() -> AsyncIterator[bytes]:
        yield body[:middle]
        yield body[middle:]

    assert (await post(school, parts())).status_code == 201


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_json_is_said_to_be_json(school: SmallSchool, content_type: str) -> None:
    answer = await post(school, json.dumps(GOOD).encode(), **{"Content-Type": content_type})

    assert (answer.status_code, slugs(answer)) == (422, [("", "object-required")])
    assert await untouched(school)


@pytest.mark.parametrize(
    ("changes", "pointer", "slug"),
    [
        pytest.param({"marks": None}, "/marks", "list-type", id="no list"),
        pytest.param({"marks": {"p1": "/"}}, "/marks", "list-type", id="an object for the list"),
        pytest.param({"marks": ["p1"]}, "/marks/0", "model-attributes-type", id="a bare pupil"),
        pytest.param({"marks": [{"pupil": "p1"}]}, "/marks/0/code", "missing", id="no code"),
        pytest.param({"marks": [mark("p1", "/"), {"code": "/"}]}, "/marks/1/pupil", "missing"),
        pytest.param({"marks": [{"pupil": 1, "code": "/"}]}, "/marks/0/pupil", "string-type"),
        pytest.param({"marks": [{"pupil": "p1", "code": 1}]}, "/marks/0/code", "string-type"),
        pytest.param({"marks": [{"pupil": "p1", "code": None}]}, "/marks/0/code", "string-type"),
        pytest.param({"marks": [mark("p1/p2", "/")]}, "/marks/0/pupil", "string-pattern-mismatch"),
        pytest.param(
            {"marks": [mark("p1", "L", minutes_late=True)]}, "/marks/0/minutes_late", "int-type"
        ),
        pytest.param(
            {"marks": [mark("p1", "L", minutes_late="12")]}, "/marks/0/minutes_late", "int-type"
        ),
        pytest.param(
            {"marks": [mark("p1", "L", minutes_late=1.5)]}, "/marks/0/minutes_late", "int-type"
        ),
        pytest.param(
            {"marks": [mark("p1", "L", minutes_late=-1)]},
            "/marks/0/minutes_late",
            "greater-than-equal",
        ),
        pytest.param(
            {"marks": [mark("p1", "B", detail="a\0b")]},
            "/marks/0/detail",
            "string-pattern-mismatch",
            id="NUL in a text",
        ),
        pytest.param(
            {"marks": [mark("p1", "B", detail="\ud800")]},
            "/marks/0/detail",
            "string-unicode",
            id="a lone surrogate",
        ),
        pytest.param({"by": "A. Smith"}, "/by", "model-attributes-type", id="a bare name"),
        pytest.param({"by": {"name": "A. Smith"}}, "/by/position", "missing"),
        pytest.param({"by": {"name": " ", "position": "x"}}, "/by/name", "string-too-short"),
        pytest.param({"group": 7}, "/group", "string-type"),
    ],
)
async def test_a_field_of_another_type_is_pointed_to(
    school: SmallSchool, changes: Json, pointer: str, slug: str
) -> None:
    answer = await post(school, json.dumps({**GOOD, **changes}).encode())

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
    assert slugs(answer) == [(pointer, slug)]
    assert await untouched(school)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"Zephyrine": 1}, "", id="in the body"),
        pytest.param({"marks": [mark("p1", "/", Zephyrine=1)]}, "/marks/0", id="in a mark"),
        pytest.param({"by": {**OFFICER, "Zephyrine": 1}}, "/by", id="in the signatory"),
    ],
)
async def test_an_unknown_field_is_refused_where_it_stands_and_not_repeated(
    school: SmallSchool, changes: Json, pointer: str
) -> None:
    answer = await post(school, json.dumps({**GOOD, **changes}).encode())

    assert (answer.status_code, slugs(answer)) == (422, [(pointer, "extra-forbidden")])
    assert "Zephyrine" not in answer.text
    assert await untouched(school)


async def test_a_surrogate_is_not_utf_8(school: SmallSchool) -> None:
    answer = await post(school, b'{"marks": [{"pupil": "p1", "code": "\xed\xa0\x80"}]}')

    assert (answer.status_code, slugs(answer)) == (422, [("", "malformed-body")])


async def test_no_pattern_is_shown_to_a_person(school: SmallSchool) -> None:
    answer = await post(school, json.dumps({**GOOD, "marks": [mark("p1/p2", "/")]}).encode())

    assert "[A-Z" not in answer.text
    assert "OpenAPI document" in answer.json()["errors"][0]["detail"]


async def test_every_field_of_another_type_is_told_at_once(school: SmallSchool) -> None:
    answer = await post(school, b'{"marks": [{"pupil": 1, "code": 2}, {}], "group": 3}')

    assert [pointer for pointer, _ in slugs(answer)] == [
        "/group",
        "/marks/0/pupil",
        "/marks/0/code",
        "/marks/1/pupil",
        "/marks/1/code",
    ]


async def test_a_request_carries_three_thousand_marks_and_no_more(school: SmallSchool) -> None:
    too_many = await school.enter([mark("p1", "/")] * 3001)
    as_many = await school.enter([mark("p1", "/")] * 3000)

    assert slugs(too_many) == [("/marks", "too-long")]
    assert slugs(as_many)[0] == ("/marks/1/pupil", "duplicate-pupil")


async def test_a_body_announced_over_a_mebibyte_is_refused_unread(school: SmallSchool) -> None:
    read = False

    async def content() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield json.dumps(GOOD).encode()

    answer = await post(school, content(), **{"Content-Length": f"{MEBIBYTE + 1}"})

    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"
    assert not read
    assert await untouched(school)


async def test_a_body_that_grows_over_a_mebibyte_is_refused(school: SmallSchool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield json.dumps(GOOD).encode()
        for _ in range(17):
            yield b" " * (MEBIBYTE // 16)

    answer = await post(school, chunks())

    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"
    assert await untouched(school)


async def test_a_body_of_a_mebibyte_is_taken(school: SmallSchool) -> None:
    answer = await post(school, json.dumps(GOOD).encode().ljust(MEBIBYTE))

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("key", "slug"),
    [
        (None, "missing"),
        ("", "string-too-short"),
        ("k" * 201, "string-too-long"),
        ("two words", "string-pattern-mismatch"),
    ],
)
async def test_a_command_has_a_key_of_its_own(
    school: SmallSchool, key: str | None, slug: str
) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = await school.client.post(f"{school.register_url()}/marks", json=GOOD, headers=headers)

    assert (answer.status_code, slugs(answer)) == (422, [("/header/idempotency-key", slug)])
    assert await untouched(school)

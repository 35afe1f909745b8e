"""Which form an answer is given in, by what the client says that it accepts."""

import pytest
from fastapi import Request
from servicekit.negotiation import JSON, JSON_LINES, form_of_answer
from servicekit.problems import Problem


def asking(*accept: str) -> Request:
    headers = [(b"accept", each.encode()) for each in accept]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ([], JSON),
        ([""], JSON),
        (["*/*"], JSON),
        (["application/*"], JSON),
        ([JSON], JSON),
        ([JSON_LINES], JSON_LINES),
        (["Application/JSONL"], JSON_LINES),
        ([f"{JSON}, {JSON_LINES}"], JSON),
        ([f"{JSON};q=0.9, {JSON_LINES}"], JSON_LINES),
        ([f"{JSON}; Q=0.9 , {JSON_LINES};q=0.91"], JSON_LINES),
        ([f"{JSON_LINES};q=0.5, */*;q=0.1"], JSON_LINES),
        ([f"{JSON_LINES};q=0.5, */*"], JSON),
        ([f"{JSON};q=0, */*"], JSON_LINES),
        ([f"application/*;q=0.2, {JSON_LINES};q=0.1, text/html"], JSON),
        (["text/html", JSON_LINES], JSON_LINES),
        ([f"{JSON_LINES};charset=utf-8;q=1.000"], JSON_LINES),
        ([f"{JSON};q=2, {JSON_LINES}"], JSON_LINES),
        ([f"nonsense, , {JSON_LINES}"], JSON_LINES),
    ],
)
def test_the_form_is_the_one_wanted_most(accept: list[str], form: str) -> None:
    assert form_of_answer(asking(*accept), JSON, JSON_LINES) == form


@pytest.mark.parametrize(
    "accept", ["text/html", "text/*", f"{JSON};q=0, {JSON_LINES};q=0.0", "*/*;q=0", "*/json", "x"]
)
def test_who_accepts_none_of_the_forms_is_told_which_there_are(accept: str) -> None:
    with pytest.raises(Problem) as refused:
        form_of_answer(asking(accept), JSON, JSON_LINES)

    assert refused.value.kind.slug == "not-acceptable"
    assert refused.value.detail == "Accept application/json or application/jsonl."

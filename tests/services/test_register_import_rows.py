"""What is wrong with a file or its rows: all of it is said, by line, and repeats nothing."""

import json
from http import HTTPStatus
from typing import Final

import pytest
from structlog.testing import capture_logs
from support.imported import (
    JSON,
    SIGNED,
    csv_of,
    imported,
    parts,
    problems_of,
    rows_left,
    send,
    work_off,
)
from support.school import SmallSchool, found, slugs

FULL = "date,session,pupil,code,minutes_late,detail,group"
SECRET = "Zyxomma-Petiolatum"

BAD_ROWS: Final = [
    ("20/11/2026,AM,p1,/,,,6B", ("date", "date-format")),
    ("2026-02-30,AM,p1,/,,,6B", ("date", "date-format")),
    (",AM,p1,/,,,6B", ("date", "field-missing")),
    ("2026-11-20,am,p1,/,,,6B", ("session", "session-format")),
    ("2026-11-20,,p1,/,,,6B", ("session", "field-missing")),
    ("2026-11-20,AM,p 1,/,,,6B", ("pupil", "pupil-format")),
    ("2026-11-20,AM,,/,,,6B", ("pupil", "field-missing")),
    ("2026-11-20,AM,p9,/,,,6B", ("pupil", "not-on-roll")),
    ("2026-11-20,AM,p1,,,,6B", ("code", "field-missing")),
    ("2026-11-20,AM,p1,%,,,6B", ("code", "unknown-code")),
    (f"2026-11-20,AM,p1,{'x' * 65},,,6B", ("code", "unknown-code")),
    ("2026-11-20,AM,p1,\\,,,6B", ("code", "wrong-session")),
    ("2026-11-20,AM,p1,B,,,6B", ("detail", "detail-required")),
    ("2026-11-20,AM,p1,L,ten,,6B", ("minutes_late", "minutes-late-format")),
    ("2026-11-20,AM,p1,L,601,,6B", ("minutes_late", "minutes-late-format")),
    ("2026-11-20,AM,p1,/,5,,6B", ("minutes_late", "minutes-late-not-allowed")),
    ("2026-11-20,AM,p1,B,,a\x07b,6B", ("detail", "detail-format")),
    (f"2026-11-20,AM,p1,B,,{'x' * 2001},6B", ("detail", "detail-format")),
    (f"2026-11-20,AM,p1,/,,,{'x' * 201}", ("group", "group-format")),
    ("x", ("", "row-unreadable")),
    ("2026-11-20,AM,p1,/", ("", "fields-not-as-header")),
    ("2026-11-20,AM,p1,/,,,6B,more", ("", "fields-not-as-header")),
    ("2026-11-28,AM,p1,/,,,6B", ("date", "no-session")),
    ("2026-11-23,AM,p1,/,,,6B", ("date", "session-not-started")),
]


async def test_a_bad_row_is_reported_by_line_field_and_slug(school: SmallSchool) -> None:
    # Each in a group of its own, so that each is a register.
    rows = [row.replace("6B", f"g{number}") for number, (row, _) in enumerate(BAD_ROWS)]
    job = await imported(school, csv_of(*rows, header=FULL))

    expected = [(line, *problem) for line, (_, problem) in enumerate(BAD_ROWS, 2)]
    assert await problems_of(school, job) == expected
    assert (job["status"], job["marks_recorded"]) == ("finished", 0)
    assert (job["rows"], job["rows_done"], job["problems"]) == (len(rows),) * 3
    assert await school.codes() == {}


async def test_one_bad_row_keeps_its_register_out_and_no_other(school: SmallSchool) -> None:
    job = await imported(
        school,
        csv_of(
            "2026-11-20,AM,p1,/",
            "2026-11-20,AM,p2,/",
            "2026-11-20,PM,p1,\\",
            "2026-11-20,AM,p 3,/",
        ),
    )

    assert await problems_of(school, job) == [(5, "pupil", "pupil-format")]
    assert await school.codes() == {}
    assert await school.codes(half="PM") == {"p1": "\\"}
    assert (job["rows"], job["rows_done"]) == (4, 4)


async def test_every_bad_row_of_a_register_is_reported_at_once(school: SmallSchool) -> None:
    job = await imported(
        school,
        csv_of("2026-11-20,AM,p1,%", "2026-11-20,AM,p2,/", "2026-11-20,AM,p2,/", "2026-11-20,AM,,"),
    )

    assert await problems_of(school, job) == [
        (2, "code", "unknown-code"),
        (4, "pupil", "duplicate-pupil"),
        (5, "code", "field-missing"),
        (5, "pupil", "field-missing"),
    ]


async def test_a_problem_names_the_session_whose_register_it_kept_out(school: SmallSchool) -> None:
    header = "date,session,pupil,code,group"
    job = await imported(
        school, csv_of("2026-11-20,AM,p1,%,6B", "someday,AM,p1,/,6B", header=header)
    )
    page = await found(school.client.get(f"{school.url}/imports/{job['id']}/problems"))

    sessions = [(each["date"], each["session"]) for each in page["items"]]
    assert sessions == [("2026-11-20", "AM"), (None, None)]


async def test_a_register_of_too_many_marks_is_refused_and_the_next_is_not(
    school: SmallSchool,
) -> None:
    rows = [f"2026-11-19,AM,q{number},/" for number in range(3001)]
    job = await imported(school, csv_of(*rows, "2026-11-20,AM,p1,/"))

    assert await problems_of(school, job) == [(2, "", "too-many-marks")]
    assert await school.codes() == {"p1": "/"}
    assert (job["rows_done"], await rows_left(school)) == (3002, 0)


async def test_a_register_of_three_thousand_marks_is_judged(school: SmallSchool) -> None:
    rows = [f"2026-11-19,AM,q{number},/" for number in range(3000)]
    job = await imported(school, csv_of(*rows))

    assert (job["problems"], job["registers_refused"]) == (3000, 1)


async def test_json_problems_are_told_by_record_and_in_wondes_names(school: SmallSchool) -> None:
    good = {"date": "2026-11-20", "session": "AM", "student": "p1", "attendance_code": "/"}
    records = [
        good,
        {**good, "student": "p2", "attendance_code": "B"},
        {**good, "student": {"id": 7}, "session": "PM"},
        {**good, "student": None, "attendance_code": {"id": "A1"}, "session": "PM"},
        "nonsense",
    ]
    job = await imported(school, json.dumps(records), form=JSON)

    assert await problems_of(school, job) == [
        (2, "comment", "detail-required"),
        (3, "student", "pupil-format"),
        (4, "attendance_code", "field-missing"),
        (4, "student", "field-missing"),
        (5, "", "row-unreadable"),
    ]


async def test_a_detail_in_quotes_may_hold_a_comma_and_the_file_any_letter(
    school: SmallSchool,
) -> None:
    content = csv_of('2026-11-20,AM,p1,B,,"Café, ""Müller""",6B', header=FULL)
    # Byte by byte, so that every letter and every quotation mark is cut through.
    await send(school, parts(bytes([byte]) for byte in content.encode()))
    await work_off(school)

    page = await found(school.client.get(f"{school.url}/events", params={"kind": "marks-recorded"}))
    assert page["items"][0]["data"]["marks"][0]["detail"] == 'Café, "Müller"'


async def test_a_file_that_is_refused_leaves_nothing_but_a_free_key(school: SmallSchool) -> None:
    rows = ["2026-11-20,AM,p1,/"] * 5000
    refused = await send(school, csv_of(*rows, '2026-11-20,AM,p1,"/'), key="k")
    staged = await rows_left(school)
    await work_off(school)
    page = await found(school.client.get(f"{school.url}/imports"))
    again = await send(school, csv_of("2026-11-20,AM,p1,/"), key="k")

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["type"] == "/problems/csv-unreadable"
    assert staged > 0
    assert (page["items"], again.status_code) == ([], HTTPStatus.ACCEPTED)
    assert await rows_left(school) == 1
    assert "Idempotency-Replayed" not in again.headers


async def test_a_file_that_is_not_in_utf_8_is_refused(school: SmallSchool) -> None:
    refused = await send(school, b"date,session,pupil,code\n2026-11-20,AM,p1,\xe9\n")

    assert refused.json()["type"] == "/problems/not-utf-8"
    assert refused.json()["errors"][0]["detail"] == "Send the file in UTF-8."


async def test_a_file_without_a_row_is_refused(school: SmallSchool) -> None:
    refused = [await send(school, csv_of()), await send(school, "[]", form=JSON)]

    assert [answer.json()["type"] for answer in refused] == ["/problems/no-rows"] * 2


async def test_another_kind_of_file_is_not_taken(school: SmallSchool) -> None:
    refused = await send(school, "<marks/>", form="application/xml")

    assert refused.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert refused.json()["type"] == "/problems/media-type-not-supported"


@pytest.mark.parametrize(
    ("signed", "wrong"),
    [
        ({}, ["by-name", "by-position"]),
        ({"By-Name": "A. Smith"}, ["by-position"]),
        ({"By-Position": "Officer"}, ["by-name"]),
        ({"By-Name": "%E2%80%8B", "By-Position": "Officer"}, ["by-name"]),
        ({"By-Name": "%E2%80%8B", "By-Position": "%E2%81%A0"}, ["by-name", "by-position"]),
    ],
)
async def test_somebody_who_can_be_read_answers_for_the_entries(
    school: SmallSchool, signed: dict[str, str], wrong: list[str]
) -> None:
    refused = await send(school, csv_of("2026-11-20,AM,p1,/"), signed=signed)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert refused.json()["type"] == "/problems/signatory-required"
    assert slugs(refused) == [(f"/header/{name}", "signatory-required") for name in wrong]


async def test_a_name_in_a_header_may_have_any_letter(school: SmallSchool) -> None:
    signed = {"By-Name": "Zo%C3%AB%20M%C3%BCller", "By-Position": "Head teacher"}
    answer = await send(school, csv_of("2026-11-20,AM,p1,/"), signed=signed)
    refused = await send(school, csv_of("2026-11-20,AM,p1,/"), signed={**SIGNED, "By-Name": "%C3"})

    assert answer.json()["by"] == {"name": "Zoë Müller", "position": "Head teacher"}
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/header/by-name"]


async def test_no_row_reaches_a_problem_or_a_log(school: SmallSchool) -> None:
    rows = [f"2026-11-20,AM,{SECRET},%,,,6B", f"2026-11-20,PM,p1,/,,{SECRET},6B{SECRET}"]
    with capture_logs() as logs:
        job = await imported(school, csv_of(*rows, "2026-11-19,AM,p1,/,,,6B", header=FULL))
        page = await school.client.get(f"{school.url}/imports/{job['id']}/problems")

    assert job["problems"] == 3
    assert SECRET not in page.text
    assert {"import queued", "import finished"} <= {line["event"] for line in logs}
    assert not [told for told in (SECRET, "p1", "%") if told in f"{logs}"]

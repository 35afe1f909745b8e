"""The readers of imported files: what a file may look like, and where a broken one breaks."""

import json
from collections.abc import Iterator
from datetime import time

import pytest
from attendance.session import Half
from register_api.importing.csv_file import COLUMNS_NAMED, CsvFile
from register_api.importing.records import DEEPEST
from register_api.importing.refused import FileUnreadable
from register_api.importing.rows import EntryRow, RowRead
from register_api.importing.wonde_file import WondeFile

HEADER = b"date,session,pupil,code\n"
ROW = b"2026-11-20,AM,p1,/"
RECORD = {"student": "p1", "date": "2026-11-20", "session": "AM", "attendance_code": "/"}
NAME = "Zyxomma-Petiolatum"
MUCH = 200_000

Reader = CsvFile | WondeFile


def read(reader: Reader, content: bytes, *, part_bytes: int = 16 * 1024) -> list[RowRead]:
    """Read a file in parts of a size."""

    def rows() -> Iterator[RowRead]:
        for start in range(0, len(content), part_bytes):
            yield from reader.feed(content[start : start + part_bytes])
        yield from reader.finish()

    return list(rows())


def entries(reader: Reader, content: bytes, *, part_bytes: int = 16 * 1024) -> list[EntryRow]:
    """Read a file all of whose rows are right."""
    found = []
    for row in read(reader, content, part_bytes=part_bytes):
        assert row.staged is not None
        assert row.staged.entry is not None
        found.append(row.staged.entry)
    return found


def refused(reader: Reader, content: bytes) -> list[tuple[str, str]]:
    """Read a file that can't be read: slug and words of everything that is wrong with it."""
    with pytest.raises(FileUnreadable) as unreadable:
        read(reader, content)
    return [(each.code, each.detail) for each in unreadable.value.errors]


@pytest.mark.parametrize("part_bytes", [1, 7, 16 * 1024])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + HEADER + ROW + b"\n", id="byte order mark"),
        pytest.param(b"date,session,pupil,code\r\n" + ROW, id="no end of line"),
        pytest.param(b"code,pupil,Session, DATE\n/,p1,AM,2026-11-20\n", id="columns in any order"),
        pytest.param(b'"date","session","pupil","code"\n"2026-11-20","AM","p1","/"', id="quoted"),
        pytest.param(HEADER + b"\n" + ROW + b"\n\n\n", id="empty lines"),
        pytest.param(HEADER + b" 2026-11-20 , AM,p1 ,/\n", id="stray spaces"),
        pytest.param(b"date,session,pupil,code,detail\n" + ROW + b", \n", id="an empty field"),
    ],
)
def test_csv_comes_in_many_hands(content: bytes, part_bytes: int) -> None:
    [entry] = entries(CsvFile(), content, part_bytes=part_bytes)

    assert (f"{entry.date}", entry.session, entry.pupil, entry.code, entry.detail) == (
        "2026-11-20",
        Half.AM,
        "p1",
        "/",
        None,
    )


@pytest.mark.parametrize("part_bytes", [1, 7, 16 * 1024])
@pytest.mark.parametrize(
    "content",
    [
        json.dumps([RECORD]),
        f" \n{json.dumps([RECORD], indent=2)}\n ",
        "\ufeff" + json.dumps([RECORD]),
        json.dumps({"data": [RECORD]}),
        json.dumps({"meta": {"data": [[RECORD]]}, "data": [RECORD], "more": [RECORD]}),
        json.dumps([{**RECORD, "student": {"data": {"id": "A1", "mis_id": "p1"}}}]),
        json.dumps([{**RECORD, "student": {"id": "p1"}, "attendance_code": {"code": "/"}}]),
        json.dumps([{**RECORD, "date": {"date": "2026-11-20 00:00:00.000000", "timezone": "UTC"}}]),
        json.dumps([{**RECORD, "comment": "", "minutes_late": None, "id": [{"a": [1]}]}]),
    ],
)
def test_json_is_a_list_of_records_or_the_data_of_an_object(content: str, part_bytes: int) -> None:
    [entry] = entries(WondeFile(), content.encode(), part_bytes=part_bytes)

    assert (f"{entry.date}", entry.session, entry.pupil, entry.code, entry.detail) == (
        "2026-11-20",
        Half.AM,
        "p1",
        "/",
        None,
    )


def test_a_number_is_no_number_but_in_minutes() -> None:
    header = b"date,session,pupil,code,group,detail,minutes_late\n"
    [entry] = entries(CsvFile(), header + b"2026-11-20,AM,421,L,7,12, 10 \n")

    assert (entry.pupil, entry.group, entry.detail, entry.minutes_late) == ("421", "7", "12", 10)


def test_an_arrival_is_told_by_the_schools_clock() -> None:
    header = b"date,session,pupil,code,arrived_at\n"
    rows = read(CsvFile(), header + b"2026-11-20,AM,p1,L,09:05\n2026-11-20,AM,p1,L,9.05\n")

    assert rows[0].staged is not None
    assert rows[0].staged.entry is not None
    assert rows[0].staged.entry.arrived_at == time(9, 5)
    assert [problem.code for problem in rows[1].problems] == ["arrived-at-format"]


def test_the_code_is_kept_as_it_was_sent() -> None:
    [entry] = entries(CsvFile(), HEADER + b"2026-11-20,AM,p1, l \n")

    assert entry.code == " l "


@pytest.mark.parametrize("part_bytes", [1, 7, 16 * 1024])
def test_a_row_over_two_lines_counts_by_its_first(part_bytes: int) -> None:
    content = b"date,session,pupil,code,detail\n" + ROW + b',"a\nb"\n' + ROW + b',"c\n\n'
    rows = read(CsvFile(), content + b'd"\n' + ROW + b",\n", part_bytes=part_bytes)

    assert [row.problems[0].line for row in rows[:2]] == [2, 4]
    assert rows[2].staged is not None
    assert rows[2].staged.line == 7


@pytest.mark.parametrize(
    ("content", "slugs"),
    [
        (b"", ["no-header"]),
        (b"date,session,pupil\n", ["column-missing"]),
        (b"date,session,pupil,code,name,code\n", ["column-unknown", "column-repeated"]),
        (NAME.encode() + b"\n", ["column-missing"] * 4 + ["column-unknown"]),
        (HEADER + b'2026-11-20,AM,p1,"/\n', ["csv-unreadable"]),
        (HEADER + b'2026-11-20,AM,p1,"/"x\n' + ROW, ["csv-unreadable"]),
        (HEADER + b'2026-11-20,AM,p1,"' + b"/\n" * MUCH, ["csv-unreadable"]),
        (HEADER + b"x" * MUCH, ["csv-unreadable"]),
        (HEADER + b'"\n",' * MUCH, ["csv-unreadable"]),
        (HEADER + b'"\n",' * 30_000 + b"x" * 100_000, ["csv-unreadable"]),
        (b"date,session,pupil,code" + b",x" * MUCH, ["csv-unreadable"]),
        (HEADER[:-1] + b",date" * 20_000 + b"\n", ["column-repeated"] * COLUMNS_NAMED),
        (HEADER + b"2026-11-20,AM,p1,/\r2026-11-20,AM,p2,/", ["csv-unreadable"]),
    ],
)
def test_csv_that_cannot_be_read_is_refused_with_every_reason(
    content: bytes, slugs: list[str]
) -> None:
    wrong = refused(CsvFile(), content)

    assert [slug for slug, _ in wrong] == slugs
    assert NAME not in f"{wrong}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b'[{"student": "p1"}',
        b'[{"student": "p1"}] x',
        b'[{"student": "' + b"x" * MUCH,
        b'[{"student": "p1"}, {"notes": [' + b"1," * MUCH,
        b'{"meta": "' + b"x" * MUCH + b'", "data": []}',
        b"[" * MUCH,
        b'[{"student": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}]",
        b'[{"minutes_late": ' + b"9" * 5000 + b"}]",
        b'[{"student": "\\ud800"x}]',
    ],
)
def test_json_that_cannot_be_read_is_refused(content: bytes) -> None:
    [(slug, _)] = refused(WondeFile(), content)

    assert slug == "json-unreadable"


@pytest.mark.parametrize("part_bytes", [1, 2, 7, 16 * 1024])
@pytest.mark.parametrize(
    "escaped", [r"\ud83d", r"\uDE00", r"\ude00\ud83d", r"\ud83d\ud83d\ude00", r"\\\ud83d"]
)
def test_half_a_character_is_not_taken_for_a_question_mark(escaped: str, part_bytes: int) -> None:
    content = json.dumps([{**RECORD, "comment": "@"}]).replace("@", escaped)

    with pytest.raises(FileUnreadable):
        read(WondeFile(), content.encode(), part_bytes=part_bytes)


@pytest.mark.parametrize("part_bytes", [1, 2, 7, 16 * 1024])
@pytest.mark.parametrize(
    ("escaped", "meant"),
    [(r"\ud83d\uDE00", "\U0001f600"), (r"\\ud83d", r"\ud83d"), (r"\u00e9\/\"", 'é/"')],
)
def test_a_whole_character_may_be_escaped(escaped: str, meant: str, part_bytes: int) -> None:
    content = json.dumps([{**RECORD, "comment": "@"}]).replace("@", escaped)
    [entry] = entries(WondeFile(), content.encode(), part_bytes=part_bytes)

    assert entry.detail == meant


def test_a_file_is_refused_from_the_row_on_that_begins_it() -> None:
    [(_, of_csv)] = refused(CsvFile(), HEADER + (ROW + b"\n") * 3000 + b'"\n')
    [(_, of_json)] = refused(WondeFile(), json.dumps([RECORD] * 3000).encode()[:-1] + b"?")

    assert "line 3002" in of_csv
    assert "record 3000" in of_json


def test_a_file_with_records_elsewhere_holds_none() -> None:
    for content in (b"17", b'"[]"', b"{}", b'{"data": {}}', b'{"rows": [{}]}', b"[]"):
        assert read(WondeFile(), content) == []

"""A row about an entry that stands: unchanged when it says no more, and else already marked."""

from typing import Final

import pytest
from support.house import keyed
from support.imported import csv_of, imported, problems_of
from support.school import Json, SmallSchool, accepted, amendment, mark

HEADER: Final = "date,session,pupil,code,minutes_late,arrived_at,detail"
LATE: Final = mark("p1", "L", minutes_late=10)
OUT: Final = mark("p1", "B", detail="at the museum")
RULES: Final = {
    "subcodes": [
        {"subcode": written, "code": "I", "in_force_from": "2026-09-01"} for written in ("I1", "I2")
    ]
}


@pytest.mark.parametrize(
    ("stands", "row"),
    [
        (mark("p1", "/"), "/,,,"),
        (mark("p1", "/"), "\N{FRACTION SLASH},,,"),
        (LATE, "L,,,"),
        (LATE, "l,10,,"),
        (LATE, "L,,09:05,"),
        (OUT, "B,,,"),
        (OUT, "B,,,at the museum"),
        (mark("p1", "I1"), "I,,,"),
        (mark("p1", "I1"), "i1,,,"),
    ],
)
async def test_a_row_that_says_no_more_than_the_entry_is_unchanged(
    school: SmallSchool, stands: Json, row: str
) -> None:
    job = await _imported_over(school, stands, row)

    assert await problems_of(school, job) == []
    assert (job["marks_unchanged"], job["marks_recorded"]) == (1, 0)


@pytest.mark.parametrize(
    ("stands", "row"),
    [
        (mark("p1", "L"), "L,10,,"),
        (mark("p1", "L"), "L,,09:05,"),
        (LATE, "L,11,,"),
        (LATE, "L,,09:06,"),
        (mark("p1", "/"), "/,,,said on the telephone"),
        (OUT, "B,,,at the theatre"),
        (mark("p1", "I"), "I1,,,"),
        (mark("p1", "I1"), "I2,,,"),
    ],
)
async def test_a_row_that_says_more_than_the_entry_is_not_passed_over(
    school: SmallSchool, stands: Json, row: str
) -> None:
    job = await _imported_over(school, stands, row)

    assert await problems_of(school, job) == [(2, "pupil", "already-marked")]
    assert (job["marks_unchanged"], job["registers_refused"]) == (0, 1)


async def test_what_an_amendment_said_counts_and_what_it_amended_does_not(
    school: SmallSchool,
) -> None:
    await accepted(school.enter([OUT, mark("p2", "L", minutes_late=5)]))
    await accepted(school.amend([amendment("p1", "B", "L", minutes_late=10)]))
    await accepted(school.amend([amendment("p2", "L", "U", minutes_late=40)]))
    same = await imported(school, csv_of("2026-11-20,AM,p1,L,10,,", header=HEADER))
    other = await imported(school, csv_of("2026-11-20,AM,p2,U,5,,", header=HEADER))

    assert (same["marks_unchanged"], same["problems"]) == (1, 0)
    assert await problems_of(school, other) == [(2, "pupil", "already-marked")]


async def _imported_over(school: SmallSchool, stands: Json, row: str) -> Json:
    """Enter a mark, and import a row about it."""
    await accepted(school.client.put(f"{school.url}/entry-rules", json=RULES, headers=keyed()))
    await accepted(school.enter([stands]))
    return await imported(school, csv_of(f"2026-11-20,AM,p1,{row}", header=HEADER))

"""Amendments over HTTP: nothing is overwritten, and every refusal there is."""

from datetime import date
from itertools import pairwise

import pytest
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    amendment,
    calendar_body,
    drawn,
    found,
    slugs,
)

DEPUTY = {"name": "D. Eputy", "position": "Deputy Head"}


@pytest.fixture
async def marked(school: SmallSchool) -> SmallSchool:
    """The school with today's morning register taken: present, no reason yet, and p3 missing."""
    await accepted(school.enter(drawn("/N-")))
    return school


async def history(school: SmallSchool, pupil: str) -> Json:
    return await found(school.client.get(f"{school.url}/pupils/{pupil}/entries/{TODAY}/AM"))


async def test_an_amended_entry_is_in_force_and_says_that_it_was_amended(
    marked: SmallSchool,
) -> None:
    before = await marked.head()

    answer = await marked.amend([amendment("p2", "N", "I")])

    assert answer.status_code == 201
    assert answer.json() == {"position": before + 1, "amended": 1}
    register = await marked.register()
    amended = {each["pupil"]: (each["code"], each["amended"]) for each in register["marks"]}
    assert amended == {"p1": ("/", False), "p2": ("I", True)}


async def test_the_history_holds_original_amendment_reason_time_name_and_position(
    marked: SmallSchool,
) -> None:
    marked.house.clock.forward(hours=1)
    await accepted(marked.amend([amendment("p2", "N", "B", detail="a match")], by=DEPUTY))
    head = await marked.head()

    entries = await history(marked, "p2")

    assert entries == {
        "current": "B",
        "entries": [
            {
                "position": head - 1,
                "kind": "original",
                "code": "N",
                "raw_code": None,
                "original_code": None,
                "reason": None,
                "minutes_late": None,
                "detail": None,
                "late_entry": False,
                "closure": None,
                "recorded_at": "2026-11-20T16:00:00Z",
                "by": OFFICER,
            },
            {
                "position": head,
                "kind": "amendment",
                "code": "B",
                "raw_code": None,
                "original_code": "N",
                "reason": "medical note",
                "minutes_late": None,
                "detail": "a match",
                "late_entry": False,
                "closure": None,
                "recorded_at": "2026-11-20T17:00:00Z",
                "by": DEPUTY,
            },
        ],
    }


async def test_an_entry_amended_again_and_again_keeps_every_entry(marked: SmallSchool) -> None:
    codes = ["N", "O", "I", "O", "C"]
    for earlier, later in pairwise(codes):
        marked.house.clock.forward(minutes=5)
        await accepted(marked.amend([amendment("p2", earlier, later, reason=f"to {later}")]))

    entries = await history(marked, "p2")

    assert entries["current"] == "C"
    assert [each["code"] for each in entries["entries"]] == codes
    assert [each["original_code"] for each in entries["entries"]] == [None, *codes[:-1]]
    assert [each["reason"] for each in entries["entries"]][1:] == [
        f"to {code}" for code in codes[1:]
    ]
    positions = [each["position"] for each in entries["entries"]]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        pytest.param(
            amendment("p3", "/", "I"), ("/amendments/0/pupil", "not-yet-marked"), id="no entry yet"
        ),
        pytest.param(
            amendment("p2", "O", "I"),
            ("/amendments/0/original", "entry-changed"),
            id="another entry is in force",
        ),
    ],
)
async def test_an_amendment_that_is_true_but_not_now_is_a_conflict(
    marked: SmallSchool, sent: Json, refusal: tuple[str, str]
) -> None:
    before = await marked.head()

    answer = await marked.amend([sent])

    assert answer.status_code == 409
    assert answer.json()["type"] == f"/problems/{refusal[1]}"
    assert slugs(answer) == [refusal]
    assert await marked.head() == before


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        pytest.param(
            amendment("p2", "N", "N"), ("/amendments/0/amended", "same-code"), id="the same code"
        ),
        pytest.param(
            amendment("p2", "N", " n"),
            ("/amendments/0/amended", "same-code"),
            id="the same, spaced",
        ),
        pytest.param(
            amendment("p2", "N", "I", reason=""),
            ("/amendments/0/reason", "reason-required"),
            id="no reason",
        ),
        pytest.param(
            amendment("p2", "N", "I", reason="  "),
            ("/amendments/0/reason", "reason-required"),
            id="a blank reason",
        ),
        pytest.param(
            amendment("p2", "N", "I", reason=None),
            ("/amendments/0/reason", "reason-required"),
            id="null for a reason",
        ),
        pytest.param(
            {"pupil": "p2", "original": "N", "amended": "I"},
            ("/amendments/0/reason", "reason-required"),
            id="a reason left out",
        ),
        pytest.param(
            amendment("p2", "N", "Y7", detail=" "),
            ("/amendments/0/detail", "detail-required"),
            id="to Y7, a blank",
        ),
        pytest.param(
            amendment("p2", "?", "I"), ("/amendments/0/original", "unknown-code"), id="from no code"
        ),
        pytest.param(
            amendment("p2", "N", "?"), ("/amendments/0/amended", "unknown-code"), id="to no code"
        ),
        pytest.param(
            amendment("p2", "N", "\\"),
            ("/amendments/0/amended", "wrong-session"),
            id="to the other session",
        ),
        pytest.param(
            amendment("p2", "N", "X"),
            ("/amendments/0/amended", "code-not-allowed"),
            id="to X at ten",
        ),
        pytest.param(
            amendment("p2", "N", "Y7"),
            ("/amendments/0/detail", "detail-required"),
            id="to Y7, nothing said",
        ),
        pytest.param(
            amendment("p2", "N", "I", minutes_late=4),
            ("/amendments/0/minutes_late", "minutes-late-not-allowed"),
            id="minutes of an ill pupil",
        ),
        pytest.param(
            amendment("p9", "N", "I"), ("/amendments/0/pupil", "not-on-roll"), id="never admitted"
        ),
    ],
)
async def test_an_amendment_that_can_never_be_is_refused(
    marked: SmallSchool, sent: Json, refusal: tuple[str, str]
) -> None:
    before = await marked.head()

    answer = await marked.amend([sent])

    assert answer.status_code == 422
    assert answer.json()["type"] == f"/problems/{refusal[1]}"
    assert slugs(answer) == [refusal]
    assert await marked.head() == before


async def test_all_mistakes_of_amendments_are_told_at_once_conflicts_too(
    marked: SmallSchool,
) -> None:
    answer = await marked.amend(
        [
            amendment("p1", "L", "N"),
            amendment("p2", "N", "N", reason=" "),
            amendment("p2", "N", "I"),
            amendment("p3", "/", "?"),
        ]
    )

    assert answer.status_code == 422
    assert slugs(answer) == [
        ("/amendments/0/original", "entry-changed"),
        ("/amendments/1/amended", "same-code"),
        ("/amendments/1/reason", "reason-required"),
        ("/amendments/2/pupil", "duplicate-pupil"),
        ("/amendments/3/pupil", "not-yet-marked"),
        ("/amendments/3/amended", "unknown-code"),
    ]
    assert await marked.codes() == {"p1": "/", "p2": "N"}


async def test_one_bad_amendment_keeps_the_good_one_out(marked: SmallSchool) -> None:
    answer = await marked.amend([amendment("p2", "N", "I"), amendment("p3", "/", "I")])

    assert answer.status_code == 409
    assert await marked.codes() == {"p1": "/", "p2": "N"}
    assert len((await history(marked, "p2"))["entries"]) == 1


async def test_amendments_of_nothing_and_by_nobody_are_refused(marked: SmallSchool) -> None:
    of_nothing = await marked.amend([])
    by_nobody = await marked.amend([amendment("p2", "N", "I")], by=None)

    assert slugs(of_nothing) == [("/amendments", "no-amendments")]
    assert slugs(by_nobody) == [("/by", "signatory-required")]


async def test_an_entry_is_amended_within_its_own_session_only(marked: SmallSchool) -> None:
    answer = await marked.amend([amendment("p2", "N", "I")], half="PM")
    on_a_saturday = await marked.amend([amendment("p2", "N", "I")], on=date(2026, 11, 21))

    assert slugs(answer) == [("/amendments/0/pupil", "not-yet-marked")]
    assert slugs(on_a_saturday) == [("/amendments/0/pupil", "no-session")]


async def test_an_entry_of_a_day_closed_since_is_amended_to_planned_closure(
    marked: SmallSchool,
) -> None:
    closed = calendar_body(closures=[{"date": f"{TODAY}", "reason": "Polling station"}])
    await accepted(marked.client.put(f"{marked.url}/calendars/2026-27", json=closed))

    amended = await marked.amend([amendment("p2", "N", "#", reason="closed since")])
    without_entry = await marked.amend([amendment("p3", "/", "#")])

    assert amended.status_code == 201
    assert await marked.codes() == {"p1": "/", "p2": "#"}
    assert slugs(without_entry) == [("/amendments/0/pupil", "no-session")]


async def test_a_pupil_without_an_entry_has_an_empty_history(marked: SmallSchool) -> None:
    assert await history(marked, "p3") == {"current": None, "entries": []}


async def test_the_history_of_a_pupil_never_admitted_is_not_found(marked: SmallSchool) -> None:
    answer = await marked.client.get(f"{marked.url}/pupils/p9/entries/{TODAY}/AM")

    assert answer.status_code == 404
    assert "p9" not in answer.text

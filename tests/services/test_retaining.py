"""A recording year dropped under running services: what goes, what stays, what is said of it."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.command import rollbook
from support.log import connected
from support.over_years import (
    EVERYTHING,
    FIGURES,
    LEAD,
    MONDAY,
    NEXT_YEAR,
    ROWS,
    TUESDAY,
    YEARS_LATER,
    contents,
    drop,
    school_over_years,
)
from support.school import (
    PUPILS,
    Json,
    SmallSchool,
    accepted,
    amendment,
    drawn,
    found,
)

IN_2027 = NEXT_YEAR.date()
LEAVES = """
SELECT position, leaf_hash FROM eventlog.event
 WHERE school_id = $1 AND year = 2026 ORDER BY position
"""


@pytest.fixture
async def school(database_url: str, tmp_path: Path) -> AsyncIterator[SmallSchool]:
    """The school over the years, with all services."""
    async with school_over_years(database_url, tmp_path) as opened:
        yield opened


async def roll(school: SmallSchool, on: date) -> list[str]:
    listed = await found(school.client.get(f"{school.url}/pupils", params={"on": f"{on}"}))
    return [each["pupil"] for each in listed["items"]]


async def alerts(school: SmallSchool) -> list[Json]:
    listed = [
        await found(school.client.get("/thresholds/v1/alerts", params={"pupil": pupil}))
        for pupil in PUPILS
    ]
    items = [each for page in listed for each in page["items"]]
    return sorted(items, key=lambda each: (each["met_on"]["date"], each["id"]))


async def away_in_2028(school: SmallSchool, pupil: str) -> None:
    """Record a week without leave in September 2028."""
    half_terms = [{"name": "Autumn 1", "starts": "2028-09-04", "ends": "2028-10-20"}]
    calendar = f"{school.url}/calendars/2028-29"
    await accepted(school.client.put(calendar, json={"half_terms": half_terms}))
    await school.take_weeks(pupil, "OOOOOOOOOO", monday=date(2028, 9, 4))
    await school.house.settle()


async def kinds(school: SmallSchool) -> list[str]:
    listed = await found(school.client.get(f"{school.url}/events", params={"limit": "1000"}))
    return [each["type"].split(".")[2] for each in listed["items"]]


async def test_the_entries_of_the_year_go_and_those_of_other_years_stay(
    school: SmallSchool, database_url: str
) -> None:
    kept = await school.register(IN_2027)
    assert await school.codes(MONDAY, "PM") == {"p1": "O", "p2": "\\"}

    assert await drop(database_url) == 1

    gone = await school.register(MONDAY, "PM")
    assert (gone["marks"], gone["missing"]) == ([], [])
    assert "dropped" in gone["note"]
    after = await school.register(IN_2027)
    assert (after["marks"], after["note"]) == (kept["marks"], None)
    assert "marks-recorded" in await kinds(school)


async def test_an_entry_amended_since_stays_as_it_was_amended(
    school: SmallSchool, database_url: str
) -> None:
    await drop(database_url)

    assert await school.codes(MONDAY) == {"p2": "M"}
    assert await school.codes(TUESDAY) == {"p2": "L"}
    before = (NEXT_YEAR - timedelta(days=1)).isoformat()
    assert await school.codes(TUESDAY, as_of=before) == {}
    entries = await found(school.client.get(f"{school.url}/pupils/p2/entries/{MONDAY}/AM"))
    assert [(each["kind"], each["original_code"]) for each in entries["entries"]] == [
        ("amendment", "I")
    ]
    await accepted(school.amend([amendment("p2", "M", "I")], on=MONDAY))
    assert await school.codes(MONDAY) == {"p2": "I"}


async def test_the_roll_is_as_it_was_but_for_who_left(
    school: SmallSchool, database_url: str
) -> None:
    assert await roll(school, MONDAY) == ["p1", "p2", "p3"]
    today = await roll(school, YEARS_LATER.date())

    await drop(database_url)

    assert await roll(school, YEARS_LATER.date()) == today == ["p1", "p2"]
    assert await roll(school, MONDAY) == ["p1", "p2"], "who left is gone, here and in the log"
    async with connected(database_url, role=None) as conn:
        assert "p3" not in " ".join([row[0] for row in await conn.fetch(EVERYTHING)])


async def test_who_left_stays_while_an_entry_made_of_them_later_does(
    school: SmallSchool, database_url: str
) -> None:
    school.house.clock.now = NEXT_YEAR + timedelta(hours=1)
    await accepted(school.enter(drawn("/", pupils=["p3"]), on=TUESDAY))

    await drop(database_url)
    assert await roll(school, MONDAY) == ["p1", "p2", "p3"]
    assert await school.codes(TUESDAY) == {"p2": "L", "p3": "/"}

    await drop(database_url, 2027, now=YEARS_LATER + timedelta(days=400))
    assert await roll(school, MONDAY) == ["p1", "p2"]


async def test_what_each_view_keeps_is_what_a_rebuild_makes(
    school: SmallSchool, database_url: str, tmp_path: Path
) -> None:
    await drop(database_url)
    await school.house.settle()
    before = await contents(database_url, [*ROWS, *FIGURES])

    for view in ("register", "thresholds"):
        done = rollbook("rebuild", view, data_dir=tmp_path, DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr

    assert [len(each) for each in before[:2]] == [4, 2]
    assert await contents(database_url, [*ROWS, *FIGURES]) == before


async def test_figures_and_alerts_of_the_year_go_and_nothing_old_is_judged_anew(
    school: SmallSchool, database_url: str
) -> None:
    before = await alerts(school)
    await drop(database_url)
    await school.house.settle()
    left = await alerts(school)

    await accepted(school.amend([amendment("p2", "M", "O")], on=MONDAY))
    await accepted(school.amend([amendment("p2", "L", "O")], on=TUESDAY))
    await away_in_2028(school, "p2")

    gone = [each for each in before if each not in left]
    assert "penalty-notice-threshold" in {each["rule"] for each in gone}
    assert all(each["met_on"]["date"] < "2027-08-01" for each in gone)
    assert [each for each in await alerts(school) if each["met_on"]["date"] < "2028-08-01"] == left
    for pupil in ("p1", "p2"):
        figures = f"/thresholds/v1/schools/{school.urn}/pupils/{pupil}/attendance"
        period = {"from": "2026-09-01", "to": "2027-07-31"}
        assert (await found(school.client.get(figures, params=period)))["possible"] == 0


async def test_an_alert_raised_later_has_an_identity_that_none_had_before(
    school: SmallSchool, database_url: str
) -> None:
    before = {each["id"] for each in await alerts(school)}
    await drop(database_url)

    for pupil in ("p1", "p2"):
        await away_in_2028(school, pupil)

    new = [each for each in await alerts(school) if each["met_on"]["date"] > "2028-08-01"]
    assert {each["pupil"] for each in new} == {"p1", "p2"}
    assert before.isdisjoint({each["id"] for each in new})


async def test_what_went_is_recorded_so_that_an_old_copy_can_be_shown_to_belong(
    school: SmallSchool, database_url: str
) -> None:
    async with connected(database_url, role=None) as conn:
        leaves = await conn.fetch(LEAVES, school.urn)
        await drop(database_url)
        left = await conn.fetch(LEAVES, school.urn)

    listed = await found(
        school.client.get(f"{school.url}/events", params={"kind": "recording-year-dropped"})
    )
    said = listed["items"][-1]["data"]
    digest = hashlib.sha256(b"".join(row["leaf_hash"] for row in leaves)).hexdigest()
    assert said == {
        "recording_year": 2026,
        "first_position": leaves[0]["position"],
        "last_position": leaves[-1]["position"],
        "events": len(leaves),
        "kept": len(left),
        "digest": digest,
        "earlier": 0,
        "episodes": 1,
        "recorded_by": {"name": LEAD.name, "position": LEAD.position},
        "recorded_at": "2033-08-02T10:00:00Z",
    }


async def test_registers_are_taken_on_after_a_dropping(
    school: SmallSchool, database_url: str
) -> None:
    await drop(database_url)
    half_terms = [{"name": "Summer 2", "starts": "2033-06-06", "ends": "2033-07-22"}]
    calendar = f"{school.url}/calendars/2032-33"
    await accepted(school.client.put(calendar, json={"half_terms": half_terms}))

    entered = await school.enter(drawn("//", pupils=["p1", "p2"]), on=date(2033, 7, 11))
    again = await school.admit("p3", starting_day="2033-07-01", date_of_birth="2022-01-01")

    assert (entered.status_code, again.status_code) == (201, 201)


async def test_a_year_is_dropped_once(school: SmallSchool, database_url: str) -> None:
    await drop(database_url)
    head = await school.head()

    assert await drop(database_url) is None

    assert await school.head() == head


async def test_a_pupil_s_admission_goes_with_the_year_they_were_deleted_in(
    school: SmallSchool, database_url: str
) -> None:
    school.house.clock.now = NEXT_YEAR + timedelta(days=20)
    await accepted(school.delete("p2", "a", deleted_on="2027-09-30", destination_school="Oakfield"))
    later = YEARS_LATER + timedelta(days=400)
    await drop(database_url)
    assert await roll(school, MONDAY) == ["p1", "p2"]

    assert await drop(database_url, 2027, now=later) == 1

    assert await roll(school, MONDAY) == ["p1"]
    async with connected(database_url, role=None) as conn:
        whole = " ".join([row[0] for row in await conn.fetch(EVERYTHING)])
    assert '"pupil":"p2"' not in whole
    listed = await found(
        school.client.get(f"{school.url}/events", params={"kind": "recording-year-dropped"})
    )
    assert [each["data"]["earlier"] for each in listed["items"]] == [0, 4], (
        "the admission, and two alerts that were corrected in 2027"
    )

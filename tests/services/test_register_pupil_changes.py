"""A pupil's entry in the admission register over HTTP: read whole or in part, and changed."""

import asyncio

import httpx
import pytest
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    drawn,
    found,
    mark,
    slugs,
)


def url(school: SmallSchool, pupil: str = "p1") -> str:
    return f"{school.url}/pupils/{pupil}"


async def tag(school: SmallSchool, pupil: str = "p1") -> str:
    answer = await accepted(school.client.get(url(school, pupil)))
    return answer.headers["ETag"]


async def change(
    school: SmallSchool, changes: Json, *, pupil: str = "p1", if_match: str | None = None
) -> httpx.Response:
    """Patch a pupil; at the entry's present state when no other is given."""
    headers = {"If-Match": if_match or await tag(school, pupil)}
    return await school.client.patch(
        url(school, pupil), json={"by": OFFICER, **changes}, headers=headers
    )


async def entry(school: SmallSchool, pupil: str = "p1", **query: str) -> Json:
    return await found(school.client.get(url(school, pupil), params=query))


async def groups_on(school: SmallSchool, on: str) -> list[str]:
    roll = await found(school.client.get(f"{school.url}/pupils", params={"on": on}))
    groups: list[str] = next(each for each in roll["items"] if each["pupil"] == "p1")["groups"]
    return groups


async def test_the_whole_entry_is_for_whoever_keeps_or_audits_the_admission_register(
    school: SmallSchool,
) -> None:
    await accepted(change(school, {"address": "9 Mill Lane", "parents": [PARENT]}))

    for scope in ("admissions:write", "audit:read", "register:read audit:read"):
        shown = await found(school.house.client(scope).get(url(school)))
        assert shown["particulars"]["address"] == "9 Mill Lane"
        assert shown["particulars"]["parents"] == [{"telephone": None, **PARENT}]


PARENT = {"name": "C. Parent", "address": "9 Mill Lane", "lives_with": True}


async def test_who_only_reads_registers_sees_names_and_groups_and_no_address_or_ground(
    school: SmallSchool,
) -> None:
    await accepted(change(school, {"address": "9 Mill Lane", "characteristics": ["ehcp"]}))
    await accepted(school.delete("p1", "o"))

    answer = await accepted(school.house.client("register:read").get(url(school)))

    shown = answer.json()
    assert shown["particulars"] is None
    assert (shown["legal_surname"], shown["placements"][0]["groups"]) == ("Surname-p1", ["6B"])
    assert shown["enrolments"] == [
        {"starting_day": "2026-06-08", "deleted_on": f"{TODAY}", "ground": None}
    ]
    assert "Mill Lane" not in answer.text
    assert "ehcp" not in answer.text


async def test_whoever_only_takes_registers_reads_no_entry(school: SmallSchool) -> None:
    answer = await school.house.client("register:write").get(url(school))

    assert answer.status_code == 403


async def test_the_entry_of_a_pupil_nobody_admitted_isnt_there(school: SmallSchool) -> None:
    read = await school.client.get(url(school, "p9"))
    changed = await change(school, {}, pupil="p9", if_match="*")

    assert (read.status_code, changed.status_code) == (404, 404)


async def test_what_is_sent_takes_the_place_of_what_was_and_all_else_stays(
    school: SmallSchool,
) -> None:
    first = await accepted(change(school, {"upn": "A123456789012", "known_as": "Bobbie"}))
    second = await accepted(change(school, {"legal_surname": "Green", "known_as": None}))

    shown = await entry(school)
    assert (shown["legal_surname"], shown["legal_forename"]) == ("Green", "Bo")
    assert (shown["known_as"], shown["particulars"]["upn"]) == (None, "A123456789012")
    assert (first.json()["revision"], second.json()["revision"]) == (2, 3)
    assert second.headers["ETag"] == await tag(school) == '"3"'
    assert second.json()["position"] == await school.head()


async def test_a_change_is_in_the_log_with_all_that_the_register_now_states(
    school: SmallSchool,
) -> None:
    await accepted(change(school, {"legal_surname": "Green", "groups": ["6C"]}))

    events = await found(
        school.client.get(f"{school.url}/events", params={"kind": "pupil-details-changed"})
    )

    said = events["items"][-1]["data"]
    assert said["changed"] == ["legal_surname", "groups"]
    assert (said["legal_forename"], said["recorded_by"]) == ("Bo", OFFICER)
    assert [each["groups"] for each in said["placements"]] == [["6B"], ["6C"]]


async def test_saying_a_thing_twice_appends_nothing_and_is_answered_the_same(
    school: SmallSchool,
) -> None:
    first = await accepted(change(school, {"legal_surname": "Green"}))
    head = await school.head()

    again = await accepted(change(school, {"legal_surname": "Green", "legal_forename": "Bo"}))

    assert again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"]
    assert await school.head() == head


async def test_a_change_without_the_state_it_is_made_to_is_refused(school: SmallSchool) -> None:
    answer = await school.client.patch(url(school), json={"by": OFFICER, "known_as": "Bobbie"})

    assert answer.status_code == 428
    assert answer.json()["type"] == "/problems/precondition-required"
    assert slugs(answer) == [("/header/If-Match", "precondition-required")]


@pytest.mark.parametrize("if_match", ['"2"', 'W/"1"', "1", '"one"', '"²"', '""', '"', ","])
async def test_a_change_to_another_state_is_refused(school: SmallSchool, if_match: str) -> None:
    head = await school.head()

    answer = await school.client.patch(
        url(school),
        json={"by": OFFICER, "known_as": "Bobbie"},
        headers={b"If-Match": if_match.encode("latin-1")},
    )

    assert answer.status_code == 412
    assert answer.json()["type"] == "/problems/precondition-failed"
    assert await school.head() == head


@pytest.mark.parametrize("if_match", ['"1"', "*", '"7", "1"'])
async def test_a_change_to_the_present_state_is_made(school: SmallSchool, if_match: str) -> None:
    answer = await change(school, {"known_as": "Bobbie"}, if_match=if_match)

    assert answer.status_code == 200


async def test_of_two_changes_of_one_state_exactly_one_is_made(school: SmallSchool) -> None:
    one, other = await asyncio.gather(
        change(school, {"known_as": "One"}, if_match='"1"'),
        change(school, {"middle_names": "Other"}, if_match='"1"'),
    )

    assert {one.status_code, other.status_code} == {200, 412}
    assert await tag(school) == '"2"'


async def test_a_pupil_changes_group_from_a_day_on_and_is_in_its_register(
    school: SmallSchool,
) -> None:
    await accepted(change(school, {"groups": ["6C"], "effective_on": f"{TODAY}"}))

    assert await groups_on(school, "2026-11-19") == ["6B"]
    assert await groups_on(school, f"{TODAY}") == ["6C"]
    register = await school.register(group="6C")
    assert register["missing"] == ["p1"]


async def test_a_pupil_who_boards_from_a_day_on_is_missing_in_no_register_from_then(
    school: SmallSchool,
) -> None:
    await accepted(change(school, {"boarder": True, "effective_on": f"{TODAY}"}))

    yesterday = await school.register(TODAY.replace(day=19))
    assert "p1" in yesterday["missing"]
    assert "p1" not in (await school.register())["missing"]


async def test_an_entry_is_read_as_it_was_known_at_an_instant(school: SmallSchool) -> None:
    before = school.house.clock().isoformat()
    school.house.clock.forward(minutes=1)
    await accepted(change(school, {"legal_surname": "Green"}))
    after = school.house.clock().isoformat()

    then, now = await entry(school, as_of=before), await entry(school, as_of=after)
    assert (then["legal_surname"], then["revision"]) == ("Surname-p1", 1)
    assert (now["legal_surname"], now["revision"]) == ("Green", 2)
    unknown = await school.client.get(url(school), params={"as_of": "2026-06-08T00:00:00Z"})
    assert unknown.status_code == 404


async def test_the_starting_day_moves_only_while_nothing_is_entered_before_it(
    school: SmallSchool,
) -> None:
    await accepted(school.enter(drawn("///")))
    after_entries = {"starting_day": "2026-11-21"}

    refused = await change(school, after_entries)
    moved = await change(school, {"starting_day": f"{TODAY}"})

    assert (refused.status_code, slugs(refused)) == (
        409,
        [("/starting_day", "starting-day-not-changeable")],
    )
    assert moved.status_code == 200
    yesterday = await school.enter([mark("p1", "/")], on=TODAY.replace(day=19))
    assert slugs(yesterday) == [("/marks/0/pupil", "not-on-roll")]


async def test_every_mistake_of_a_change_is_told_at_once_and_nothing_is_stored(
    school: SmallSchool,
) -> None:
    head = await school.head()

    answer = await change(
        school,
        {
            "by": None,
            "date_of_birth": "2026-12-01",
            "groups": ["6C"],
            "effective_on": "2026-06-07",
            "characteristics": ["echp"],
        },
    )

    assert answer.status_code == 422
    assert slugs(answer) == [
        ("/by", "signatory-required"),
        ("/effective_on", "not-on-roll"),
        ("/date_of_birth", "date-of-birth-in-future"),
        ("/starting_day", "starting-day-not-plausible"),
        ("/characteristics/0", "characteristic-unknown"),
    ]
    assert await school.head() == head


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"pupil": "p2"}, "", id="an identifier is for ever"),
        pytest.param({"legal_surname": None}, "/legal_surname", id="what may not be left out"),
        pytest.param({"groups": None}, "/groups", id="no list"),
        pytest.param({"boarder": None}, "/boarder", id="neither true nor false"),
        pytest.param({"starting_day": None}, "/starting_day", id="no starting day"),
        pytest.param(
            {"emergency_contacts": [{"name": "D. Aunt", "telephones": []}]},
            "/emergency_contacts/0/telephones",
            id="somebody without a telephone",
        ),
        pytest.param({"home_la_code": "٨٨٦"}, "/home_la_code", id="an authority in other digits"),
    ],
)
async def test_a_change_of_another_shape_is_refused(
    school: SmallSchool, changes: Json, pointer: str
) -> None:
    answer = await change(school, changes)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_a_change_tells_what_is_still_asked_for(school: SmallSchool) -> None:
    contacts = [{"name": name, "telephones": ["01234"]} for name in ("D. Aunt", "E. Uncle")]

    answer = await accepted(
        change(school, {"emergency_contacts": contacts, "address": "9 Mill Lane"})
    )

    assert [each["code"] for each in answer.json()["advice"]] == ["no-parent-lived-with"]

"""The school census of attendance over HTTP: whom it tells of, with which totals and reasons."""

import csv
import io
from datetime import date
from http import HTTPStatus

import httpx
import pytest
from support.school import (
    OFFICER,
    TODAY,
    Json,
    SmallSchool,
    accepted,
    amendment,
    drawn,
    found,
    slugs,
)

MONDAY = date(2026, 11, 16)
AUTUMN = {"term": "autumn", "year": "2026-27"}


async def census(school: SmallSchool, **query: str) -> Json:
    return await found(
        school.client.get(f"{school.url}/exports/census", params={**AUTUMN, **query})
    )


async def told(school: SmallSchool, **query: str) -> dict[str, Json]:
    return {each["pupil"]: each for each in (await census(school, **query))["pupils"]}


async def test_a_pupil_has_totals_and_reasons_that_agree(school: SmallSchool) -> None:
    await school.take_weeks("p1", "//..GU/L--", monday=MONDAY)

    p1 = (await told(school))["p1"]

    assert (p1["possible"], p1["authorised"], p1["unauthorised"]) == (8, 2, 2)
    assert p1["reasons"] == {"I": 2, "G": 1, "U": 1}
    assert p1["counted"] == {"authorised": 2, "unauthorised": 2, "basis": "reasons"}
    assert p1["left_out"] is None


async def test_the_census_states_its_period_and_the_pupils_particulars(
    school: SmallSchool,
) -> None:
    await accepted(school.admit("p4", upn="A123456789012", middle_names="Ada"))

    answer = await census(school)

    assert (answer["first"], answer["last"]) == ("2026-08-01", "2026-12-31")
    assert (answer["urn"], answer["la_code"], answer["position"]) == (999001, "886", 6)
    p4 = answer["pupils"][-1]
    assert {name: p4[name] for name in ("upn", "middle_names", "sex", "age", "part_time")} == {
        "upn": "A123456789012",
        "middle_names": "Ada",
        "sex": "F",
        "age": 10,
        "part_time": False,
    }
    assert (p4["starting_day"], p4["deleted_on"]) == ("2026-06-08", None)


async def test_the_entry_in_force_is_counted_and_a_missing_one_isnt(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("N/-")))
    await accepted(school.amend([amendment("p1", "N", "I")]))

    pupils = await told(school)

    assert pupils["p1"]["reasons"] == {"I": 1}
    assert (pupils["p3"]["possible"], pupils["p3"]["left_out"]) == (0, "nothing-possible")


async def test_leavers_are_told_of_and_boarders_and_others_ages_arent(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("///"), on=MONDAY))
    deletion = {"ground": "k", "deleted_on": f"{MONDAY}", "by": OFFICER}
    await accepted(
        school.client.post(
            f"{school.url}/pupils/p1/deletion", json=deletion, headers={"Idempotency-Key": "gone"}
        )
    )
    await accepted(school.admit("p4", boarder=True))
    await accepted(school.admit("p5", date_of_birth="2010-08-31"))
    await accepted(school.admit("p6", starting_day="2027-01-04"))

    pupils = await told(school)

    assert list(pupils) == ["p1", "p2", "p3"]
    assert pupils["p1"]["deleted_on"] == "2026-11-16"
    assert pupils["p1"]["possible"] == 1


async def test_another_terms_sessions_count_in_their_own_census(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("///")))
    school.house.clock.forward(days=60)
    await accepted(school.enter(drawn("O--"), on=date(2027, 1, 5)))

    assert (await told(school))["p1"]["reasons"] == {}
    assert (await told(school, term="spring"))["p1"]["reasons"] == {"O": 1}


async def test_a_day_closed_anew_counts_nowhere(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("O//")))
    body = {
        "half_terms": [{"name": "Autumn", "starts": "2026-11-02", "ends": "2026-12-18"}],
        "closures": [{"date": f"{TODAY}", "reason": "flood"}],
    }
    await accepted(school.client.put(f"{school.url}/calendars/2026-27", json=body))

    assert (await told(school))["p1"]["possible"] == 0


async def test_as_of_gives_the_census_that_was_known(school: SmallSchool) -> None:
    await accepted(school.enter(drawn("N//")))
    school.house.clock.forward(hours=1)
    await accepted(school.amend([amendment("p1", "N", "I")]))

    before = await census(school, as_of="2026-11-20T16:00:00Z")

    assert before["pupils"][0]["reasons"] == {"N": 1}
    assert before["as_of"] == "2026-11-20T16:00:00Z"


async def test_as_a_file_it_has_a_line_a_pupil_and_a_column_a_reason(school: SmallSchool) -> None:
    await accepted(school.admit("p0", legal_surname="=Abbot"))
    await accepted(school.enter(drawn("I//")))

    answer = await accepted(
        school.client.get(
            f"{school.url}/exports/census", params=AUTUMN, headers={"Accept": "text/csv"}
        )
    )

    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="census-999001-2026-27-autumn.csv"'
    )
    assert [each["legal_surname"] for each in lines][:2] == ["'=Abbot", "Surname-p1"]
    assert lines[1]["reason_I"] == lines[1]["possible"] == lines[1]["counted_authorised"] == "1"
    assert lines[1]["reason_G"] == "0"
    assert lines[1]["deleted_on"] == ""
    assert lines[1]["part_time"] == "false"
    assert {name for name in lines[0] if name.startswith("reason_")} >= {"reason_C1", "reason_U"}


@pytest.mark.parametrize("scope", ["audit:read", "admissions:write"])
async def test_the_census_is_for_who_may_read_the_admission_register(
    school: SmallSchool, scope: str
) -> None:
    async def asked(scopes: str) -> httpx.Response:
        async with school.house.client(scopes) as client:
            return await client.get(f"{school.url}/exports/census", params=AUTUMN)

    assert (await asked("register:read")).status_code == HTTPStatus.FORBIDDEN
    assert (await asked(scope)).status_code == HTTPStatus.FORBIDDEN
    assert (await asked(f"register:read {scope}")).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"year": "2026-28"}, ("/query/year", "no-such-year")),
        ({"term": "winter"}, ("/query/term", "enum")),
        ({"format": "pdf"}, ("/query/format", "enum")),
    ],
)
async def test_a_census_there_isnt_is_refused(
    school: SmallSchool, query: dict[str, str], wrong: tuple[str, str]
) -> None:
    answer = await school.client.get(f"{school.url}/exports/census", params={**AUTUMN, **query})

    assert (answer.status_code, slugs(answer)) == (HTTPStatus.UNPROCESSABLE_ENTITY, [wrong])


async def test_a_census_of_a_year_without_a_calendar_is_refused(school: SmallSchool) -> None:
    answer = await school.client.get(
        f"{school.url}/exports/census", params={**AUTUMN, "year": "2025-26"}
    )

    assert answer.status_code == HTTPStatus.CONFLICT

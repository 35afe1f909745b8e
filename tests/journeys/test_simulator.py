"""The simulated school: plausible in what nobody published, and lawful in all that it marks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

import pytest
from attendance.age import of_compulsory_school_age
from attendance.codes import CODE_TABLE, Code
from attendance.session import Half, Session
from demonstration.pupils import Pupil
from demonstration.shares import Phase
from demonstration.sheets import absence_at
from demonstration.simulator import MisRegister, MisRow, SimulatedSchool, simulate
from demonstration.term import school_year, weeks_before, years_around

SCHOOL_YEAR: Final = school_year(2026)
WEEKS: Final = weeks_before(date(2027, 8, 1), [SCHOOL_YEAR])
BANDS: Final = (50.0, 30.0, 10.0, 5.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5)


@pytest.fixture(scope="module", params=Phase)
def school(request: pytest.FixtureRequest) -> SimulatedSchool:
    return simulated(request.param)


def simulated(phase: Phase, *, seed: int = 7) -> SimulatedSchool:
    return simulate(phase, classes=12, years=[SCHOOL_YEAR], weeks=WEEKS, seed=seed)


def rows_of(school: SimulatedSchool) -> Iterator[tuple[Session, MisRow]]:
    for register in school.registers():
        for row in register.rows:
            yield Session(register.on, register.half), row


def test_the_same_seed_makes_the_same_school() -> None:
    one, again = simulated(Phase.PRIMARY), simulated(Phase.PRIMARY)

    assert one.classrooms == again.classrooms
    assert list(one.registers()) == list(again.registers())


def test_another_seed_makes_another_school() -> None:
    one, other = simulated(Phase.PRIMARY), simulated(Phase.PRIMARY, seed=8)

    assert one.classrooms != other.classrooms
    assert list(one.registers()) != list(other.registers())


def test_a_register_has_each_pupil_of_its_class_once(school: SimulatedSchool) -> None:
    classes = {c.group: sorted(p.pupil for p in c.pupils) for c in school.classrooms}

    for register in school.registers():
        assert sorted(row.pupil for row in register.rows) == classes[register.group]


def test_registers_come_in_the_order_they_were_taken(school: SimulatedSchool) -> None:
    sessions = [Session(register.on, register.half) for register in school.registers()]

    assert sessions == sorted(sessions)
    assert len(sessions) == 12 * 2 * len(list(SCHOOL_YEAR.days()))


def test_codes_stand_only_where_they_are_allowed(school: SimulatedSchool) -> None:
    for session, row in rows_of(school):
        assert session.half in CODE_TABLE[Code(row.code)].halves


def test_what_needs_a_detail_has_one(school: SimulatedSchool) -> None:
    assert all(
        row.comment for _, row in rows_of(school) if CODE_TABLE[Code(row.code)].detail_required
    )


def test_only_late_pupils_have_minutes_and_u_means_after_the_register_closed(
    school: SimulatedSchool,
) -> None:
    for _, row in rows_of(school):
        match row.code:
            case "L":
                assert row.minutes_late is not None
                assert 0 < row.minutes_late < 30
            case "U":
                assert row.minutes_late is not None
                assert row.minutes_late > 30
            case _:
                assert row.minutes_late is None


def test_a_part_time_timetable_is_only_for_pupils_of_compulsory_school_age(
    school: SimulatedSchool,
) -> None:
    born = {pupil.pupil: pupil.date_of_birth for pupil in everybody(school)}
    part_time = [(session, row) for session, row in rows_of(school) if row.code == "C2"]

    assert part_time
    assert all(of_compulsory_school_age(born[row.pupil], s.on) for s, row in part_time)


def test_reasons_are_missing_only_for_the_last_five_days(school: SimulatedSchool) -> None:
    last_five = list(SCHOOL_YEAR.days())[-5:]
    missing = [session.on for session, row in rows_of(school) if row.code == "N"]

    assert missing
    assert set(missing) <= set(last_five)


def test_holidays_without_leave_take_whole_weeks_beside_a_school_holiday(
    school: SimulatedSchool,
) -> None:
    edges = {on.isocalendar()[:2] for h in SCHOOL_YEAR.half_terms for on in (h.starts, h.ends)}
    sessions_of_week = {week[0].isocalendar()[:2]: 2 * len(week) for week in WEEKS}
    away: dict[tuple[str, tuple[int, int]], int] = defaultdict(int)
    for session, row in rows_of(school):
        if row.code == "G":
            away[row.pupil, session.on.isocalendar()[:2]] += 1

    assert away
    for (_, week), sessions in away.items():
        assert week in edges
        assert sessions == sessions_of_week[week]


def test_some_visits_take_the_whole_class(school: SimulatedSchool) -> None:
    def on_visit(register: MisRegister) -> float:
        return sum(row.code == "V" for row in register.rows) / len(register.rows)

    assert max(map(on_visit, school.registers())) > 0.6


def test_pupils_are_as_old_as_their_year_group(school: SimulatedSchool) -> None:
    for classroom in school.classrooms:
        for pupil in classroom.pupils:
            age = (
                2026
                - pupil.date_of_birth.year
                - (pupil.date_of_birth > date(pupil.date_of_birth.year, 8, 31))
            )
            assert age == classroom.year_group + 4
            assert pupil.date_of_birth < pupil.starting_day


def test_identifiers_are_unique(school: SimulatedSchool) -> None:
    identifiers = [pupil.pupil for pupil in everybody(school)]

    assert len(identifiers) == len(set(identifiers))


def test_the_first_class_is_of_compulsory_school_age_all_year(school: SimulatedSchool) -> None:
    for pupil in school.classrooms[0].pupils:
        for on in SCHOOL_YEAR.days():
            assert of_compulsory_school_age(pupil.date_of_birth, on)


def test_the_youngest_are_in_no_register_before_they_started() -> None:
    today = date(2026, 10, 17)
    years = years_around(today)
    weeks = weeks_before(today, years)[-12:]
    school = simulate(Phase.PRIMARY, classes=7, years=years, weeks=weeks, seed=7)
    reception = next(c for c in school.classrooms if c.year_group == 0)
    marked = [register.on for register in school.registers() if register.group == reception.group]

    assert weeks[0][0] < date(2026, 8, 1)
    assert min(marked) == min(p.starting_day for p in reception.pupils) == date(2026, 9, 2)


def test_bands_are_read_evenly_from_the_least_absent_to_the_most() -> None:
    rates = [absence_at(place / 1000, BANDS) for place in range(1000)]

    assert all(one < next_one for one, next_one in pairwise(rates))
    assert absence_at(0.25, BANDS) == pytest.approx(0.025)
    assert absence_at(0.9, BANDS) == pytest.approx(0.15)
    assert 0.85 < rates[-1] < 1
    assert absence_at(1, BANDS) == pytest.approx(1)


def test_afternoons_are_marked_as_often_as_mornings(school: SimulatedSchool) -> None:
    halves = [register.half for register in school.registers()]

    assert halves.count(Half.AM) == halves.count(Half.PM)


def everybody(school: SimulatedSchool) -> list[Pupil]:
    return [pupil for classroom in school.classrooms for pupil in classroom.pupils]

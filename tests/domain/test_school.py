"""Given a school's history, when it is registered or joined, then that is a fact or refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from attendance.calendar import SchoolCalendar
from attendance.errors import AdmissionRefused, DetailsRefused, SchoolUnknown
from attendance.events import (
    CalendarPublished,
    Event,
    MarksRecorded,
    Parent,
    SchoolDetails,
    SchoolDetailsChanged,
    SchoolRegistered,
    SessionTimes,
    Sex,
)
from attendance.identifiers import PupilId
from attendance.school import (
    NO_SCHOOL,
    AdmitPupil,
    School,
    admit,
    evolve,
    publish_calendar,
    register_school,
)
from attendance.session import Half
from domain.given import BEFORE_TERM, DETAILS, OFFICER, REGISTERED, a_school, admitted
from statute.registers import SUMMER_2026, YEAR_2026_27, am

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
MORNING, AFTERNOON = DETAILS.times[Half.AM], DETAILS.times[Half.PM]
COMMAND = AdmitPupil(
    pupil=PupilId("new-1"),
    legal_surname="Okafor",
    legal_forename="Chi",
    date_of_birth=date(2015, 3, 4),
    sex=Sex.MALE,
    year_group="7",
    groups=("7B",),
    starting_day=date(2026, 9, 3),
    parents=(Parent(name="N. Okafor", telephone="020 7946 0000", lives_with=True),),
    by=OFFICER,
)


def why_not(details: SchoolDetails) -> list[tuple[str, str]]:
    with pytest.raises(DetailsRefused) as raised:
        register_school(NO_SCHOOL, details, OFFICER, NOW)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def why_not_admitted(school: School, command: AdmitPupil) -> list[tuple[str, str, bool]]:
    with pytest.raises(AdmissionRefused) as raised:
        admit(school, command, NOW)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]


def test_a_school_is_registered_once_changed_after_and_the_same_again_is_no_fact() -> None:
    renamed = replace(DETAILS, name="Elmbridge Academy", trust="Elmbridge Trust")

    registered = register_school(NO_SCHOOL, DETAILS, OFFICER, NOW)
    school = evolve(NO_SCHOOL, [REGISTERED])
    changed = register_school(school, renamed, None, NOW)

    assert registered == SchoolRegistered(details=DETAILS, recorded_by=OFFICER, recorded_at=NOW)
    assert changed == SchoolDetailsChanged(details=renamed, recorded_by=None, recorded_at=NOW)
    assert evolve(school, [changed]).details == renamed
    assert register_school(school, DETAILS, OFFICER, NOW) is None


def test_a_register_may_stay_open_thirty_minutes_and_no_longer() -> None:
    longer = SessionTimes(time(8, 55), time(9, 25, 1))

    assert register_school(NO_SCHOOL, DETAILS, None, NOW)
    assert why_not(replace(DETAILS, times={**DETAILS.times, Half.AM: longer})) == [
        ("/sessions/AM/closes", "register-open-too-long")
    ]


def test_a_register_closes_after_it_starts() -> None:
    shut = SessionTimes(time(13, 0), time(13, 0))

    assert why_not(replace(DETAILS, times={**DETAILS.times, Half.PM: shut})) == [
        ("/sessions/PM/closes", "register-open-too-long")
    ]


def test_a_day_has_a_morning_and_then_an_afternoon_and_a_school_a_name() -> None:
    assert why_not(replace(DETAILS, name=" ", times={Half.AM: MORNING})) == [
        ("/name", "blank"),
        ("/sessions/PM", "session-times-missing"),
    ]
    assert why_not(replace(DETAILS, times={Half.AM: AFTERNOON, Half.PM: MORNING})) == [
        ("/sessions/PM/starts", "sessions-overlap")
    ]


def test_a_calendar_is_published_once_and_a_new_edition_takes_its_place() -> None:
    school = evolve(NO_SCHOOL, [REGISTERED])
    edited = replace(YEAR_2026_27, closures=YEAR_2026_27.closures[:-1])

    published = publish_calendar(school, YEAR_2026_27, OFFICER, NOW)
    assert published == CalendarPublished(
        calendar=YEAR_2026_27, recorded_by=OFFICER, recorded_at=NOW
    )
    school = evolve(school, [published])
    assert publish_calendar(school, YEAR_2026_27, OFFICER, NOW) is None
    again = publish_calendar(school, edited, OFFICER, NOW)
    assert again is not None
    assert evolve(school, [again]).calendar == SchoolCalendar((edited,))


def test_a_school_never_registered_has_no_calendar_and_no_pupils() -> None:
    with pytest.raises(SchoolUnknown):
        publish_calendar(NO_SCHOOL, YEAR_2026_27, OFFICER, NOW)
    with pytest.raises(SchoolUnknown):
        admit(NO_SCHOOL, COMMAND, NOW)


def test_an_admission_is_a_fact_that_puts_the_pupil_on_roll() -> None:
    event = admit(a_school(), COMMAND, NOW)

    assert (event.pupil, event.parents, event.recorded_by) == ("new-1", COMMAND.parents, OFFICER)
    assert event.recorded_at == NOW
    assert evolve(a_school(), [event]).roll[PupilId("new-1")].starting_day == date(2026, 9, 3)


def test_a_pupil_is_admitted_once() -> None:
    school = a_school(admitted("new-1"))

    assert why_not_admitted(school, COMMAND) == [("/pupil", "already-admitted", True)]


def test_every_problem_of_an_admission_is_given_at_once() -> None:
    command = replace(
        COMMAND,
        pupil=PupilId("no spaces"),
        legal_surname=" ",
        groups=("7B", ""),
        parents=(Parent(name="", lives_with=False),),
        date_of_birth=date(2026, 9, 5),
    )

    assert why_not_admitted(a_school(), command) == [
        ("/pupil", "identifier-not-allowed", False),
        ("/legal_surname", "blank", False),
        ("/groups/1", "blank", False),
        ("/parents/0/name", "blank", False),
        ("/date_of_birth", "date-of-birth-in-future", False),
        ("/starting_day", "starting-day-not-plausible", False),
    ]


@pytest.mark.parametrize("pupil", [".", "..", "......"])
def test_an_identifier_is_more_than_dots(pupil: str) -> None:
    command = replace(COMMAND, pupil=PupilId(pupil))

    assert why_not_admitted(a_school(), command) == [("/pupil", "identifier-not-allowed", False)]
    assert admit(a_school(), replace(COMMAND, pupil=PupilId(f"{pupil}1")), NOW)


def test_an_admission_nobody_answers_for_is_refused_beside_all_else() -> None:
    command = replace(COMMAND, by=None, legal_surname="\N{ZERO WIDTH SPACE}")

    assert why_not_admitted(a_school(), command) == [
        ("/by", "signatory-required", False),
        ("/legal_surname", "blank", False),
    ]


def test_a_pupil_is_in_a_group_once() -> None:
    event = admit(a_school(), replace(COMMAND, groups=("7B", "choir", "7B")), NOW)

    assert event.groups == ("7B", "choir")


def test_nobody_starts_school_in_middle_age() -> None:
    command = replace(COMMAND, date_of_birth=date(1979, 3, 4))

    assert why_not_admitted(a_school(), command) == [
        ("/starting_day", "starting-day-not-plausible", False)
    ]


def test_the_roll_of_a_day_is_by_name_and_has_those_who_have_started() -> None:
    school = a_school(
        admitted("3", surname="Zhou"),
        admitted("2", surname="Adeyemi", forename="Bo"),
        admitted("1", surname="Adeyemi", forename="Bo", groups=("7C",)),
        admitted("0", starting=date(2026, 9, 15)),
    )

    assert [each.pupil for each in school.roll_on(date(2026, 9, 14))] == ["1", "2", "3"]
    assert [each.pupil for each in school.roll_on(date(2026, 9, 15), "7B")] == ["0", "2", "3"]


def test_a_school_is_the_same_however_its_history_is_cut_into_batches() -> None:
    published = [
        CalendarPublished(calendar=year, recorded_by=None, recorded_at=BEFORE_TERM)
        for year in (SUMMER_2026, YEAR_2026_27)
    ]
    marks = MarksRecorded(
        session=am(date(2026, 9, 14)), group=None, marks=(), recorded_by=OFFICER, recorded_at=NOW
    )
    history: list[Event] = [REGISTERED, *published, admitted("1"), marks, admitted("2")]

    one_by_one = NO_SCHOOL
    for event in history:
        one_by_one = evolve(one_by_one, [event])

    assert one_by_one == evolve(NO_SCHOOL, history)
    assert set(one_by_one.roll) == {"1", "2"}

"""Given a school's roll, when a pupil is entered in the admission register, or entered again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from attendance.admission import AdmitPupil, admit
from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    EmergencyContact,
    LastSchool,
    Parent,
    Placement,
    Sex,
)
from attendance.advice import of_entry
from attendance.errors import AdmissionRefused, PupilUnknown, SchoolUnknown
from attendance.events import PupilDetailsChanged
from attendance.identifiers import LaCode, PupilId
from attendance.roll import Enrolment
from attendance.school import NO_SCHOOL, School, evolve
from domain.given import OFFICER, a_school, admitted, deleted

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PUPIL = PupilId("new-1")
ENTRY = AdmissionEntry(
    legal_surname="Okafor",
    legal_forename="Chi",
    date_of_birth=date(2015, 3, 4),
    sex=Sex.MALE,
    address="1 Elm Street",
    parents=(Parent(name="N. Okafor", telephone="020 7946 0000", lives_with=True),),
    emergency_contacts=(EmergencyContact(name="O. Okafor", telephones=("020 7946 0001",)),),
)
COMMAND = AdmitPupil(
    pupil=PUPIL,
    entry=ENTRY,
    year_group="7",
    groups=("7B",),
    starting_day=date(2026, 9, 3),
    by=OFFICER,
)


def why_not(school: School, command: AdmitPupil) -> list[tuple[str, str, bool]]:
    with pytest.raises(AdmissionRefused) as raised:
        admit(school, command, NOW)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]


def moved(
    pupil: str, on: date, characteristics: tuple[CharacteristicPeriod, ...]
) -> PupilDetailsChanged:
    """A pupil who goes to another group on a day."""
    before = Placement(from_on=date(2026, 6, 8), year_group="7", groups=("7B",), boarder=False)
    return PupilDetailsChanged(
        pupil=PupilId(pupil),
        entry=ENTRY,
        starting_day=before.from_on,
        placements=(before, replace(before, from_on=on, groups=("7C",))),
        characteristics=characteristics,
        effective_on=on,
        changed=("groups",),
        recorded_by=OFFICER,
        recorded_at=NOW,
    )


def left(on: date) -> School:
    """A school whose pupil was deleted."""
    return a_school(admitted(PUPIL), deleted(PUPIL, on))


def test_an_admission_is_a_fact_that_puts_the_pupil_on_roll() -> None:
    event = admit(a_school(), COMMAND, NOW)
    pupil = evolve(a_school(), [event]).roll[PUPIL]

    assert (event.pupil, event.parents, event.recorded_by) == (PUPIL, ENTRY.parents, OFFICER)
    assert event.recorded_at == NOW
    assert [pupil.on_roll(on) for on in (date(2026, 9, 2), date(2026, 9, 3))] == [False, True]
    assert pupil.revision == 1


def test_all_that_the_register_states_of_a_pupil_is_in_the_roll() -> None:
    entry = replace(
        ENTRY,
        middle_names="Ada",
        known_as="Chichi",
        upn="A123456789012",
        ethnicity="BAFR",
        home_la_code=LaCode("887"),
        last_school=LastSchool(name="Elm Grove", address="2 Elm Street"),
        expected_leaving_on=date(2031, 7, 22),
    )

    event = admit(a_school(), replace(COMMAND, entry=entry, boarder=True), NOW)
    pupil = evolve(a_school(), [event]).roll[PUPIL]

    assert pupil.entry == entry
    assert pupil.placement_on(NOW.date()).boarder


def test_a_school_never_registered_admits_nobody() -> None:
    with pytest.raises(SchoolUnknown):
        admit(NO_SCHOOL, COMMAND, NOW)


def test_a_pupil_is_admitted_once() -> None:
    assert why_not(a_school(admitted(PUPIL)), COMMAND) == [("/pupil", "already-admitted", True)]


def test_a_pupil_who_was_deleted_is_admitted_again_from_the_day_after() -> None:
    school = left(date(2026, 7, 10))
    early = replace(COMMAND, starting_day=date(2026, 7, 10))

    assert why_not(school, early) == [("/starting_day", "already-admitted", True)]
    again = admit(school, replace(COMMAND, starting_day=date(2026, 7, 11)), NOW)
    pupil = evolve(school, [again]).roll[PUPIL]
    assert pupil.enrolments == (
        Enrolment(date(2026, 6, 8), date(2026, 7, 10), "k"),
        Enrolment(date(2026, 7, 11)),
    )
    assert pupil.revision == 3


def test_between_two_times_on_roll_a_pupil_is_not_on_it() -> None:
    school = left(date(2026, 7, 10))
    pupil = evolve(school, [admit(school, COMMAND, NOW)]).roll[PUPIL]
    days = (date(2026, 6, 7), date(2026, 6, 8), date(2026, 7, 10), date(2026, 7, 11))

    assert [pupil.on_roll(on) for on in days] == [False, True, True, False]
    assert [pupil.on_roll(date(2026, 9, day)) for day in (2, 3)] == [False, True]
    assert pupil.enrolment_on(date(2026, 7, 10)) == pupil.enrolments[0]
    assert pupil.enrolment_on(date(2026, 8, 1)) is None


def test_of_a_pupil_admitted_again_the_days_before_are_as_they_were() -> None:
    word = "looked-after"
    school = a_school(
        replace(admitted(PUPIL, groups=("6A",)), characteristics=(word, "fsm")),
        deleted(PUPIL, date(2026, 7, 10)),
    )

    again = replace(COMMAND, characteristics=("fsm",))
    pupil = evolve(school, [admit(school, again, NOW)]).roll[PUPIL]

    assert pupil.placement_on(date(2026, 7, 10)).groups == ("6A",)
    assert pupil.placement_on(date(2026, 9, 3)).groups == ("7B",)
    assert [pupil.has(word, on) for on in (date(2026, 7, 10), date(2026, 9, 3))] == [True, False]
    assert pupil.has("fsm", date(2026, 9, 3))


def test_what_was_planned_for_a_time_that_a_pupil_was_gone_holds_no_more() -> None:
    to_come = CharacteristicPeriod(characteristic="ehcp", starts_on=date(2026, 9, 21))
    over = CharacteristicPeriod(
        characteristic="eal", starts_on=date(2026, 6, 8), ends_on=date(2026, 6, 30)
    )
    school = a_school(
        replace(admitted(PUPIL), characteristic_periods=(to_come, over)),
        moved(PUPIL, date(2026, 9, 14), characteristics=(to_come, over)),
        deleted(PUPIL, date(2026, 7, 10)),
    )

    pupil = evolve(school, [admit(school, COMMAND, NOW)]).roll[PUPIL]

    assert [each.from_on for each in pupil.placements] == [date(2026, 6, 8), date(2026, 9, 3)]
    assert pupil.characteristics == (over,)


def test_a_log_with_something_about_a_pupil_never_admitted_isnt_whole() -> None:
    with pytest.raises(PupilUnknown):
        evolve(a_school(), [deleted(PUPIL, date(2026, 7, 10))])


def test_every_problem_of_an_admission_is_given_at_once() -> None:
    command = replace(
        COMMAND,
        pupil=PupilId("no spaces"),
        groups=("7B", ""),
        entry=replace(
            ENTRY,
            legal_surname=" ",
            parents=(Parent(name="", lives_with=False),),
            emergency_contacts=(EmergencyContact(name=" ", telephones=("1",)),),
            date_of_birth=date(2026, 9, 5),
            expected_leaving_on=date(2026, 9, 2),
        ),
        characteristics=("echp",),
    )

    assert why_not(a_school(), command) == [
        ("/pupil", "identifier-not-allowed", False),
        ("/groups/1", "blank", False),
        ("/legal_surname", "blank", False),
        ("/parents/0/name", "blank", False),
        ("/emergency_contacts/0/name", "blank", False),
        ("/date_of_birth", "date-of-birth-in-future", False),
        ("/starting_day", "starting-day-not-plausible", False),
        ("/expected_leaving_on", "leaves-before-start", False),
        ("/characteristics/0", "characteristic-unknown", False),
    ]


@pytest.mark.parametrize("pupil", [".", "..", "......"])
def test_an_identifier_is_more_than_dots(pupil: str) -> None:
    command = replace(COMMAND, pupil=PupilId(pupil))

    assert why_not(a_school(), command) == [("/pupil", "identifier-not-allowed", False)]
    assert admit(a_school(), replace(COMMAND, pupil=PupilId(f"{pupil}1")), NOW)


def test_an_admission_nobody_answers_for_is_refused_beside_all_else() -> None:
    entry = replace(ENTRY, legal_surname="\N{ZERO WIDTH SPACE}")

    assert why_not(a_school(), replace(COMMAND, by=None, entry=entry)) == [
        ("/by", "signatory-required", False),
        ("/legal_surname", "blank", False),
    ]


def test_a_pupil_is_in_a_group_once() -> None:
    event = admit(a_school(), replace(COMMAND, groups=("7B", "choir", "7B")), NOW)

    assert event.groups == ("7B", "choir")


def test_nobody_starts_school_in_middle_age() -> None:
    command = replace(COMMAND, entry=replace(ENTRY, date_of_birth=date(1979, 3, 4)))

    assert why_not(a_school(), command) == [("/starting_day", "starting-day-not-plausible", False)]


def advised(entry: AdmissionEntry) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in of_entry(entry)]


def test_of_a_whole_entry_nothing_more_is_asked() -> None:
    assert advised(ENTRY) == []


def test_more_than_one_person_to_call_is_asked_for_and_nothing_is_refused_for_want_of_them() -> (
    None
):
    alone = replace(ENTRY, emergency_contacts=())
    same = replace(
        ENTRY,
        emergency_contacts=(EmergencyContact(name=ENTRY.parents[0].name, telephones=("1",)),),
    )

    assert advised(alone) == [("/emergency_contacts", "one-emergency-contact")]
    assert advised(same) == advised(alone)
    assert admit(a_school(), replace(COMMAND, entry=alone), NOW)


def test_of_an_entry_that_says_next_to_nothing_all_is_asked() -> None:
    bare = replace(ENTRY, address=None, parents=(), emergency_contacts=())

    assert advised(bare) == [
        ("/emergency_contacts", "no-emergency-contact"),
        ("/parents", "no-parent-lived-with"),
        ("/address", "no-address"),
    ]


def test_a_pupil_deleted_is_found_in_the_register_for_ever() -> None:
    school = left(date(2026, 7, 10))

    assert [each.pupil for each in school.roll_on(date(2026, 7, 10))] == [PUPIL]
    assert school.roll_on(date(2026, 7, 11)) == []
    assert PUPIL in school.roll

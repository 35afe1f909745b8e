"""Given a pupil of the admission register, when what it states of them changes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from attendance.admission_entry import Parent, Placement
from attendance.changing import ChangeDetails, PlacementChange, change_details
from attendance.errors import AdmissionRefused, PupilUnknown
from attendance.events import AdmissionEvent, PupilDetailsChanged
from attendance.identifiers import PupilId
from attendance.roll import Pupil
from attendance.school import School, evolve
from domain.given import OFFICER, a_school, admitted, deleted

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
STARTED = date(2026, 6, 8)
PUPIL = PupilId("p-1")
SURNAME = {"legal_surname": "Adebayo"}


def change(**said: object) -> ChangeDetails:
    entry = {name: said.pop(name) for name in list(said) if name in ENTRY_FIELDS}
    placed = {name: said.pop(name) for name in list(said) if name in PLACED}
    nothing = ChangeDetails(pupil=PUPIL, entry=entry, by=OFFICER)
    placement = replace(PlacementChange(), **placed)  # type: ignore[arg-type]  # by their names
    return replace(nothing, placement=placement, **said)  # type: ignore[arg-type]  # the same


ENTRY_FIELDS = {"legal_surname", "date_of_birth", "address", "parents", "expected_leaving_on"}
PLACED = {"year_group", "groups", "boarder"}


def given(*events: AdmissionEvent) -> School:
    return a_school(*(events or (admitted(PUPIL, groups=("7B",)),)))


def changed(
    school: School, command: ChangeDetails, *, entered: bool = False
) -> PupilDetailsChanged:
    event = change_details(school, command, NOW, entered=entered)
    assert event is not None
    return event


def after(school: School, *commands: ChangeDetails) -> Pupil:
    for command in commands:
        school = evolve(school, [changed(school, command)])
    return school.roll[PUPIL]


def why_not(
    school: School, command: ChangeDetails, *, entered: bool = False
) -> list[tuple[str, str, bool]]:
    with pytest.raises(AdmissionRefused) as raised:
        change_details(school, command, NOW, entered=entered)
    return [(each.pointer, each.code, each.conflict) for each in raised.value.refusals]


def test_a_change_states_the_whole_entry_anew_and_names_what_differs() -> None:
    parents = (Parent(name="N. Adeyemi", lives_with=True),)

    event = changed(given(), change(legal_surname="Adebayo", parents=parents))

    assert event.changed == ("legal_surname", "parents")
    assert (event.entry.legal_surname, event.entry.legal_forename) == ("Adebayo", "Bo")
    assert event.entry.parents == parents
    assert (event.starting_day, event.effective_on) == (STARTED, TODAY)
    assert (event.recorded_by, event.recorded_at) == (OFFICER, NOW)


def test_what_was_said_before_is_said_no_more_and_the_revision_counts() -> None:
    pupil = after(given(), change(legal_surname="Adebayo"), change(address="9 Mill Lane"))

    assert (pupil.legal_surname, pupil.entry.address, pupil.revision) == (
        "Adebayo",
        "9 Mill Lane",
        3,
    )


@pytest.mark.parametrize(
    "same",
    [
        change(),
        change(legal_surname="Adeyemi", groups=("7B", "7B"), boarder=False),
        change(groups=("7B",), effective_on=date(2026, 9, 1)),
        change(starting_day=STARTED),
        change(characteristics=()),
    ],
)
def test_saying_a_thing_twice_is_no_new_fact(same: ChangeDetails) -> None:
    assert change_details(given(), same, NOW, entered=False) is None


def test_a_pupil_moves_to_another_group_from_a_day_on() -> None:
    pupil = after(given(), change(groups=("7C", "choir"), effective_on=TOMORROW))

    assert pupil.placement_on(TODAY).groups == ("7B",)
    assert pupil.placement_on(TOMORROW).groups == ("7C", "choir")
    school = evolve(given(), [changed(given(), change(groups=("7C",), effective_on=TOMORROW))])
    assert [school.roll_on(on, "7C") != [] for on in (TODAY, TOMORROW)] == [False, True]


def test_what_is_changed_from_a_day_on_holds_on_later_days_too_and_nothing_else_does() -> None:
    january = date(2027, 1, 4)

    pupil = after(
        given(),
        change(groups=("7C",), effective_on=january),
        change(boarder=True, effective_on=TODAY),
    )

    assert pupil.placements == (
        Placement(from_on=STARTED, year_group="7", groups=("7B",), boarder=False),
        Placement(from_on=TODAY, year_group="7", groups=("7B",), boarder=True),
        Placement(from_on=january, year_group="7", groups=("7C",), boarder=True),
    )


def test_a_change_leaves_alone_what_was_planned_otherwise_for_later() -> None:
    january, march = date(2027, 1, 4), date(2027, 3, 1)

    pupil = after(
        given(),
        change(groups=("7C",), effective_on=january),
        change(year_group="8", effective_on=march),
        change(groups=("7D",), boarder=True, effective_on=TODAY),
    )

    assert [(each.from_on, each.groups, each.boarder) for each in pupil.placements] == [
        (STARTED, ("7B",), False),
        (TODAY, ("7D",), True),
        (january, ("7C",), True),
        (march, ("7C",), True),
    ]
    assert pupil.placement_on(march).year_group == "8"


def test_a_change_ends_where_something_else_was_said_though_it_is_said_again_later() -> None:
    december, january = date(2026, 12, 1), date(2027, 1, 4)

    pupil = after(
        given(),
        change(groups=("7C",), effective_on=december),
        change(groups=("7B",), effective_on=january),
        change(groups=("7D",), effective_on=TODAY),
    )

    assert [each.groups for each in pupil.placements] == [("7B",), ("7D",), ("7C",), ("7B",)]


def test_a_change_of_the_same_day_takes_the_place_of_the_one_before() -> None:
    pupil = after(
        given(),
        change(groups=("7C",), effective_on=TODAY),
        change(groups=("7D",), effective_on=TODAY),
    )

    assert [each.groups for each in pupil.placements] == [("7B",), ("7D",)]


def test_without_a_day_a_change_is_of_today_or_of_a_starting_day_to_come() -> None:
    to_come = given(admitted(PUPIL, starting=date(2027, 1, 4)))

    assert changed(given(), change(groups=("7C",))).effective_on == TODAY
    assert changed(to_come, change(groups=("7C",))).effective_on == date(2027, 1, 4)
    assert [each.groups for each in after(to_come, change(groups=("7C",))).placements] == [("7C",)]


@pytest.mark.parametrize("day", [date(2026, 6, 7), TODAY])
def test_where_a_pupil_stands_changes_on_a_day_on_roll_only(day: date) -> None:
    school = given(admitted(PUPIL), deleted(PUPIL, date(2026, 11, 19)))

    assert why_not(school, change(groups=("7C",), effective_on=day)) == [
        ("/effective_on", "not-on-roll", False)
    ]
    assert changed(school, change(address="9 Mill Lane")).changed == ("address",)


def test_every_problem_of_a_change_is_given_at_once() -> None:
    command = change(
        by=None,
        legal_surname=" ",
        year_group=" ",
        groups=("", "7C"),
        date_of_birth=date(2026, 11, 21),
        starting_day=date(2026, 9, 3),
        characteristics=("echp",),
    )

    assert why_not(given(), command, entered=True) == [
        ("/by", "signatory-required", False),
        ("/year_group", "blank", False),
        ("/groups/0", "blank", False),
        ("/starting_day", "starting-day-not-changeable", True),
        ("/legal_surname", "blank", False),
        ("/date_of_birth", "date-of-birth-in-future", False),
        ("/starting_day", "starting-day-not-plausible", False),
        ("/characteristics/0", "characteristic-unknown", False),
    ]


def test_a_pupil_the_register_never_had_is_not_changed() -> None:
    with pytest.raises(PupilUnknown):
        change_details(a_school(), change(), NOW, entered=False)


def test_the_starting_day_moves_while_nothing_is_entered_before_it() -> None:
    command = change(starting_day=date(2026, 9, 3))

    assert why_not(given(), command, entered=True) == [
        ("/starting_day", "starting-day-not-changeable", True)
    ]
    pupil = after(given(), command)
    assert [pupil.on_roll(date(2026, 9, day)) for day in (2, 3)] == [False, True]
    assert [each.from_on for each in pupil.placements] == [date(2026, 9, 3)]


def test_an_earlier_starting_day_takes_the_first_placement_with_it() -> None:
    school = given(
        admitted(PUPIL, groups=("6A",)),
        deleted(PUPIL, date(2026, 7, 10)),
        admitted(PUPIL, groups=("7B",), starting=date(2026, 9, 7)),
    )

    pupil = after(school, change(starting_day=date(2026, 9, 3)))

    assert pupil.placement_on(date(2026, 9, 2)).groups == ("6A",)
    assert pupil.placement_on(date(2026, 9, 3)).groups == ("7B",)


def test_a_later_starting_day_swallows_the_placements_before_it() -> None:
    moved = after(
        given(),
        change(groups=("7C",), effective_on=date(2026, 9, 10)),
        change(groups=("7D",), effective_on=date(2026, 10, 1)),
        change(starting_day=date(2026, 9, 14)),
    )

    assert [(each.from_on, each.groups) for each in moved.placements] == [
        (date(2026, 9, 14), ("7C",)),
        (date(2026, 10, 1), ("7D",)),
    ]


def test_two_times_on_roll_share_no_day() -> None:
    left = (admitted(PUPIL), deleted(PUPIL, date(2026, 7, 10)))
    school = given(*left, admitted(PUPIL, starting=date(2026, 9, 7)))

    assert why_not(school, change(starting_day=date(2026, 7, 10))) == [
        ("/starting_day", "already-admitted", True)
    ]
    assert why_not(given(*left), change(starting_day=date(2026, 7, 11))) == [
        ("/starting_day", "starting-day-not-plausible", False)
    ]


def test_an_entry_says_no_leaving_day_before_the_starting_day() -> None:
    assert why_not(given(), change(expected_leaving_on=date(2026, 6, 7))) == [
        ("/expected_leaving_on", "leaves-before-start", False)
    ]

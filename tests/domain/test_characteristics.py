"""Given a pupil's characteristics as a school sends them, when an admission states them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from attendance.admission import AdmitPupil, admit
from attendance.admission_entry import AdmissionEntry, CharacteristicPeriod, Sex
from attendance.characteristics import VOCABULARY, StatedCharacteristic
from attendance.errors import AdmissionRefused
from attendance.events import PupilAdmitted
from attendance.identifiers import PupilId
from attendance.school import evolve
from domain.given import OFFICER, a_school

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PUPIL = PupilId("new-1")
COMMAND = AdmitPupil(
    pupil=PUPIL,
    entry=AdmissionEntry(
        legal_surname="Okafor",
        legal_forename="Chi",
        date_of_birth=date(2015, 3, 4),
        sex=Sex.MALE,
    ),
    year_group="7",
    starting_day=date(2026, 9, 3),
    by=OFFICER,
)


def period(word: str, starts_on: date, ends_on: date | None = None) -> CharacteristicPeriod:
    return CharacteristicPeriod(characteristic=word, starts_on=starts_on, ends_on=ends_on)


def admitted_with(*stated: StatedCharacteristic) -> PupilAdmitted:
    return admit(a_school(), replace(COMMAND, characteristics=stated), NOW)


def why_not(*stated: StatedCharacteristic) -> list[tuple[str, str]]:
    with pytest.raises(AdmissionRefused) as raised:
        admitted_with(*stated)
    return [(each.pointer, each.code) for each in raised.value.refusals]


def test_a_characteristic_alone_holds_from_the_starting_day_and_a_dated_one_on_its_days() -> None:
    dated = period("fsm", date(2026, 10, 1), date(2026, 10, 31))

    event = admitted_with("ehcp", dated)
    pupil = evolve(a_school(), [event]).roll[PUPIL]

    assert (event.characteristics, event.characteristic_periods) == (("ehcp",), (dated,))
    assert [pupil.has("ehcp", on) for on in (date(2026, 9, 2), date(2030, 9, 3))] == [False, True]
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1))
    assert [pupil.has("fsm", on) for on in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("EHCP", "ehcp"),
        ("Social Worker", "social-worker"),
        ("looked_after", "looked-after"),
        ("SEN", "sen-support"),
        ("CLA", "looked-after"),
        ("local:breakfast-club", "local:breakfast-club"),
    ],
)
def test_a_characteristic_is_kept_as_the_vocabulary_spells_it(sent: str, kept: str) -> None:
    dated = period(sent, date(2026, 10, 1))

    assert admitted_with(sent, sent).characteristics == (kept,)
    (stated,) = admitted_with(dated).characteristic_periods
    assert stated.characteristic == kept


@pytest.mark.parametrize("word", ["echp", "", "local:", "local:two!", "local:é"])
def test_a_word_that_no_rule_would_know_is_refused(word: str) -> None:
    assert why_not("fsm", period(word, date(2026, 9, 3)), word) == [
        ("/characteristics/1/characteristic", "characteristic-unknown"),
        ("/characteristics/2", "characteristic-unknown"),
    ]


def test_no_spelling_of_the_vocabulary_means_two_things() -> None:
    spellings = [spelling for each in VOCABULARY for spelling in (each.word, *each.also)]

    assert len(spellings) == len(set(spellings))


FIRST, SECOND, THIRD = date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2)


@pytest.mark.parametrize(
    ("stated", "refusals"),
    [
        ([period("fsm", SECOND, FIRST)], [("/characteristics/0/ends_on", "ends-before-start")]),
        (
            [period("fsm", FIRST, SECOND), period("FSM", SECOND)],
            [("/characteristics/1/starts_on", "characteristic-repeated")],
        ),
        (
            [period("fsm", SECOND), period("fsm", FIRST)],
            [("/characteristics/1/starts_on", "characteristic-repeated")],
        ),
    ],
)
def test_a_characteristic_is_stated_once_for_a_day_and_ends_no_sooner_than_it_starts(
    stated: list[StatedCharacteristic], refusals: list[tuple[str, str]]
) -> None:
    assert why_not(*stated) == refusals


def test_a_characteristic_that_comes_back_is_stated_twice() -> None:
    twice = (period("fsm", FIRST, SECOND), period("fsm", THIRD), period("ehcp", SECOND))

    assert admitted_with(*twice).characteristic_periods == twice

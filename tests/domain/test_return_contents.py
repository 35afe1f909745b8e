"""What a return of each kind tells, of what the registers said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from uuid import UUID

import pytest
from attendance.admission_entry import EmergencyContact, Parent
from attendance.events import PupilAdmitted, PupilDeleted, Sex, Signatory, ThresholdMet
from attendance.identifiers import PupilId
from attendance.return_contents import KINDS, Registered, contents_of
from attendance.roll import Pupil, evolve_pupil
from attendance.rules.catalogue import RULES
from attendance.session import Half, Session

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
TODAY = NOW.date()
BY = Signatory("A. Smith", "Attendance Officer")
PUPIL = PupilId("p1")
ADMITTED = PupilAdmitted(
    pupil=PUPIL,
    legal_surname="Adeyemi",
    legal_forename="Robin",
    date_of_birth=date(2016, 5, 5),
    sex=Sex.MALE,
    upn="A1",
    year_group="6",
    groups=(),
    starting_day=date(2026, 9, 3),
    boarder=False,
    address="4 Mill Lane",
    parents=(
        Parent(name="N. Adeyemi", telephone="07700", lives_with=True),
        Parent(name="O. Adeyemi", lives_with=False),
    ),
    characteristics=("ehcp",),
    recorded_by=BY,
    recorded_at=NOW,
)
DELETED = PupilDeleted(
    pupil=PUPIL,
    ground="g",
    deleted_on=TODAY,
    conditions={},
    recorded_by=BY,
    recorded_at=NOW,
)


def registered(*events: PupilAdmitted | PupilDeleted) -> Registered:
    """What the registers say after some events."""
    nobody: Pupil | None = None
    pupil = reduce(evolve_pupil, events, nobody)
    assert pupil is not None
    return Registered("Elmbridge", pupil, [e for e in events if isinstance(e, PupilDeleted)])


def found(rule: str, on: date = TODAY) -> ThresholdMet:
    """A finding of which a return is made."""
    return ThresholdMet(
        alert=UUID(int=2),
        rule=rule,
        pupil=PUPIL,
        episode=1,
        met_on=Session(on, Half.AM),
        provisional=False,
        evidence=(),
        figures={"sessions": 30},
        terms={},
        source="SI 2024/208",
        raised_at=NOW,
    )


def test_every_kind_of_return_is_a_rule_of_the_catalogue() -> None:
    assert set(KINDS) <= set(RULES)
    assert {kind: RULES[kind].title for kind in KINDS} == KINDS


def test_a_new_pupil_s_return_tells_what_the_admission_register_has() -> None:
    told = contents_of("new-pupil-return", registered(ADMITTED), found("new-pupil-return"))

    assert (told.date_of_birth, told.sex, told.year_group) == (date(2016, 5, 5), Sex.MALE, "6")
    assert told.starting_day == ADMITTED.starting_day
    assert told.parents == ADMITTED.parents
    assert told.figures is None


def test_a_name_entered_for_a_day_to_come_is_told_with_that_day() -> None:
    finding = found("new-pupil-return", on=date(2026, 8, 1))

    assert contents_of(finding.rule, registered(ADMITTED), finding).starting_day == date(2026, 9, 3)


def test_a_deletion_return_tells_the_ground_and_only_the_parents_lived_with() -> None:
    told = contents_of("deletion-return", registered(ADMITTED, DELETED), found("deletion-return"))

    assert (told.ground, told.deleted_on) == ("g", TODAY)
    assert [each.name for each in told.parents] == ["N. Adeyemi"]
    assert told.date_of_birth is None


@pytest.mark.parametrize(
    ("name", "telephone"),
    [
        pytest.param("P. Adeyemi", "07701", id="the first to be tried"),
        pytest.param("p.  adeyemi ", "07701", id="written otherwise"),
        pytest.param("Q. Adeyemi", None, id="somebody else's"),
    ],
)
def test_a_parent_lived_with_is_told_with_the_number_of_the_contact_of_that_name(
    name: str, telephone: str | None
) -> None:
    by_contact = replace(
        ADMITTED,
        parents=(*ADMITTED.parents, Parent(name="P. Adeyemi", lives_with=True)),
        emergency_contacts=(
            EmergencyContact(name=name, telephones=("07701", "07702")),
            EmergencyContact(name="N. Adeyemi", telephones=("07703",)),
        ),
    )

    told = contents_of("deletion-return", registered(by_contact, DELETED), found("deletion-return"))

    assert [(each.name, each.telephone) for each in told.parents] == [
        ("N. Adeyemi", "07700"),
        ("P. Adeyemi", telephone),
    ]


def test_a_deletion_of_another_day_lends_a_return_no_ground() -> None:
    finding = found("deletion-return", on=TODAY - timedelta(days=1))

    assert contents_of(finding.rule, registered(ADMITTED, DELETED), finding).ground is None


def test_a_return_of_absence_tells_no_more_than_name_address_and_how_much() -> None:
    told = contents_of("sickness-return", registered(ADMITTED), found("sickness-return"))

    assert (told.legal_surname, told.address, told.upn) == ("Adeyemi", "4 Mill Lane", "A1")
    assert told.figures == {"sessions": 30}
    assert (told.absences, told.parents, told.date_of_birth) == ((), (), None)

"""The frozen JSON of the admission register's events, as `frozen_events` has it for the others."""

from datetime import UTC, date, datetime

from attendance.admission_entry import (
    AdmissionEntry,
    CharacteristicPeriod,
    EmergencyContact,
    LastSchool,
    Parent,
    Placement,
    Sex,
)
from attendance.admission_events import (
    Destination,
    NewAddress,
    PupilAdmitted,
    PupilDeleted,
    PupilDetailsChanged,
)
from attendance.events import Event
from attendance.identifiers import LaCode, PupilId
from attendance.signing import Signatory

BY = Signatory("Zoë O'Brien", "Class teacher")
AT = datetime(2026, 9, 7, 8, 5, 0, 123456, tzinfo=UTC)
PUPIL = PupilId("p-1")
SIGNED = (
    '"recorded_by":{"name":"Zoë O\'Brien","position":"Class teacher"},'
    '"recorded_at":"2026-09-07T08:05:00.123456Z"}'
)
ENTRY = AdmissionEntry(
    legal_surname="O'Neill",
    legal_forename="Siân",
    middle_names="Ada",
    known_as="Shan",
    date_of_birth=date(2015, 3, 4),
    sex=Sex.FEMALE,
    upn="H801200001001",
    ethnicity="WIRI",
    address="1 High Street",
    home_la_code=LaCode("887"),
    parents=(Parent(name="A. O'Neill", address="1 High Street", telephone="019", lives_with=True),),
    emergency_contacts=(
        EmergencyContact(name="C. O'Neill", relationship="aunt", telephones=("020", "021")),
        EmergencyContact(name="D. Doe", telephones=("022",)),
    ),
    last_school=LastSchool(name="Elm Grove", address="2 High Street"),
    expected_leaving_on=date(2031, 7, 22),
)
PERIODS = (
    CharacteristicPeriod(
        characteristic="fsm", starts_on=date(2026, 9, 3), ends_on=date(2026, 12, 18)
    ),
    CharacteristicPeriod(characteristic="looked-after", starts_on=date(2026, 10, 1)),
)
WRITTEN_PERIODS = (
    '"characteristic_periods":[{"characteristic":"fsm","starts_on":"2026-09-03",'
    '"ends_on":"2026-12-18"},{"characteristic":"looked-after","starts_on":"2026-10-01"}],'
)
WHO = (
    '"legal_surname":"O\'Neill","legal_forename":"Siân","middle_names":"Ada","known_as":"Shan",'
    '"date_of_birth":"2015-03-04","sex":"F","upn":"H801200001001","ethnicity":"WIRI",'
)
WHERE = (
    '"address":"1 High Street","home_la_code":"887",'
    '"parents":[{"name":"A. O\'Neill","address":"1 High Street","telephone":"019",'
    '"lives_with":true}],'
    '"emergency_contacts":[{"name":"C. O\'Neill","relationship":"aunt",'
    '"telephones":["020","021"]},{"name":"D. Doe","telephones":["022"]}],'
    '"last_school":{"name":"Elm Grove","address":"2 High Street"},'
    '"expected_leaving_on":"2031-07-22",'
)

FROZEN: list[tuple[Event, str, str]] = [
    (
        PupilAdmitted(
            pupil=PUPIL,
            legal_surname=ENTRY.legal_surname,
            legal_forename=ENTRY.legal_forename,
            middle_names=ENTRY.middle_names,
            known_as=ENTRY.known_as,
            date_of_birth=ENTRY.date_of_birth,
            sex=ENTRY.sex,
            upn=ENTRY.upn,
            ethnicity=ENTRY.ethnicity,
            year_group="7",
            groups=("7B",),
            starting_day=date(2026, 9, 3),
            boarder=True,
            address=ENTRY.address,
            home_la_code=ENTRY.home_la_code,
            parents=ENTRY.parents,
            emergency_contacts=ENTRY.emergency_contacts,
            last_school=ENTRY.last_school,
            expected_leaving_on=ENTRY.expected_leaving_on,
            characteristics=("ehcp",),
            characteristic_periods=PERIODS,
            recorded_by=BY,
            recorded_at=AT,
        ),
        "PupilAdmitted.v1",
        '{"pupil":"p-1",' + WHO + '"year_group":"7","groups":["7B"],"starting_day":"2026-09-03",'
        '"boarder":true,' + WHERE + '"characteristics":["ehcp"],' + WRITTEN_PERIODS + SIGNED,
    ),
    (
        PupilDetailsChanged(
            pupil=PUPIL,
            entry=ENTRY,
            starting_day=date(2026, 9, 3),
            placements=(
                Placement(from_on=date(2026, 9, 3), year_group="7", groups=("7B",), boarder=False),
                Placement(from_on=date(2026, 9, 21), year_group="7", groups=(), boarder=True),
            ),
            characteristics=PERIODS,
            effective_on=date(2026, 9, 21),
            changed=("known_as", "groups", "boarder"),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "PupilDetailsChanged.v1",
        '{"pupil":"p-1","changed":["known_as","groups","boarder"],"effective_on":"2026-09-21",'
        + WHO
        + '"starting_day":"2026-09-03","placements":[{"from_on":"2026-09-03","year_group":"7",'
        '"groups":["7B"],"boarder":false},{"from_on":"2026-09-21","year_group":"7","groups":[],'
        '"boarder":true}],' + WHERE + WRITTEN_PERIODS + SIGNED,
    ),
    (
        PupilDeleted(
            pupil=PUPIL,
            ground="g",
            deleted_on=date(2026, 9, 7),
            ground_arose_on=date(2026, 9, 4),
            conditions={"moved_on": "2026-09-04"},
            destination_school=Destination(name="Oakfield Academy", starts_on=date(2026, 9, 8)),
            new_address=NewAddress(
                address="9 Mill Lane", lives_with="A. O'Neill", from_on=date(2026, 9, 4)
            ),
            notes="Moved to Newtown.",
            recorded_by=BY,
            recorded_at=AT,
        ),
        "PupilDeleted.v1",
        '{"pupil":"p-1","ground":"g","deleted_on":"2026-09-07","ground_arose_on":"2026-09-04",'
        '"conditions":{"moved_on":"2026-09-04"},'
        '"destination_school":{"name":"Oakfield Academy","starts_on":"2026-09-08"},'
        '"new_address":{"address":"9 Mill Lane","lives_with":"A. O\'Neill",'
        '"from_on":"2026-09-04"},"notes":"Moved to Newtown.",' + SIGNED,
    ),
    (
        PupilDeleted(
            pupil=PUPIL,
            ground="i",
            deleted_on=date(2026, 10, 12),
            conditions={"joint_enquiries": True},
            recorded_by=BY,
            recorded_at=AT,
        ),
        "PupilDeleted.v1",
        '{"pupil":"p-1","ground":"i","deleted_on":"2026-10-12",'
        '"conditions":{"joint_enquiries":true},' + SIGNED,
    ),
]

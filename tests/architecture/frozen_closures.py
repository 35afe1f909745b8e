"""Of unplanned closures and a school's own rules: each event beside the JSON it is written as."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from attendance.calendar import CalendarYear, Closure, HalfTerm
from attendance.codes import Code
from attendance.entry_rules import CodeRequirement, EntryRules, Requirement, Subcode
from attendance.events import (
    Amendment,
    CalendarPublished,
    ClosureReversed,
    EntryRulesPublished,
    Event,
    Mark,
    MarksAmended,
    MarksRecorded,
    Signatory,
    UnplannedClosure,
)
from attendance.identifiers import AcademicYear, PupilId
from attendance.session import Half, Session

BY: Final = Signatory("Zoë O'Brien", "Headteacher")
AT: Final = datetime(2026, 9, 7, 8, 5, 0, 123456, tzinfo=UTC)
ON: Final = Session(date(2026, 9, 7), Half.AM)
CLOSURE: Final = UUID("6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69")
SIGNED: Final = (
    '"recorded_by":{"name":"Zoë O\'Brien","position":"Headteacher"},'
    '"recorded_at":"2026-09-07T08:05:00.123456Z"}'
)
SIGNED_FOR_IT: Final = f'{SIGNED[:-1]},"closure":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69"}}'
SHUT: Final = UnplannedClosure(
    closure=CLOSURE,
    sessions=(ON, Session(ON.on, Half.PM)),
    group="6B",
    reason="burst pipe",
    recorded_by=BY,
    recorded_at=AT,
)
RULES: Final = EntryRulesPublished(
    rules=EntryRules(
        (
            Subcode(
                subcode="I1",
                code=Code.I,
                in_force_from=date(2026, 9, 1),
                in_force_to=date(2027, 7, 31),
            ),
            Subcode(subcode="A2", code=Code.O, in_force_from=date(2026, 9, 1)),
        ),
        (
            CodeRequirement(
                code=Code.P, requirement=Requirement.DETAIL, in_force_from=date(2026, 9, 1)
            ),
        ),
    ),
    recorded_by=BY,
    recorded_at=AT,
)

FROZEN: Final[list[tuple[Event, str, str]]] = [
    (
        SHUT,
        "UnplannedClosure.v1",
        '{"closure":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","closed_sessions":['
        '{"date":"2026-09-07","session":"AM"},{"date":"2026-09-07","session":"PM"}],'
        '"group":"6B","reason":"burst pipe",' + SIGNED,
    ),
    (
        replace(SHUT, sessions=(ON,), group=None),
        "UnplannedClosure.v1",
        '{"closure":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","closed_sessions":['
        '{"date":"2026-09-07","session":"AM"}],"reason":"burst pipe",' + SIGNED,
    ),
    (
        ClosureReversed(closure=CLOSURE, reason="wrong day", recorded_by=BY, recorded_at=AT),
        "ClosureReversed.v1",
        '{"closure":"6a0d2a5e-7f9a-5d2c-8f0e-1f2d3c4b5a69","reason":"wrong day",' + SIGNED,
    ),
    (
        MarksRecorded(
            session=ON,
            group=None,
            marks=(Mark(PupilId("p-1"), Code.Y4, detail="snow"),),
            recorded_by=BY,
            recorded_at=AT,
            closure=CLOSURE,
        ),
        "MarksRecorded.v1",
        '{"date":"2026-09-07","session":"AM","marks":['
        '{"pupil":"p-1","code":"Y4","detail":"snow"}],' + SIGNED_FOR_IT,
    ),
    (
        MarksAmended(
            session=ON,
            amendments=(
                Amendment(pupil=PupilId("p-1"), original=Code.I, amended=Code.Y4, reason="snow"),
            ),
            recorded_by=BY,
            recorded_at=AT,
            closure=CLOSURE,
        ),
        "MarksAmended.v1",
        '{"date":"2026-09-07","session":"AM","amendments":['
        '{"pupil":"p-1","original":"I","amended":"Y4","reason":"snow"}],' + SIGNED_FOR_IT,
    ),
    (
        CalendarPublished(
            calendar=CalendarYear(
                AcademicYear("2026-27"),
                (HalfTerm("Autumn 1", date(2026, 9, 2), date(2026, 10, 23)),),
                (Closure(date(2026, 9, 7), "staggered start", None, ("R", "1")),),
            ),
            recorded_by=BY,
            recorded_at=AT,
        ),
        "CalendarPublished.v1",
        '{"year":"2026-27","half_terms":[{"name":"Autumn 1","starts":"2026-09-02",'
        '"ends":"2026-10-23"}],"closures":[{"date":"2026-09-07","reason":"staggered start",'
        '"year_groups":["R","1"]}],' + SIGNED,
    ),
    (
        RULES,
        "EntryRulesPublished.v1",
        '{"subcodes":[{"subcode":"I1","code":"I","in_force_from":"2026-09-01",'
        '"in_force_to":"2027-07-31"},{"subcode":"A2","code":"O","in_force_from":"2026-09-01"}],'
        '"requirements":[{"code":"P","requirement":"detail","in_force_from":"2026-09-01"}],'
        + SIGNED,
    ),
    (
        replace(RULES, rules=EntryRules(), recorded_by=None),
        "EntryRulesPublished.v1",
        '{"subcodes":[],"requirements":[],"recorded_at":"2026-09-07T08:05:00.123456Z"}',
    ),
]

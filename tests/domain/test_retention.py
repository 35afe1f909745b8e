"""Given a school's log, when a recording year is dropped, then what others rest on stays."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from architecture.frozen_events import FROZEN
from attendance.events import (
    AdmissionEvent,
    ClosureReversed,
    Event,
    MarksAmended,
    MarksRecorded,
    RetentionHoldLifted,
    RetentionHoldPlaced,
    ReturnAcknowledged,
    ThresholdLapsed,
    ThresholdMet,
    UnplannedClosure,
)
from attendance.identifiers import LaCode, PupilId
from attendance.retention import ENTRY_KINDS, Placed, going, story_of
from attendance.retention import deleted as deleted_ones
from attendance.retention_events import HoldId
from domain.given import OFFICER, REGISTERED, admitted, deleted
from statute.registers import am

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MET_ON = am(date(2026, 11, 20))
SNOW = UUID("00000000-0000-4000-8000-000000000001")
ALERT = UUID("00000000-0000-4000-8000-000000000002")
HOLD = HoldId(UUID("00000000-0000-4000-8000-000000000003"))
LEFT_ON = date(2027, 7, 20)


def log_of(*years: tuple[int, Sequence[Event]]) -> list[Placed]:
    """Lay events out by the year they were recorded in, at positions from 1."""
    told = [(year, event) for year, events in years for event in events]
    return [Placed(place, year, event) for place, (year, event) in enumerate(told, start=1)]


def gone(
    placed: Sequence[Placed], *dropped: int, needed: Collection[PupilId] = frozenset()
) -> list[int]:
    """List the positions that go, in order."""
    chosen = going(placed, dropped=dropped, needed=needed)
    return sorted(each for positions in chosen.positions.values() for each in positions)


def met(episode: int = 1, alert: UUID = ALERT) -> ThresholdMet:
    return ThresholdMet(
        alert=alert,
        rule="severe-absence",
        pupil=PupilId("ann"),
        episode=episode,
        met_on=MET_ON,
        provisional=False,
        evidence=(),
        figures={},
        terms={},
        source="",
        raised_at=AT,
    )


LAPSED = ThresholdLapsed(
    alert=ALERT,
    rule="severe-absence",
    pupil=PupilId("ann"),
    lapsed_on=MET_ON,
    reason="",
    lapsed_at=AT,
)
TAKEN = ReturnAcknowledged(
    statutory_return=HOLD,
    alert=ALERT,
    rule="attendance-return",
    pupil=PupilId("ann"),
    la_code=LaCode("886"),
    acknowledged_by=None,
    acknowledged_at=AT,
)
CLOSED = UnplannedClosure(
    closure=SNOW, sessions=(MET_ON,), group=None, reason="snow", recorded_by=OFFICER, recorded_at=AT
)
REVERSED = ClosureReversed(closure=SNOW, reason="", recorded_by=OFFICER, recorded_at=AT)
HELD = RetentionHoldPlaced(
    hold=HOLD, pupil=PupilId("ben"), reason="", recorded_by=OFFICER, recorded_at=AT
)
RELEASED = RetentionHoldLifted(hold=HOLD, reason="", recorded_by=OFFICER, recorded_at=AT)


def test_the_school_and_whoever_is_on_roll_stay() -> None:
    placed = log_of((2026, [REGISTERED, admitted("ann"), admitted("ben")]), (2027, []))

    assert gone(placed, 2026) == []


def test_a_pupil_who_left_goes_with_the_year_of_the_last_event_about_them() -> None:
    placed = log_of(
        (2026, [REGISTERED, admitted("ann"), admitted("ben"), deleted("ann", LEFT_ON)]), (2027, [])
    )

    assert gone(placed, 2026) == [2, 4]


def test_an_admission_stays_while_the_deletion_is_of_a_later_year() -> None:
    placed = log_of(
        (2026, [REGISTERED, admitted("ann")]), (2027, [deleted("ann", date(2028, 7, 20))])
    )

    assert gone(placed, 2026) == []
    assert gone(placed, 2026, 2027) == [2, 3]


def test_what_goes_of_earlier_years_is_told_apart() -> None:
    placed = log_of(
        (2026, [REGISTERED, admitted("ann")]), (2027, [deleted("ann", date(2028, 7, 20))])
    )

    assert going(placed, dropped=[2026, 2027], needed=()).positions == {2026: (2,), 2027: (3,)}


def test_a_pupil_who_came_back_stays_with_all_there_is_of_them() -> None:
    placed = log_of(
        (2026, [REGISTERED, admitted("ann"), deleted("ann", LEFT_ON)]),
        (2027, [admitted("ann", starting=date(2027, 9, 2))]),
    )

    assert gone(placed, 2026) == []
    assert gone(placed, 2026, 2027) == []


def test_a_pupil_who_is_needed_stays() -> None:
    left: list[AdmissionEvent] = [admitted("ann"), deleted("ann", LEFT_ON)]
    placed = log_of((2026, [REGISTERED, *left]), (2027, []))

    assert gone(placed, 2026, needed={PupilId("ann")}) == []


@pytest.mark.parametrize("goes_on", [met(), replace(HELD, pupil=PupilId("ann"))])
def test_a_pupil_stays_while_anything_of_them_goes_on(goes_on: Event) -> None:
    left: list[AdmissionEvent] = [admitted("ann"), deleted("ann", LEFT_ON)]
    placed = log_of((2026, [REGISTERED, *left]), (2027, [goes_on]))

    assert gone(placed, 2026) == []
    assert gone(placed, 2026, 2027) == [2, 3, 4]


def test_a_hold_on_the_school_needs_no_pupil() -> None:
    left: list[AdmissionEvent] = [admitted("ann"), deleted("ann", LEFT_ON)]
    placed = log_of((2026, [REGISTERED, *left]), (2027, [replace(HELD, pupil=None)]))

    assert gone(placed, 2026) == [2, 3]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(met(), LAPSED, id="an alert and its end"),
        pytest.param(met(), TAKEN, id="an alert and the acknowledgement of its return"),
        pytest.param(CLOSED, REVERSED, id="a closure and its reversal"),
        pytest.param(HELD, RELEASED, id="a hold and its lifting"),
    ],
)
def test_a_story_goes_whole_and_with_the_year_it_ended_in(first: Event, last: Event) -> None:
    over = log_of((2026, [REGISTERED, first, last]), (2027, []))
    going_on = log_of((2026, [REGISTERED, first]), (2027, [last]))

    assert gone(over, 2026) == [2, 3]
    assert gone(going_on, 2026) == []
    assert gone(going_on, 2026, 2027) == [2, 3]


def test_the_highest_number_of_an_alert_that_goes_is_kept() -> None:
    placed = log_of((2026, [met(episode=2, alert=SNOW), met(episode=1)]), (2027, [LAPSED]))

    assert going(placed, dropped=[2026], needed=()).episodes == 2
    assert going(placed, dropped=[], needed=()).episodes == 0


@pytest.mark.parametrize(("event", "kind", "payload"), FROZEN, ids=[kind for _, kind, _ in FROZEN])
def test_whatever_names_a_pupil_but_an_entry_is_of_a_story(
    event: Event, kind: str, payload: str
) -> None:
    """Or else it would stay for ever, as what is of the school does."""
    entry = isinstance(event, MarksRecorded | MarksAmended)

    assert (kind in ENTRY_KINDS) == entry
    assert (story_of(event) is None) >= entry
    if '"pupil"' in payload and not entry:
        assert story_of(event) is not None


def test_who_was_deleted_is_named() -> None:
    events: list[Event] = [admitted("ann"), admitted("ben"), deleted("ann", LEFT_ON)]

    assert deleted_ones(events) == {"ann"}

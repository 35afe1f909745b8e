"""Given two pupils with one unique pupil number, when one is entered, then the school is told."""

from dataclasses import replace
from datetime import date

from attendance.advice import of_upn
from attendance.events import AdmissionEvent, PupilAdmitted
from attendance.identifiers import PupilId
from domain.given import a_school, admitted, deleted


def with_upn(
    pupil: str, upn: str | None = "A123456789012", starting: date = date(2026, 6, 8)
) -> PupilAdmitted:
    return replace(admitted(pupil, starting=starting), upn=upn)


def told_of(*events: AdmissionEvent) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in of_upn(a_school(*events), PupilId("1"))]


def test_a_unique_pupil_number_of_two_pupils_on_roll_is_told() -> None:
    assert told_of(with_upn("1"), with_upn("2")) == [("/upn", "upn-of-another-pupil")]


def test_a_number_that_no_two_pupils_have_at_one_time_is_nobodys_concern() -> None:
    gone = deleted("2", date(2026, 9, 1))
    later = with_upn("1", starting=date(2026, 9, 2))

    assert told_of(with_upn("1"), with_upn("2", "B123456789012")) == []
    assert told_of(with_upn("1", None), with_upn("2", None)) == []
    assert told_of(with_upn("2"), gone, later) == []
    assert told_of(later, with_upn("2"), gone) == []

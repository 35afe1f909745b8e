"""What practitioners are told of a child, trigger by trigger."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.planned_absences import EVERY_SESSION
from attendance.rules.facts import Arrangement, Deleted, Entered, PupilFacts
from attendance.rules.finding import Finding
from attendance.rules.social_worker_absence import (
    DEFINITION,
    FROM_AUGUST_2024,
    social_worker_absence,
)
from attendance.session import Session
from statute.boundaries import lasting
from statute.circumstances import START, circumstances, held, pupil, twice_on_roll
from statute.registers import am, pm, register

HERE = "//////////"
MONDAY = date(2026, 9, 14)
LONG_AGO = date(2020, 9, 1)
CHILD = pupil(held("social-worker", LONG_AGO))


def found(
    *weeks: str | None, facts: PupilFacts = CHILD, trigger: str | None = None
) -> tuple[str, ...]:
    findings = social_worker_absence(register(*weeks, monday=MONDAY), facts)
    return lasting([each for each in findings if each.trigger == trigger])


def plan(kind: PlanKind, starts: Session, position: int = 7) -> Arrangement:
    return Arrangement(
        plan=UUID(int=1),
        kind=kind,
        code=Code.E if kind is PlanKind.EXCLUSION else Code.C2,
        starts=starts,
        ends=pm(date(2026, 12, 18)),
        pattern=EVERY_SESSION,
        position=position,
        stated_on=starts.on,
    )


@pytest.mark.parametrize(
    ("codes", "trigger"),
    [("NN", "unexplained"), ("GO", "unauthorised"), ("OU", "unauthorised")],
)
def test_a_run_is_told_once_at_its_first_session_and_ends_when_the_child_is_back(
    codes: str, trigger: str
) -> None:
    assert found(f"//{codes * 2}////", trigger=trigger) == ("2026-09-15 AM, 2026-09-17 AM",)


def test_a_run_has_its_first_session_alone_in_evidence() -> None:
    (run,) = social_worker_absence(register("//////NNNN", monday=MONDAY), CHILD)[:1]

    assert run.trigger == "unexplained"
    assert [entry.session for entry in run.evidence] == [am(date(2026, 9, 17))]
    assert run.provisional
    assert run.lapsed_on is None


def test_absence_with_leave_is_no_run_and_ends_one() -> None:
    assert found("..////....", trigger="unauthorised") == ()
    assert found("//O.//////", trigger="unauthorised") == ("2026-09-15 AM, 2026-09-15 PM",)


def test_an_absence_explained_as_unauthorised_ends_one_run_and_begins_another() -> None:
    week = "////NNOO//"

    assert found(week, trigger="unexplained") == ("2026-09-16 AM, 2026-09-17 AM",)
    assert found(week, trigger="unauthorised") == ("2026-09-17 AM, 2026-09-18 AM",)


@pytest.mark.parametrize("between", ["--", "44", "DD", "XX"])
def test_a_session_with_nothing_possible_or_not_entered_neither_ends_nor_begins_a_run(
    between: str,
) -> None:
    assert found(f"//OO{between}OO//", trigger="unauthorised") == ("2026-09-15 AM, 2026-09-18 AM",)


def test_a_run_goes_on_over_a_holiday() -> None:
    weeks = [*[HERE] * 5, "////////OO", None, "OO////////"]

    assert found(*weeks, trigger="unauthorised") == ("2026-10-23 AM, 2026-11-03 AM",)


def test_a_run_is_told_from_the_day_on_which_the_child_has_a_social_worker() -> None:
    from_wednesday = pupil(held("child-in-need", date(2026, 9, 16)))
    until_tuesday = pupil(held("child-in-need", LONG_AGO, date(2026, 9, 15)))

    assert found("OOOOOO////", facts=from_wednesday, trigger="unauthorised") == (
        "2026-09-16 AM, 2026-09-17 AM",
    )
    assert found("OOOOOO////", facts=until_tuesday, trigger="unauthorised") == (
        "2026-09-14 AM, 2026-09-16 AM",
    )


def test_nothing_is_told_of_other_children() -> None:
    assert social_worker_absence(register("NNNNOOOOGG", monday=MONDAY), pupil(held("ehcp"))) == ()


def test_half_of_the_year_missed_is_severe_with_leave_or_without() -> None:
    assert found("//..//----", trigger="severe") == ("2026-09-15 PM, 2026-09-16 AM",)


def test_severe_absence_is_told_from_the_day_on_which_the_child_has_a_social_worker() -> None:
    from_wednesday = pupil(held("looked-after", date(2026, 9, 16)))

    assert found("......////", facts=from_wednesday, trigger="severe") == ("2026-09-16 AM",)


def deleted(last_on: date) -> Entered:
    return Entered(START, START, 1, Deleted(last_on, date(2026, 10, 1), "h", 9))


def one(facts: PupilFacts) -> Finding:
    (finding,) = social_worker_absence((), facts)
    return finding


def test_a_deletion_is_told_with_the_last_session_on_roll() -> None:
    finding = one(pupil(held("looked-after", LONG_AGO), enrolments=(deleted(date(2026, 9, 30)),)))

    assert finding.trigger == "deletion"
    assert finding.met_on == pm(date(2026, 9, 30))
    assert (finding.evidence, finding.rests_on) == ((), (9,))


def test_a_deletion_is_told_of_a_child_who_had_a_social_worker_on_the_last_day() -> None:
    for last_held, told in ((date(2026, 9, 30), True), (date(2026, 9, 29), False)):
        facts = pupil(
            held("looked-after", LONG_AGO, last_held), enrolments=(deleted(date(2026, 9, 30)),)
        )

        assert bool(social_worker_absence((), facts)) is told


@pytest.mark.parametrize("kind", [PlanKind.PART_TIME_TIMETABLE, PlanKind.EXCLUSION])
def test_a_plan_is_told_from_its_first_session_as_soon_as_it_is_stated(kind: PlanKind) -> None:
    starts = pm(date(2026, 12, 9))

    finding = one(
        pupil(held("child-protection-plan", LONG_AGO), arrangements=(plan(kind, starts),))
    )

    assert finding.trigger == kind
    assert finding.met_on == starts
    assert (finding.evidence, finding.rests_on) == ((), (7,))
    assert not finding.provisional


def test_a_plan_is_told_of_a_child_with_a_social_worker_as_it_starts() -> None:
    arrangements = (plan(PlanKind.EXCLUSION, am(date(2026, 9, 21))),)
    for begins, told in ((date(2026, 9, 21), True), (date(2026, 9, 22), False)):
        facts = pupil(held("social-worker", begins), arrangements=arrangements)

        assert bool(social_worker_absence((), facts)) is told


@pytest.mark.parametrize(
    "kind", [kind for kind in PlanKind if kind not in {"part-time-timetable", "exclusion"}]
)
def test_other_plans_are_not_told(kind: PlanKind) -> None:
    facts = pupil(
        held("social-worker", LONG_AGO), arrangements=(plan(kind, am(date(2026, 9, 21))),)
    )

    assert social_worker_absence((), facts) == ()


def test_what_happened_before_the_terms_were_in_force_is_not_told() -> None:
    starts, first = am(date(2024, 7, 31)), am(date(2024, 8, 1))
    for session, told in ((starts, False), (first, True)):
        facts = pupil(
            held("social-worker", LONG_AGO), arrangements=(plan(PlanKind.EXCLUSION, session),)
        )

        assert bool(social_worker_absence((), facts)) is told


def test_findings_of_all_triggers_come_in_order_of_the_sessions_they_were_met_on() -> None:
    facts = pupil(
        held("social-worker", LONG_AGO),
        arrangements=(plan(PlanKind.EXCLUSION, am(date(2026, 9, 16))),),
    )

    findings = social_worker_absence(register("//O/////N/", monday=MONDAY), facts)

    assert [each.trigger for each in findings] == ["unauthorised", "exclusion", "unexplained"]


def test_a_child_none_of_whose_characteristics_matter_isn_t_walked() -> None:
    entries = register("OO////////", monday=MONDAY)

    assert DEFINITION.findings(circumstances(entries, pupil(held("ehcp"))), FROM_AUGUST_2024) == ()
    assert DEFINITION.findings(circumstances(entries, CHILD), FROM_AUGUST_2024)


def test_a_run_does_not_go_on_through_a_deletion_and_another_admission() -> None:
    twice = replace(CHILD, enrolments=twice_on_roll(date(2026, 9, 18), date(2026, 9, 28)))

    assert found("////////NN", None, "NN////////", facts=twice, trigger="unexplained") == (
        "2026-09-18 AM, 2026-09-28 AM",
        "2026-09-28 AM, 2026-09-29 AM",
    )

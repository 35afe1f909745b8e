"""What rules are told of a pupil agrees with the admission register, whatever happened to them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from attendance.admission import AdmitPupil, admit
from attendance.changing import ChangeDetails, PlacementChange, change_details
from attendance.deletion import DeletePupil, delete_pupil
from attendance.deletion_grounds import Letter
from attendance.errors import PlanUnknown, PupilUnknown, Refused
from attendance.events import Event
from attendance.identifiers import PupilId
from attendance.plan_events import LeaveOutcome
from attendance.plan_outcomes import DecideLeave, EndPlan, decide_leave, end_plan
from attendance.planned_absences import PlanId
from attendance.planning import PlanAbsence, plan_absence
from attendance.roll import Pupil
from attendance.rules.facts import PupilFacts
from attendance.rules.told import PupilEvent, told
from attendance.school import School, evolve
from attendance.session import Half, Session
from domain.given import OFFICER, URN, a_school
from domain.planned import ONE_OF_EACH
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.rolled import ENTRY, NOTHING
from thresholds.kept_facts import read_facts, written

ANN: Final = PupilId("ann")
NOW: Final = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
HORIZON: Final = tuple(date(2026, 9, 7) + timedelta(days=each) for each in range(42))


class Asked(NamedTuple):
    """Something asked of the admission register, or about a plan."""

    what: str
    on: date
    number: int  # of a plan: which kind, or which of those there are


ASKED: Final = st.lists(
    st.builds(
        Asked,
        st.sampled_from(
            (
                "admit",
                "delete",
                "move",
                "describe",
                *["plan"] * 5,
                "replace",
                "end",
                "withdraw",
                "grant",
                "refuse",
            )
        ),
        st.sampled_from(HORIZON[:-7]),
        st.integers(0, 11),
    ),
    max_size=14,
)


def happened(everything: list[Asked]) -> Iterator[tuple[Event, Pupil]]:
    """Carry out what isn't refused: each event with the pupil after it."""
    school, made = a_school(), 0
    for asked in [Asked("admit", HORIZON[0], 0), *everything]:
        made += 1
        try:
            events = [*_decided(school, asked, PlanId(UUID(int=made)))]
        except (PupilUnknown, PlanUnknown, Refused):
            continue
        school = evolve(school, events)
        yield from ((event, school.roll[ANN]) for event in events)


def _decided(school: School, asked: Asked, new: PlanId) -> Iterator[Event]:
    match asked.what:
        case "admit":
            yield admit(school, _admission(asked), NOW)
        case "delete":
            deletion = DeletePupil(
                pupil=ANN, ground=Letter.K, deleted_on=asked.on, conditions={}, by=OFFICER
            )
            yield delete_pupil(school, deletion, NOTHING, NOW)
        case "move" | "describe":
            changed = change_details(school, _change(asked), NOW, entered=False)
            yield from () if changed is None else (changed,)
        case "plan" | "replace":
            yield _planned(school, asked, new)
        case "end" | "withdraw":
            ends = Session(asked.on, Half.AM) if asked.what == "end" else None
            ended = EndPlan(
                pupil=ANN, plan=_one_of(school, asked), ends=ends, reason="-", by=OFFICER
            )
            yield end_plan(school, ended, NOW)
        case _:
            granted = LeaveOutcome.GRANTED if asked.what == "grant" else LeaveOutcome.REFUSED
            decision = DecideLeave(
                pupil=ANN,
                plan=_one_of(school, asked),
                outcome=granted,
                decided_on=ONE_OF_EACH[0].starts.on - timedelta(days=1),
                reason="-",
                by=OFFICER,
            )
            yield decide_leave(school, decision, NOW)


def _admission(asked: Asked) -> AdmitPupil:
    return AdmitPupil(
        pupil=ANN,
        entry=ENTRY,
        year_group="6",
        groups=("6A",),
        starting_day=asked.on,
        characteristics=("ehcp",),
        by=OFFICER,
    )


def _change(asked: Asked) -> ChangeDetails:
    if asked.what == "move":
        return ChangeDetails(
            pupil=ANN,
            entry={},
            placement=PlacementChange(groups=(f"6{asked.number}",), boarder=asked.number % 2 == 0),
            effective_on=asked.on,
            by=OFFICER,
        )
    words = ("looked-after",) if asked.number % 2 else ()
    return ChangeDetails(
        pupil=ANN,
        entry={},
        starting_day=asked.on if asked.number > 9 else None,
        characteristics=words,
        by=OFFICER,
    )


def _planned(school: School, asked: Asked, new: PlanId) -> Event:
    planned = ONE_OF_EACH[asked.number % len(ONE_OF_EACH)]
    replaces = _one_of(school, asked) if asked.what == "replace" else None
    command = PlanAbsence(pupil=ANN, planned=planned, replaces=replaces, by=OFFICER)
    return plan_absence(school, command, new, urn=URN, now=NOW)


def _one_of(school: School, asked: Asked) -> PlanId:
    plans = school.roll[ANN].plans if ANN in school.roll else ()
    return plans[asked.number % len(plans)].id if plans else PlanId(UUID(int=0))


def sessions() -> Iterator[Session]:
    return (Session(on, half) for on in HORIZON for half in Half)


def facts_after(everything: list[Asked]) -> Iterator[tuple[PupilFacts, Pupil]]:
    facts = None
    for position, (event, pupil) in enumerate(happened(everything), start=1):
        assert isinstance(event, PupilEvent)
        facts = told(facts, position, event)
        yield facts, pupil


@settings(max_examples=150, deadline=None)
@given(ASKED)
def test_rules_are_told_of_days_on_roll_placements_and_characteristics_as_they_are(
    everything: list[Asked],
) -> None:
    for facts, pupil in facts_after(everything):
        for on in HORIZON:
            assert facts.on_roll(on) == pupil.on_roll(on)
            placed, placement = facts.placed_on(on), pupil.placement_on(on)
            assert placed[1:] == (placement.year_group, placement.boarder, placement.groups)
            for word in ("ehcp", "looked-after"):
                assert facts.has(word, on) == pupil.has(word, on)


@settings(max_examples=150, deadline=None)
@given(ASKED)
def test_rules_are_told_of_the_plans_that_run_and_of_no_other(everything: list[Asked]) -> None:
    for facts, pupil in facts_after(everything):
        running = {plan.id: plan for plan in pupil.plans if plan.runs}
        for each in facts.arrangements:
            assert each.code is running[PlanId(each.plan)].code
            assert each.stated_on == NOW.date()
        covered = {
            (each.plan, session)
            for each in facts.arrangements
            for session in sessions()
            if each.covers(session)
        }
        assert covered == {
            (plan.id, session)
            for plan in running.values()
            for session in sessions()
            if plan.covers(session)
        }


@settings(max_examples=150, deadline=None)
@given(ASKED)
def test_facts_are_read_back_as_they_were_kept(everything: list[Asked]) -> None:
    for facts, _ in facts_after(everything):
        assert read_facts(written(facts)) == facts

"""What a person may decide on an alert, and what becomes of it then. Judges no entry.

Which outcomes there are, and which of them close the alert, its rule says. A penalty notice is
recorded here and issued by nobody: that is for an authorised officer (National Framework for
Penalty Notices, Working together to improve school attendance, in force 19 August 2024, chapter 6).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from attendance.advice import Advice
from attendance.calendar import london_date
from attendance.errors import AlertUnknown, DecisionRefused, Refusal
from attendance.events import (
    AlertConsidered,
    AlertEvent,
    Signatory,
    ThresholdMet,
)
from attendance.penalty_notices import NOTICE_ISSUED, NOTICE_WITHDRAWN, PenaltyNotice
from attendance.plan_terms import PlanKind
from attendance.rules.catalogue import RULES
from attendance.rules.facts import PupilFacts
from attendance.rules.penalty_notice_limits import next_notice
from attendance.rules.periods import year_of
from attendance.rules.rule import Outcome
from attendance.rules.standing import Standing, standing_after, standing_notices
from attendance.signing import unsigned
from attendance.wording import legible

LOOKED_AFTER: Final = "looked-after"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsiderAlert:
    """Decide on an alert."""

    alert: UUID
    outcome: str  # one of those of its rule
    reason: str
    through: date | None = None  # nothing new is raised up to that day
    notice: PenaltyNotice | None = None  # issued, or withdrawn
    by: Signatory | None  # None: nobody was named, which is refused


@dataclass(frozen=True, slots=True)
class _Case:
    """What is decided on: the alert, and everything said of the pupil."""

    met: ThresholdMet
    told: Sequence[AlertEvent]
    today: date

    @property
    def standing(self) -> Standing | None:
        """The alert as it stands; None once withdrawn."""
        stand = standing_after((), self.told)
        return next((each for each in stand if each.alert == self.met.alert), None)

    def notices(self) -> list[PenaltyNotice]:
        """List the notices that stand and were issued on this very alert."""
        return [
            each.notice
            for each in standing_notices(self.told)
            if each.notice is not None and each.alert == self.met.alert
        ]

    def closed_by(self) -> str | None:
        """The outcome that closed it last; None: none did."""
        closing = (
            each.outcome
            for each in reversed(self.told)
            if isinstance(each, AlertConsidered) and each.alert == self.met.alert and each.closes
        )
        return next(closing, None)


def consider_alert(
    told: Sequence[AlertEvent], command: ConsiderAlert, now: datetime
) -> AlertConsidered:
    """Record what a person decided on an alert.

    A decision is about all that came up to its day: what comes after may give new cause.

    Args:
        told: everything said of the pupil, or of the school's registers, in the order of the log.

    Raises:
        AlertUnknown: nothing among it is about the alert.
        DecisionRefused: every reason at once; a conflict where only the alert's standing forbids.
    """
    met = next((each for each in told if _is_raised_by(each, command.alert)), None)
    if not isinstance(met, ThresholdMet):
        raise AlertUnknown
    case = _Case(met, told, london_date(now))
    outcome = next((o for o in RULES[met.rule].outcomes if o.slug == command.outcome), None)
    refusals = list(_problems(case, command, outcome))
    if refusals or outcome is None or command.by is None:
        raise DecisionRefused(refusals)
    standing = case.standing
    last = case.today if standing is None else max(case.today, standing.met_on.on)
    return AlertConsidered(
        alert=met.alert,
        rule=met.rule,
        pupil=met.pupil,
        outcome=outcome.slug,
        reason=command.reason,
        closes=outcome.closes,
        through=command.through or last,
        notice=command.notice,
        decided_by=command.by,
        decided_at=now,
    )


def advice_on(told: Sequence[AlertEvent], facts: PupilFacts | None) -> list[Advice]:
    """Say what is expected beside the decision told last; nothing is refused for it.

    Args:
        told: everything said of the pupil, in the order of the log, up to a decision.
        facts: None where it is about a register.
    """
    *before, decision = told
    match decision:
        case AlertConsidered(outcome=outcome, notice=PenaltyNotice() as notice):
            return list(_advice(notice, before, facts)) if outcome == NOTICE_ISSUED else []
        case _:
            return []


def notices_to(told: Sequence[AlertEvent], parent: str) -> list[PenaltyNotice]:
    """List the notices to one parent for a pupil that stand, oldest first.

    Args:
        told: everything said of the pupil, in the order of the log.
    """
    notices = (each.notice for each in standing_notices(told))
    return [notice for notice in notices if notice is not None and notice.is_to(parent)]


def _advice(
    notice: PenaltyNotice, before: Sequence[AlertEvent], facts: PupilFacts | None
) -> Iterator[Advice]:
    if facts is not None and facts.has(LOOKED_AFTER, notice.issued_on):
        # An authority's own form takes none for such a pupil (Kent, 2016; read second-hand).
        detail = "The pupil is looked after: no notice without asking the authority first."
        yield Advice("/notice", "pupil-looked-after", detail)
    if facts is not None and _is_on_part_time_timetable(facts, notice.issued_on):
        # Kent expects no enforcement then (its policy, read second-hand); no law says so.
        detail = "The pupil is on a part-time timetable: ask the authority whether it enforces."
        yield Advice("/notice", "pupil-on-part-time-timetable", detail)
    if next_notice(notices_to(before, notice.parent), notice.issued_on).ask_authority:
        detail = "Counted from the first notice on it has another number; ask the authority."
        yield Advice("/notice", "years-read-in-two-ways", detail)


def leaves_closed(rule: str, outcome: str) -> bool:
    """Whether an alert is done with by a person's word, once this is the last decision on it.

    A notice is only withdrawn that was issued, and to issue it closed the alert.
    """
    closing = (each.slug for each in RULES[rule].outcomes if each.closes)
    return outcome == NOTICE_WITHDRAWN or outcome in closing


def _is_on_part_time_timetable(facts: PupilFacts, on: date) -> bool:
    return any(
        each.kind is PlanKind.PART_TIME_TIMETABLE
        and each.starts.on <= on
        and (each.ends is None or on <= each.ends.on)
        for each in facts.arrangements
    )


def _is_raised_by(event: AlertEvent, alert: UUID) -> bool:
    return isinstance(event, ThresholdMet) and event.alert == alert


def _problems(case: _Case, command: ConsiderAlert, outcome: Outcome | None) -> Iterator[Refusal]:
    yield from unsigned(command.by)
    if not legible(command.reason):
        yield Refusal("/reason", "reason-required", "Say why.")
    if outcome is None:
        detail = "Use an outcome of the alert's rule; GET /thresholds/v1/rules lists them."
        yield Refusal("/outcome", "outcome-unknown", detail)
        return
    yield from _problems_of_through(case, command, outcome)
    yield from _problems_of_notice(case, command, outcome)
    if outcome.slug != NOTICE_WITHDRAWN:  # which may be, whatever became of the alert since
        yield from _conflicts(case, command, outcome)


def _problems_of_through(
    case: _Case, command: ConsiderAlert, outcome: Outcome
) -> Iterator[Refusal]:
    if command.through is None:
        return
    if not outcome.may_postpone:
        detail = "With this outcome no day is given; leave it out."
        yield Refusal("/through", "through-not-expected", detail)
    elif command.through < case.today:
        yield Refusal("/through", "through-passed", "Give today or a day to come.")
    elif command.through > year_of(case.today).last:
        detail = (
            "Give a day of this academic year; what comes in the next is to be considered anew."
        )
        yield Refusal("/through", "through-too-far", detail)


def _problems_of_notice(case: _Case, command: ConsiderAlert, outcome: Outcome) -> Iterator[Refusal]:
    notice = command.notice
    if notice is None:
        if outcome.takes_notice:
            detail = "Give the parent and the day the notice was issued on."
            yield Refusal("/notice", "notice-required", detail)
    elif not outcome.takes_notice:
        detail = "With this outcome no notice is given; leave it out."
        yield Refusal("/notice", "notice-not-expected", detail)
    elif outcome.slug == NOTICE_WITHDRAWN:
        if not any(notice.is_the_same_as(each) for each in case.notices()):
            detail = "No notice to that parent of that day stands on this alert."
            yield Refusal("/notice", "no-such-notice", detail)
    else:
        yield from _problems_of_days(case, notice)


def _problems_of_days(case: _Case, notice: PenaltyNotice) -> Iterator[Refusal]:
    standing = case.standing
    if notice.issued_on > case.today:
        detail = "Record a notice once it was issued."
        yield Refusal("/notice/issued_on", "notice-in-future", detail)
    elif standing is not None and notice.issued_on < standing.met_on.on:
        detail = "The threshold wasn't met yet on that day."
        yield Refusal("/notice/issued_on", "notice-before-threshold", detail)
    received = notice.received_on
    if received is not None and received > case.today:
        detail = "Leave it out until the notice was received."
        yield Refusal("/notice/received_on", "notice-in-future", detail)
    elif received is not None and received < notice.issued_on:
        detail = "A notice isn't received before it is issued."
        yield Refusal("/notice/received_on", "received-before-issued", detail)


def _conflicts(case: _Case, command: ConsiderAlert, outcome: Outcome) -> Iterator[Refusal]:
    standing, notice = case.standing, command.notice
    if standing is None:
        detail = "Its ground is gone, so there is nothing left to decide."
        yield Refusal("", "alert-withdrawn", detail, conflict=True)
        return
    issued = notice if outcome.slug == NOTICE_ISSUED else None
    if _is_done_with(case, standing, outcome, issued):
        detail = "It is done with. What comes anew raises another alert."
        yield Refusal("", "alert-closed", detail, conflict=True)
    if issued is None:
        return
    if standing.provisional:
        # The guidance counts N, and nothing is to be enforced on an absence not explained yet.
        detail = "Establish the reason of every session the alert rests on first."
        yield Refusal("/outcome", "rests-on-n", detail, conflict=True)
    if not next_notice(notices_to(case.told, issued.parent), issued.issued_on).permitted:
        detail = "No further notice may be issued to this parent within three years of the first."
        yield Refusal("/notice", "notice-not-permitted", detail, conflict=True)


def _is_done_with(
    case: _Case, standing: Standing, outcome: Outcome, issued: PenaltyNotice | None
) -> bool:
    """Whether an alert has ended for such a decision.

    Not for a notice to the other parent, or in a mistake's place; nor for another day in the place
    of one that it is put off to still.
    """
    if standing.lapsed or standing.closed_through is None:
        return standing.lapsed
    closed_by = case.closed_by()
    if outcome.may_postpone and outcome.slug == closed_by:
        return standing.closed_through <= case.today  # put off no further than today
    if issued is None or closed_by != NOTICE_ISSUED:
        return True
    return any(each.is_to(issued.parent) for each in case.notices())

"""Reads of what the log itself says: of an alert's pupil, and of the numbers a school has set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from attendance.codec import decode
from attendance.events import AlertEvent, RuleTermsSet, TermsPeriod
from attendance.identifiers import Urn
from attendance.penalty_notices import PenaltyNotice
from attendance.rules.catalogue import RULES
from attendance.rules.considering import notices_to
from attendance.rules.penalty_notice_limits import NextNotice, next_notice
from attendance.rules.standing import standing_notices
from attendance.streams import alerts_stream, registers_stream, rules_stream
from eventlog import Connection, Guard, SchoolId, read_streams
from servicekit.caller import Caller
from servicekit.database import of_schools
from servicekit.errors import NotFound
from servicekit.service import Runtime

from thresholds import alerts_table
from thresholds.alerts_table import SchoolAlert
from thresholds.digest import Telling, digest_of


@dataclass(frozen=True, slots=True)
class Told:
    """Everything said in one stream of alerts, and where that stream stood."""

    stream: UUID
    tellings: Sequence[Telling]  # in the order of the log
    guard: Guard

    @property
    def events(self) -> list[AlertEvent]:
        """What was said, without its places."""
        return [each.event for each in self.tellings]


@dataclass(frozen=True, slots=True)
class StatedTerms:
    """The numbers a school has set, by rule, and where the stream that says so stood."""

    by_rule: Mapping[str, RuleTermsSet]  # as last set
    guard: Guard

    def of_rule(self, rule: str) -> tuple[TermsPeriod, ...]:
        """The periods set under one rule; none where it is judged by its own numbers."""
        stated = self.by_rule.get(rule)
        return () if stated is None else stated.periods


class NoticesTo(NamedTuple):
    """The penalty notices to one parent for a pupil that stand, and what another would be."""

    parent: str | None  # None: any parent without one
    earlier: Sequence[PenaltyNotice]  # oldest first
    following: NextNotice


async def visible_alert(runtime: Runtime, caller: Caller, alert: UUID) -> SchoolAlert:
    """Find an alert of a school that the caller may see.

    Raises:
        NotFound: there is none, or it is another school's.
    """
    async with of_schools(runtime.pool, caller.urns) as conn:
        found = await alerts_table.one(conn, alert)
    if found is None or not caller.may_see(found[0].urn, found[1]):
        raise NotFound("There is no such alert.")
    return found[0]


async def told_beside(conn: Connection, alert: SchoolAlert) -> Told:
    """Read everything said of an alert's pupil, or of its session's registers."""
    urn, record = Urn(alert.urn), alert.record
    if record.pupil is None:
        stream = registers_stream(urn, record.met_on)
    else:
        stream = alerts_stream(urn, record.pupil)
    stored = await read_streams(conn, SchoolId(urn), [stream])
    version = stored[-1].version if stored else 0
    return Told(stream, digest_of(stored).tellings, Guard(stream, version))


async def stated_terms(conn: Connection, urn: int) -> StatedTerms:
    """Read which numbers a school has set in the place of rules' own."""
    stream = rules_stream(Urn(urn))
    stored = await read_streams(conn, SchoolId(urn), [stream])
    events = [decode(event.kind, event.payload) for event in stored]
    by_rule = {event.rule: event for event in events if isinstance(event, RuleTermsSet)}
    return StatedTerms(by_rule, Guard(stream, stored[-1].version if stored else 0))


def next_notices(alert: SchoolAlert, told: Told, today: date) -> list[NoticesTo] | None:
    """Say what a penalty notice issued today would be, for each parent who has one and for others.

    Returns:
        None where the alert's rule knows no notices.
    """
    if not any(outcome.takes_notice for outcome in RULES[alert.record.rule].outcomes):
        return None
    events = told.events
    parents: list[str] = []
    for decision in standing_notices(events):
        notice = decision.notice
        if notice is not None and not any(notice.is_to(parent) for parent in parents):
            parents.append(notice.parent)
    of_parents = [_notices_to(parent, notices_to(events, parent), today) for parent in parents]
    return [*of_parents, _notices_to(None, [], today)]


def _notices_to(parent: str | None, earlier: Sequence[PenaltyNotice], today: date) -> NoticesTo:
    return NoticesTo(parent, earlier, next_notice(earlier, today))

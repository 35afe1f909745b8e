"""Carries out what persons ask: a decision on an alert, numbers to judge by. Read, decide, append.

Decided on what the log says, and appended only if no more was said meanwhile; the alerts' table is
written beside it, so that whoever reads next sees it. Holds no rule and no SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from uuid import uuid4

from attendance.advice import Advice
from attendance.codec import encode
from attendance.identifiers import Urn
from attendance.rules.considering import ConsiderAlert, advice_on, consider_alert
from attendance.rules.facts import PupilFacts
from attendance.rules.setting import SetTerms, set_terms
from attendance.streams import rules_stream
from eventlog import (
    Appended,
    Command,
    Connection,
    NewEvent,
    SchoolId,
    append,
    cursor_of,
    head,
)
from servicekit.commands import recording_instant, until_stored
from servicekit.database import of_school
from servicekit.service import Runtime

from thresholds import alerts_table, tables
from thresholds.alert_record import AlertRecord, Status, told
from thresholds.alerts_table import SchoolAlert
from thresholds.digest import Telling
from thresholds.processor import CONSUMER
from thresholds.queries import stated_terms, told_beside


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision: where it stands in the log, and how the alert stands after it."""

    appended: Appended
    status: Status
    advice: Sequence[Advice]


async def consider(
    runtime: Runtime, alert: SchoolAlert, considering: ConsiderAlert, command: Command
) -> Decided:
    """Record a decision on an alert.

    Raises:
        DecisionRefused: every reason at once.
        AlertUnknown: the log has nothing of it any more.
        SchoolBusy: others kept appending to the same school.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    async def store(conn: Connection) -> Appended:
        said = await told_beside(conn, alert)
        now = await recording_instant(runtime, conn, alert.urn)
        decided = consider_alert(said.events, considering, now)
        new = NewEvent(said.stream, *encode(decided))
        appended = await append(
            conn,
            SchoolId(alert.urn),
            [new],
            command=command,
            recorded_at=now,
            guards=[said.guard],
        )
        await _record(conn, alert, [*said.tellings, Telling(appended.position, decided)])
        return appended

    done = await until_stored(runtime, alert.urn, command, store)
    return await _decided(runtime, alert, done)


async def put_terms(runtime: Runtime, urn: int, setting: SetTerms) -> Appended:
    """Set the numbers that a school is judged by under a rule; said again, nothing is appended.

    Raises:
        RuleUnknown: the catalogue has no such rule.
        TermsRefused: every reason at once.
        SchoolBusy: others kept appending to the same school.

    Returns:
        `replayed` is true when the numbers were those already set.
    """
    command = Command(uuid4(), b"")

    async def store(conn: Connection) -> Appended:
        stated = await stated_terms(conn, urn)
        now = await recording_instant(runtime, conn, urn)
        decided = set_terms(stated.of_rule(setting.rule), setting, now)
        if decided is None:
            return Appended(await head(conn, SchoolId(urn)), replayed=True)
        return await append(
            conn,
            SchoolId(urn),
            [NewEvent(rules_stream(Urn(urn)), *encode(decided))],
            command=command,
            recorded_at=now,
            guards=[stated.guard],
        )

    return await until_stored(runtime, urn, command, store)


async def _record(conn: Connection, alert: SchoolAlert, tellings: Sequence[Telling]) -> None:
    """Write the decision to the alerts in use, with whatever they hadn't heard before it."""
    school = SchoolId(alert.urn)
    cursor = await cursor_of(conn, CONSUMER, school)
    if cursor is not None:
        await alerts_table.record(conn, school, cursor.version, _of_alert(alert, tellings))


async def _decided(runtime: Runtime, alert: SchoolAlert, done: Appended) -> Decided:
    """Say what came of a decision, as it was then: a retry is answered the same."""
    async with of_school(runtime.pool, alert.urn) as conn:
        said = await told_beside(conn, alert)
        facts = await _facts(conn, alert)
    so_far = [each for each in said.tellings if each.position <= done.position]
    first, *rest = _of_alert(alert, so_far)
    record = reduce(_heard, rest, _heard(None, first))
    return Decided(done, record.status, advice_on([each.event for each in so_far], facts))


async def _facts(conn: Connection, alert: SchoolAlert) -> PupilFacts | None:
    school, pupil = SchoolId(alert.urn), alert.record.pupil
    cursor = await cursor_of(conn, CONSUMER, school)
    if cursor is None or pupil is None:
        return None
    return (await tables.pupils(conn, school, cursor.version, [pupil])).get(pupil)


def _of_alert(alert: SchoolAlert, tellings: Sequence[Telling]) -> list[Telling]:
    return [each for each in tellings if each.event.alert == alert.record.alert]


def _heard(record: AlertRecord | None, telling: Telling) -> AlertRecord:
    return told(record, telling.event, telling.position)

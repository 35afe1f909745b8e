"""What a school shares with the Department of a day, made from the log. Sends nothing.

Judges nothing either: `attendance.daily_share` says whose sessions go, and which go again.
"""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from attendance.calendar import london_date
from attendance.census import Period
from attendance.daily_share import changed, in_share, refreshed_from
from attendance.entries import Whose
from attendance.roll import Pupil
from servicekit.caller import Caller, Scope

from register_api.commands import Registry
from register_api.exporting.entries import Histories, read_school
from register_api.exporting.known import KnownSchool, known_school
from register_api.schemas.exports import (
    ChangedSessionOut,
    DailyShareOut,
    DailyShareQuery,
    SharePupilOut,
    ShareSessionOut,
)

DAY: Final = timedelta(days=1)


async def daily_share_of(
    registry: Registry, caller: Caller, urn: int, query: DailyShareQuery
) -> tuple[bytes, KnownSchool]:
    """Make a school's share of a day, as JSON.

    Raises:
        ScopeMissing: the token may not read what the admission register states of pupils.
        NotFound: the school isn't the caller's to see.
        Problem: the log can't tell of that day.
    """
    caller.needs(Scope.ADMISSIONS_WRITE, Scope.AUDIT_READ)
    on = query.on or london_date(query.as_of or registry.runtime.clock())
    known = await known_school(registry, caller, urn, Period(on, on), query.as_of)
    entries: Histories = {}

    def take(found: Histories) -> None:
        """Keep what is told: the day's own entries, and those of before that changed."""
        for whose, history in found.items():
            if whose.session.on == on or changed(history):
                entries[whose] = history

    await read_school(registry, known, Period(refreshed_from(on), on), take)
    return await asyncio.to_thread(_share, known, on, entries), known


def _share(known: KnownSchool, on: date, entries: Histories) -> bytes:
    shared = [pupil for pupil in known.school.roll.values() if in_share(pupil, on)]
    shared.sort(key=lambda each: (each.legal_surname, each.legal_forename, each.pupil))
    share = DailyShareOut(
        urn=known.urn,
        la_code=known.details.la_code,
        on=on,
        as_of=known.as_of,
        position=known.position,
        pupils=[_pupil(known, pupil, on, entries) for pupil in shared],
    )
    return share.model_dump_json().encode()


def _pupil(known: KnownSchool, pupil: Pupil, on: date, entries: Histories) -> SharePupilOut:
    entry = pupil.entry
    enrolment = next(each for each in reversed(pupil.enrolments) if each.starting_day <= on)
    return SharePupilOut(
        pupil=pupil.pupil,
        legal_forename=entry.legal_forename,
        legal_surname=entry.legal_surname,
        date_of_birth=entry.date_of_birth,
        upn=entry.upn,
        sex=entry.sex,
        ethnicity=entry.ethnicity,
        looked_after=pupil.has("looked-after", on),
        previously_looked_after=pupil.has("previously-looked-after", on),
        sen_support=pupil.has("sen-support", on),
        ehcp=pupil.has("ehcp", on),
        fsm=pupil.has("fsm", on),
        child_in_need=pupil.has("child-in-need", on),
        child_protection_plan=pupil.has("child-protection-plan", on),
        year_group=pupil.placement_on(on).year_group,
        starting_day=enrolment.starting_day,
        expected_leaving_on=entry.expected_leaving_on,
        deleted_on=enrolment.deleted_on,
        sessions=list(_sessions(known, pupil, on, entries)),
        changed_since=list(_changed(known, pupil, on, entries)),
    )


def _sessions(
    known: KnownSchool, pupil: Pupil, on: date, entries: Histories
) -> Iterator[ShareSessionOut]:
    for session in known.school.calendar.sessions(on, on):
        history = entries.get(Whose(session, pupil.pupil))
        if history or pupil.on_roll(on):
            yield ShareSessionOut(session=session.half, code=history[-1].code if history else None)


def _changed(
    known: KnownSchool, pupil: Pupil, on: date, entries: Histories
) -> Iterator[ChangedSessionOut]:
    for session in known.school.calendar.sessions(refreshed_from(on), on - DAY):
        history = entries.get(Whose(session, pupil.pupil))
        if history:
            yield ChangedSessionOut(
                date=session.on,
                session=session.half,
                code=history[-1].code,
                changed_at=history[-1].recorded_at,
            )

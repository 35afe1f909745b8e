"""Makes the two extracts that are printed: a month's register, and a registration certificate.

Reads, and has laid out beside the loop what may be a whole school's month. Renders nothing.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from attendance.census import Period
from attendance.identifiers import PupilId
from servicekit.caller import Caller, Scope
from servicekit.errors import NotFound

from register_api.commands import Registry
from register_api.exporting.certificate import certificate_page
from register_api.exporting.entries import Histories, read_pupils, read_school
from register_api.exporting.entry_lines import Line, entry_lines
from register_api.exporting.known import KnownSchool, known_school
from register_api.exporting.month import MonthEntries, month_page, month_period
from register_api.exporting.stamp import Stamp, plain_of, stamped
from register_api.queries.period import must_be_a_period

PARENTS_FOR: Final = frozenset({Scope.ADMISSIONS_WRITE, Scope.AUDIT_READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What was laid out, to be given in one form or another."""

    template: str
    filename: str  # without its ending; names no pupil
    known: KnownSchool
    pupils: int
    plain: dict[str, Any]  # the page, as JSON has it
    stamp: Stamp
    lines: list[Line] | None  # of a file, where one is wanted


async def register_extract(
    registry: Registry,
    caller: Caller,
    urn: int,
    month: str,
    *,
    group: str | None,
    as_of: datetime | None,
    with_lines: bool,
) -> Extract:
    """Extract the register of a month, of a group or of the whole school.

    Args:
        month: as `2026-11`.

    Raises:
        NotFound: the school isn't the caller's to see.
        Problem: the log can't tell of that month.
    """
    period, now = month_period(month), registry.runtime.clock()
    known = await known_school(registry, caller, urn, period, as_of)
    entries = MonthEntries(known, group, lines=[] if with_lines else None)
    if group is None:
        await read_school(registry, known, period, entries.take)
    else:
        pupils = frozenset(
            pupil.pupil
            for pupil in known.school.roll.values()
            if any(group in placement.groups for placement in pupil.placements)
        )
        await read_pupils(registry, known, period, pupils, entries.take)
    return await asyncio.to_thread(_register, month, entries, caller, now)


async def certificate_extract(
    registry: Registry,
    caller: Caller,
    urn: int,
    pupil: PupilId,
    period: Period,
    *,
    as_of: datetime | None,
    with_lines: bool,
) -> Extract:
    """Extract what both registers state of a pupil over a period.

    Raises:
        NotFound: the school isn't the caller's to see, or never had the pupil.
        Problem: it is no period (422), or one that the log can't tell of.
    """
    must_be_a_period(period)
    now = registry.runtime.clock()
    known = await known_school(registry, caller, urn, period, as_of)
    found = known.school.roll.get(pupil)
    if found is None:
        raise NotFound("There is no such pupil at this school.")
    entries: Histories = {}
    await read_pupils(registry, known, period, {pupil}, entries.update)
    with_parents = not caller.scopes.isdisjoint(PARENTS_FOR)
    plain = plain_of(certificate_page(known, found, period, entries, with_parents=with_parents))
    shown = [(found, whose.session, history) for whose, history in entries.items()]
    return Extract(
        template="certificate",
        filename=f"certificate-{urn}-{period.first}-to-{period.last}",
        known=known,
        pupils=1,
        plain=plain,
        stamp=stamped(plain, caller, now),
        lines=list(entry_lines(shown)) if with_lines else None,
    )


def _register(month: str, entries: MonthEntries, caller: Caller, now: datetime) -> Extract:
    page = month_page(month, entries)
    plain = plain_of(page)
    return Extract(
        template="month",
        filename=f"register-{entries.known.urn}-{month}",
        known=entries.known,
        pupils=len(page.pupils),
        plain=plain,
        stamp=stamped(plain, caller, now),
        lines=entries.lines,
    )

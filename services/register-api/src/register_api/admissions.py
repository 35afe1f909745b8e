"""Carries out commands on the admission register: read, decide, append. No rule, and no SQL.

All are decided while the school's log is held, so none depends on what an entry made meanwhile
would have told.
"""

from datetime import date, datetime
from uuid import uuid4

from attendance.admission import AdmitPupil, admit
from attendance.calendar import london_date
from attendance.changing import ChangeDetails, change_details
from attendance.deletion import DeletePupil, Evidence, delete_pupil, looks_back
from attendance.roll import Pupil, evolve_pupil
from eventlog import Appended, Command, Connection, SchoolId

from register_api import one_pupil_table
from register_api.commands import Registry, append_decided, carry_out
from register_api.errors import AnotherRevision
from register_api.schools import Known


async def admit_pupil(
    registry: Registry, urn: int, admission: AdmitPupil, command: Command
) -> Appended:
    """Enter a pupil in the admission register, for the first time or again.

    Raises:
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        admitted = known.of_admissions(admit(known.school, admission, now))
        return await append_decided(conn, known, [admitted], command, now)

    return await carry_out(registry, urn, command, store)


async def change_pupil(
    registry: Registry, urn: int, change: ChangeDetails, revisions: frozenset[int] | None
) -> tuple[Appended, Pupil]:
    """Change a pupil's entry in the admission register; what is stated already appends nothing.

    Args:
        revisions: the entry must be at one of these; None: it may be at any.

    Returns:
        Where it came to stand, and the pupil as they are after it.

    Raises:
        AnotherRevision: the entry has changed since it was read.
        PupilUnknown: the register never had the pupil.
        Refused: every reason at once.
    """
    command = Command(uuid4(), b"")
    after: list[Pupil] = []

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        before = known.school.roll.get(change.pupil)
        if before is not None and revisions is not None and before.revision not in revisions:
            raise AnotherRevision("The entry has changed since you read it; read it again.")
        moved = await _entered_before(conn, known, before, change)
        changed = change_details(known.school, change, now, entered=moved)
        if before is None or changed is None:
            after[:] = [known.school.roll[change.pupil]]
            return Appended(known.position, replayed=True)
        after[:] = [evolve_pupil(before, changed)]
        return await append_decided(conn, known, [known.of_admissions(changed)], command, now)

    done = await carry_out(registry, urn, command, store)
    return done, after[0]


async def remove_pupil(
    registry: Registry, urn: int, deletion: DeletePupil, command: Command
) -> Appended:
    """Delete a pupil's name from the admission register. Whatever was entered stays.

    Raises:
        PupilUnknown: the register never had the pupil.
        Refused: every reason at once.
        EventLogError: the idempotency key is in flight or was used for another request.
    """

    async def store(conn: Connection, known: Known, now: datetime) -> Appended:
        evidence = await _evidence(conn, known, deletion, london_date(now))
        deleted = delete_pupil(known.school, deletion, evidence, now)
        return await append_decided(conn, known, [known.of_admissions(deleted)], command, now)

    return await carry_out(registry, urn, command, store)


async def _entered_before(
    conn: Connection, known: Known, pupil: Pupil | None, change: ChangeDetails
) -> bool:
    """Whether a starting day is to move behind an entry."""
    if pupil is None or change.starting_day is None:
        return False
    first, before = pupil.starting_day, change.starting_day
    return await one_pupil_table.entered(conn, SchoolId(known.urn), change.pupil, first, before)


async def _evidence(conn: Connection, known: Known, deletion: DeletePupil, today: date) -> Evidence:
    """Read what the register has of the pupil: nothing is entered of a day to come."""
    school, pupil, last = SchoolId(known.urn), deletion.pupil, deletion.deleted_on
    found = known.school.roll.get(pupil)
    if found is None:
        return Evidence(entries=[], entered_after=False)
    first = max(looks_back(deletion), found.enrolments[0].starting_day)
    entries = await one_pupil_table.entries(conn, school, pupil, first, today)
    return Evidence(
        entries=[entry for entry in entries if entry.session.on <= last],
        entered_after=any(entry.session.on > last for entry in entries),
    )

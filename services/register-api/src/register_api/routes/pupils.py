"""HTTP for the admission register. Translates; decides nothing, and holds no SQL."""

from collections.abc import Sequence
from typing import Annotated

from attendance.calendar import london_date
from attendance.school import Pupil
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import AdmissionsWriter, RegisterReader
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered
from servicekit.fields import UrnPath
from servicekit.paging import cursor_refused, decode_cursor, encode_cursor, link_next
from servicekit.problems import refusals

from register_api.access import must_see, registry_of, signatory, visible_school
from register_api.commands import admit_pupil
from register_api.refusals import ADMISSION_REFUSED, ALREADY_ADMITTED, NO_SCHOOL, SCHOOL_BUSY
from register_api.schemas.queries import RollQuery
from register_api.schemas.requests import PupilIn
from register_api.schemas.responses import AdmittedOut, PupilOut, PupilsOut

router = APIRouter()


@router.post(
    "/schools/{urn}/pupils",
    status_code=201,
    responses=refusals(
        ADMISSION_REFUSED, ALREADY_ADMITTED, NO_SCHOOL, SCHOOL_BUSY, *COMMAND_REFUSALS
    ),
)
async def admit(
    urn: UrnPath,
    body: PupilIn,
    caller: AdmissionsWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> AdmittedOut:
    """Enter a pupil in the admission register."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    admission = body.to_command(signatory(body.by, caller))
    done = await admit_pupil(registry, urn, admission, keyed.of(caller.client, urn))
    answered(request, response, done)
    return AdmittedOut(position=done.position, pupil=body.pupil)


@router.get("/schools/{urn}/pupils", responses=refusals(NO_SCHOOL))
async def pupils(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    response: Response,
    query: Annotated[RollQuery, Query()],
) -> PupilsOut:
    """List the pupils on roll on a day, by surname and forename."""
    registry = registry_of(request)
    async with registry.runtime.pool.acquire() as conn:
        known = await visible_school(registry, conn, caller, urn)
    roll = known.school.roll_on(query.on or london_date(registry.runtime.clock()), query.group)
    admitted = list(known.school.roll.values())
    last = _last_shown(admitted, query.cursor)
    rest = [pupil for pupil in roll if last is None or _sort_key(pupil) > _sort_key(last)]
    following = None
    if len(rest) > query.limit:
        following = encode_cursor([admitted.index(rest[query.limit - 1])])
    link_next(request, response, following)
    return PupilsOut(items=[_shown(pupil) for pupil in rest[: query.limit]], next=following)


def _last_shown(admitted: Sequence[Pupil], cursor: str | None) -> Pupil | None:
    """Find the pupil a page ended with; the cursor is their place in the admission register.

    A cursor stands in URLs, so it names nobody; and a place there is kept for ever.
    """
    resumed = decode_cursor(cursor, (int,))
    if resumed is None:
        return None
    place: int = resumed[0]
    if place >= len(admitted):
        raise cursor_refused()
    return admitted[place]


def _sort_key(pupil: Pupil) -> list[str]:
    return [pupil.legal_surname, pupil.legal_forename, pupil.pupil]


def _shown(pupil: Pupil) -> PupilOut:
    return PupilOut(
        pupil=pupil.pupil,
        legal_surname=pupil.legal_surname,
        legal_forename=pupil.legal_forename,
        date_of_birth=pupil.date_of_birth,
        year_group=pupil.year_group,
        groups=list(pupil.groups),
        starting_day=pupil.starting_day,
        boarder=pupil.boarder,
    )

"""HTTP for the admission register. Translates; decides nothing, and holds no SQL."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated

from attendance import advice
from attendance.advice import Advice
from attendance.identifiers import PupilId
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import AdmissionsWriter, PupilReader, RegisterReader
from servicekit.commands import COMMAND_REFUSALS, Keyed, answered, signatory
from servicekit.fields import PupilPath, UrnPath
from servicekit.paging import link_next
from servicekit.preconditions import (
    ETAG,
    PRECONDITION_FAILED,
    PRECONDITION_REQUIRED,
    IfMatch,
    etag,
    revisions_of,
)
from servicekit.problems import refusals

from register_api.access import must_see, registry_of
from register_api.admissions import admit_pupil, change_pupil, remove_pupil
from register_api.refusals import (
    ADMISSION_REFUSED,
    ALREADY_ADMITTED,
    ALREADY_DELETED,
    CHANGE_REFUSED,
    DELETION_REFUSED,
    NO_PUPIL,
    NO_SCHOOL,
    NOT_NOW,
    STARTING_DAY_FIXED,
)
from register_api.roll import advice_on, entry_of, roll_of
from register_api.schemas.deletions import DeletionIn
from register_api.schemas.pupils import PupilChangesIn, PupilIn
from register_api.schemas.queries import AsOf, RollQuery
from register_api.schemas.roll import (
    AdmittedOut,
    AdviceOut,
    ChangedOut,
    DeletedOut,
    PupilEntryOut,
    PupilsOut,
)

router = APIRouter()


@router.post(
    "/schools/{urn}/pupils",
    operation_id="admit_pupil",
    status_code=HTTPStatus.CREATED,
    responses=refusals(ADMISSION_REFUSED, ALREADY_ADMITTED, NO_SCHOOL, *NOT_NOW, *COMMAND_REFUSALS),
)
async def admit(
    urn: UrnPath,
    body: PupilIn,
    caller: AdmissionsWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> AdmittedOut:
    """Enter a pupil in the admission register, for the first time or again after a deletion."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    admission = body.to_command(signatory(body.by, caller))
    done = await admit_pupil(registry, urn, admission, keyed.of(caller.client, urn))
    answered(request, response, done)
    asked = _shown(await advice_on(registry, caller, urn, admission.pupil, done.position))
    return AdmittedOut(position=done.position, pupil=body.pupil, advice=asked)


@router.get("/schools/{urn}/pupils", responses=refusals(NO_SCHOOL))
async def list_pupils(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    response: Response,
    query: Annotated[RollQuery, Query()],
) -> PupilsOut:
    """List the pupils on roll on a day, by surname and forename."""
    page = await roll_of(registry_of(request), caller, urn, query)
    link_next(request, response, page.next)
    return page


@router.get(
    "/schools/{urn}/pupils/{pupil}",
    responses={200: {"headers": ETAG}, **refusals(NO_SCHOOL, NO_PUPIL)},
)
async def read_pupil(
    urn: UrnPath,
    pupil: PupilPath,
    caller: PupilReader,
    request: Request,
    response: Response,
    query: Annotated[AsOf, Query()],
) -> PupilEntryOut:
    """Read a pupil's entry in the admission register; its particulars are not for every token."""
    entry = await entry_of(registry_of(request), caller, urn, PupilId(pupil), query)
    response.headers["ETag"] = etag(entry.revision)
    return entry


@router.patch(
    "/schools/{urn}/pupils/{pupil}",
    responses={
        200: {"headers": ETAG},
        **refusals(
            CHANGE_REFUSED,
            STARTING_DAY_FIXED,
            PRECONDITION_REQUIRED,
            PRECONDITION_FAILED,
            NO_SCHOOL,
            NO_PUPIL,
            *NOT_NOW,
        ),
    },
)
async def change_pupil_details(
    urn: UrnPath,
    pupil: PupilPath,
    body: PupilChangesIn,
    caller: AdmissionsWriter,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
) -> ChangedOut:
    """Change what the admission register states of a pupil; what isn't sent stays."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    change = body.to_command(pupil, signatory(body.by, caller))
    done, after = await change_pupil(registry, urn, change, revisions_of(if_match))
    request.state.position = done.position
    response.headers["ETag"] = etag(after.revision)
    return ChangedOut(
        position=done.position,
        pupil=pupil,
        revision=after.revision,
        advice=_shown(await advice_on(registry, caller, urn, after.pupil, done.position)),
    )


@router.post(
    "/schools/{urn}/pupils/{pupil}/deletion",
    status_code=HTTPStatus.CREATED,
    responses=refusals(
        DELETION_REFUSED, ALREADY_DELETED, NO_SCHOOL, NO_PUPIL, *NOT_NOW, *COMMAND_REFUSALS
    ),
)
async def delete_pupil(
    urn: UrnPath,
    pupil: PupilPath,
    body: DeletionIn,
    caller: AdmissionsWriter,
    keyed: Keyed,
    request: Request,
    response: Response,
) -> DeletedOut:
    """Delete a pupil's name from the admission register on a ground of reg 9; erases nothing."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    deletion = body.to_command(pupil, signatory(body.by, caller))
    done = await remove_pupil(registry, urn, deletion, keyed.of(caller.client, urn))
    answered(request, response, done)
    asked = _shown(advice.of_deletion(deletion))
    return DeletedOut(position=done.position, pupil=pupil, advice=asked)


def _shown(asked: Iterable[Advice]) -> list[AdviceOut]:
    return [AdviceOut(pointer=each.pointer, code=each.code, detail=each.detail) for each in asked]

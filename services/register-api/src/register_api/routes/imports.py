"""HTTP for importing files of entries. Translates; decides nothing, and holds no SQL."""

import json
from typing import Annotated

from attendance.events import Signatory
from attendance.wording import legible
from eventlog import SchoolId
from fastapi import APIRouter, Query, Request, Response
from servicekit.caller import Caller, RegisterWriter
from servicekit.commands import COMMAND_REFUSALS, REPLAYED_HEADER, IdempotencyKey, KeyedCommand
from servicekit.fields import UrnPath
from servicekit.paging import decode_cursor, encode_cursor, link_next
from servicekit.problems import Problem, refusals
from servicekit.requests import allow_body

from register_api.access import registry_of
from register_api.importing.job import FileForm, Upload
from register_api.importing.reading import (
    cancelled,
    found_job,
    page_of_jobs,
    page_of_problems,
    seen,
)
from register_api.importing.receiving import receive
from register_api.importing.refused import (
    FILE_UNREADABLE,
    IMPORT_ENDED,
    NAME_THEM,
    OTHER_MEDIA_TYPE,
    PLACE_THEM,
    SIGNATORY_REQUIRED,
    TOO_MANY_IMPORTS,
    UPLOAD_STOPPED,
    unsigned,
)
from register_api.refusals import NO_SCHOOL
from register_api.schemas.imports import (
    FILE,
    FORMS,
    ByName,
    ByPosition,
    ImportId,
    ImportOut,
    ImportProblemOut,
    ImportProblemsOut,
    ImportProblemsQuery,
    ImportsOut,
    ImportsQuery,
)

router = APIRouter()


@router.post(
    "/schools/{urn}/imports",
    status_code=202,
    responses={
        **refusals(
            FILE_UNREADABLE,
            SIGNATORY_REQUIRED,
            OTHER_MEDIA_TYPE,
            UPLOAD_STOPPED,
            TOO_MANY_IMPORTS,
            IMPORT_ENDED,
            NO_SCHOOL,
            *COMMAND_REFUSALS,
        ),
        202: {
            "headers": {"Location": {"description": "the job's path", "schema": {"type": "string"}}}
        },
    },
    openapi_extra=FILE,
)
async def begin_import(
    urn: UrnPath,
    caller: RegisterWriter,
    idempotency_key: IdempotencyKey,
    request: Request,
    response: Response,
    by_name: ByName = None,
    by_position: ByPosition = None,
) -> ImportOut:
    """Send a file of original entries, to be made into registers; answered once all of it is here.

    A register, which is what the file says of one date, session and group, is stored whole or not
    at all, as if it were posted by itself.
    """
    registry = registry_of(request)
    async with seen(registry, caller, urn):
        form, by = _form(request), _signatory(by_name, by_position, caller)
    said = f"{request.method} {request.url.path}\n{form}\n{json.dumps([by.name, by.position])}\n"
    command = KeyedCommand(idempotency_key, b"").of(caller.client, urn).id
    upload = Upload(school=SchoolId(urn), command=command, form=form, by=by)
    allow_body(request.scope, registry.runtime.settings.import_limit_bytes)
    received = await receive(registry, upload, said.encode(), request.stream())
    response.headers["Location"] = f"{request.url.path}/{received.job.id}"
    if received.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return ImportOut.of(received.job)


@router.get("/schools/{urn}/imports", responses=refusals(NO_SCHOOL))
async def list_imports(
    urn: UrnPath,
    caller: RegisterWriter,
    request: Request,
    response: Response,
    query: Annotated[ImportsQuery, Query()],
) -> ImportsOut:
    """List a school's imports, newest first; each is kept for thirty days after its end."""
    resumed = decode_cursor(query.cursor, (int,))
    jobs, last = await page_of_jobs(
        registry_of(request),
        caller,
        urn,
        before=resumed[0] if resumed else None,
        limit=query.limit,
    )
    following = None if last is None else encode_cursor([last])
    link_next(request, response, following)
    return ImportsOut(items=[ImportOut.of(job) for job in jobs], next=following)


@router.get("/schools/{urn}/imports/{id}", responses=refusals(NO_SCHOOL))
async def read_import(
    urn: UrnPath, import_id: ImportId, caller: RegisterWriter, request: Request
) -> ImportOut:
    """Read how far an import has come."""
    return ImportOut.of(await found_job(registry_of(request), caller, urn, import_id))


@router.get("/schools/{urn}/imports/{id}/problems", responses=refusals(NO_SCHOOL))
async def list_import_problems(
    urn: UrnPath,
    import_id: ImportId,
    caller: RegisterWriter,
    request: Request,
    response: Response,
    query: Annotated[ImportProblemsQuery, Query()],
) -> ImportProblemsOut:
    """List what is wrong with an import's rows, by line of the file, as far as it has come."""
    resumed = decode_cursor(query.cursor, (int, str, str))
    job, problems, more = await page_of_problems(
        registry_of(request),
        caller,
        urn,
        import_id,
        after=(resumed[0], resumed[1], resumed[2]) if resumed else None,
        limit=query.limit,
    )
    last = problems[-1] if more else None
    following = encode_cursor([last.line, last.field, last.code]) if last else None
    link_next(request, response, following)
    shown = [ImportProblemOut.of(problem, job.form) for problem in problems]
    return ImportProblemsOut(items=shown, next=following)


@router.post(
    "/schools/{urn}/imports/{id}/cancellation", responses=refusals(IMPORT_ENDED, NO_SCHOOL)
)
async def cancel_import(
    urn: UrnPath, import_id: ImportId, caller: RegisterWriter, request: Request
) -> ImportOut:
    """End an import, its upload too, or between two registers; what it stored stays.

    Said again, nothing changes.
    """
    return ImportOut.of(await cancelled(registry_of(request), caller, urn, import_id))


def _form(request: Request) -> FileForm:
    """Tell what the file is from its media type."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in FORMS:
        raise Problem(OTHER_MEDIA_TYPE, "Say in Content-Type which of the two this is.")
    return FORMS[media_type]


def _signatory(name: str | None, position: str | None, caller: Caller) -> Signatory:
    """Name who answers for the entries: the person given, else the person whose token it is."""
    by = Signatory(name or "", position or "")
    if name is None and position is None and caller.signatory is not None:
        by = caller.signatory
    said = ((by.name, NAME_THEM), (by.position, PLACE_THEM))
    if wrong := [item for words, item in said if not legible(words)]:
        raise unsigned(wrong)
    return by

"""HTTP for the code table. Translates; decides nothing."""

from typing import Annotated

from attendance.codes import CODE_TABLE, CodeDefinition, in_force
from attendance.session import Half
from fastapi import APIRouter, Query
from servicekit.caller import RegisterReader

from register_api.schemas.queries import CodesQuery
from register_api.schemas.responses import CodeOut, CodesOut

router = APIRouter()


@router.get("/codes")
async def list_codes(
    _caller: RegisterReader,
    query: Annotated[CodesQuery, Query()],
) -> CodesOut:
    """List the national codes with their legal, statistical and physical view."""
    table = [
        row for code, row in CODE_TABLE.items() if query.on is None or in_force(code, query.on)
    ]
    return CodesOut(items=[_shown(row) for row in table])


def _shown(row: CodeDefinition) -> CodeOut:
    return CodeOut(
        code=row.code,
        description=row.description,
        legal=row.legal,
        statistical=row.statistical,
        physical=row.physical,
        sessions=[half for half in Half if half in row.halves],
        constraints=row.constraints,
        detail_required=row.detail_required,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        source=row.source,
    )

"""HTTP for a school's own rules for entries. Translates; decides nothing, and holds no SQL."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from servicekit.caller import RegisterReader, SchoolsWriter
from servicekit.commands import signatory
from servicekit.database import of_school
from servicekit.fields import UrnPath
from servicekit.problems import refusals

from register_api.access import must_see, registry_of, visible_school
from register_api.commands import put_entry_rules
from register_api.refusals import ENTRY_RULES_REFUSED, NO_SCHOOL, NOT_NOW
from register_api.schemas.entry_rules import EntryRulesIn, EntryRulesOut
from register_api.schemas.queries import NoQuery
from register_api.schemas.responses import PositionOut

router = APIRouter()


@router.put(
    "/schools/{urn}/entry-rules", responses=refusals(ENTRY_RULES_REFUSED, NO_SCHOOL, *NOT_NOW)
)
async def publish_entry_rules(
    urn: UrnPath, body: EntryRulesIn, caller: SchoolsWriter, request: Request
) -> PositionOut:
    """Publish the school's subcodes and further requirements, in place of any before them."""
    registry = registry_of(request)
    await must_see(registry, caller, urn)
    put = await put_entry_rules(registry, urn, body.to_rules(), signatory(body.by, caller))
    request.state.position = put.position
    return PositionOut(position=put.position)


@router.get("/schools/{urn}/entry-rules", responses=refusals(NO_SCHOOL))
async def read_entry_rules(
    urn: UrnPath,
    caller: RegisterReader,
    request: Request,
    _query: Annotated[NoQuery, Query()],
) -> EntryRulesOut:
    """Read the school's subcodes and further requirements, beside the law's own."""
    registry = registry_of(request)
    async with of_school(registry.runtime.pool, urn) as conn:
        known = await visible_school(registry, conn, caller, urn)
    return EntryRulesOut.of(known.school.entry_rules)

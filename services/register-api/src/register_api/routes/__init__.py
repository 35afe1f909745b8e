"""HTTP to commands and queries. No rule, no SQL."""

from fastapi import APIRouter

from register_api.routes import (
    closures,
    codes,
    entries,
    entry_rules,
    events,
    exports,
    holds,
    imports,
    plans,
    pupils,
    registers,
    schools,
)

router = APIRouter()
# The busiest is found first.
for part in (
    registers,
    entries,
    pupils,
    plans,
    schools,
    events,
    codes,
    closures,
    entry_rules,
    imports,
    exports,
    holds,
):
    router.include_router(part.router)

"""HTTP to commands and queries. No rule, no SQL."""

from fastapi import APIRouter

from register_api.routes import codes, entries, events, pupils, registers, schools

router = APIRouter()
for part in (registers, entries, pupils, schools, events, codes):  # the busiest is found first
    router.include_router(part.router)

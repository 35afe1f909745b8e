"""HTTP to queries. No rule, no SQL."""

from fastapi import APIRouter

from thresholds.routes import alerts, attendance

router = APIRouter()
for part in (attendance, alerts):
    router.include_router(part.router)

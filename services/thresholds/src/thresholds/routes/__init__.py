"""HTTP to queries. No rule, no SQL."""

from fastapi import APIRouter

from thresholds.routes import alerts, attendance, benchmarks, cohorts, figures, rules, simulations

router = APIRouter()
for part in (attendance, figures, cohorts, benchmarks, alerts, rules, simulations):
    router.include_router(part.router)

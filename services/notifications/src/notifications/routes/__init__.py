"""All routes of this service."""

from fastapi import APIRouter

from notifications.routes import deliveries, subscriptions

router = APIRouter()
router.include_router(subscriptions.router)
router.include_router(deliveries.router)

"""All routes of this service."""

from fastapi import APIRouter

from notifications.routes import deliveries, feeds, operations, replays, returns, subscriptions

router = APIRouter()
router.include_router(subscriptions.router)
router.include_router(feeds.router)
router.include_router(replays.router)
router.include_router(deliveries.router)
router.include_router(returns.router)
router.include_router(operations.router)

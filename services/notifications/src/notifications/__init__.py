"""Delivers facts to local authorities and proves it delivered."""

from servicekit.service import Service

from notifications.access import NAME
from notifications.codec import PREFIX
from notifications.dropped_table import forget_dropped
from notifications.ending import run_endings
from notifications.forgetting import forget_secrets
from notifications.projector import consumers
from notifications.refusals import KINDS
from notifications.replaying import run_replays
from notifications.routes import router
from notifications.sender import send_deliveries
from notifications.watching import check_deliveries, watch_deliveries
from notifications.webhooks import webhooks

service = Service(
    name=NAME,
    title="Rollbook notifications",
    description="Signed webhooks to local authorities: in order, at least once, on record.",
    prefix=PREFIX,
    role="rollbook_notifications",
    router=router,
    problems=KINDS,
    consumers=consumers,
    workers=(send_deliveries, run_replays, run_endings, watch_deliveries, forget_secrets),
    checks=check_deliveries,
    forget_dropped=forget_dropped,
    webhooks=webhooks,
)

"""Turns absence into percentages and alerts: follows the log and tells it what the rules find."""

from servicekit.service import Service

from thresholds.access import NAME
from thresholds.processor import processor
from thresholds.refusals import KINDS
from thresholds.routes import router

service = Service(
    name=NAME,
    title="Rollbook thresholds",
    description="Attendance figures of pupils, and alerts where the law sets a threshold.",
    prefix="/thresholds/v1",
    role="rollbook_thresholds",
    router=router,
    problems=KINDS,
    consumers=lambda runtime: (processor(runtime.clock),),
)

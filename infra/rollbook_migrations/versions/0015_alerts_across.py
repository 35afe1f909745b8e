"""The newest alerts of many schools are read off an index, and not off the whole table.

Whoever sees more than one school lists them by when they were raised, a page at a time; most often
those that are open. Runs before or after the code: older code lists alerts the slow way.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = (
    "CREATE INDEX alert_newest_of_all ON thresholds.alert (raised_at, alert)",
    """
CREATE INDEX alert_newest_open ON thresholds.alert (raised_at, alert) WHERE status = 'open'
""",
)


def upgrade() -> None:
    """Index alerts by when they were raised."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in INDEXES:
        op.execute(statement)

"""How an endpoint fares: failures in a row, when it is looked at again, and what operators read.

Runs before the code. Older code goes on meanwhile: to it every circuit is closed.
"""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CIRCUIT = """
ALTER TABLE notifications.subscription
  ADD COLUMN failures         int NOT NULL DEFAULT 0,  -- attempts failed since one succeeded
  ADD COLUMN failing_since    timestamptz,             -- the first of them
  ADD COLUMN probe_at         timestamptz,             -- circuit open: nothing goes out before
  ADD COLUMN disabled_because text CHECK (disabled_because IN ('gone', 'failing')),
  ADD CHECK ((failures = 0) = (failing_since IS NULL)),
  ADD CHECK (probe_at IS NULL OR failures > 0)
"""

# Until now nothing but a 410 disabled one.
DISABLED_SO_FAR = """
UPDATE notifications.subscription SET disabled_because = 'gone' WHERE status = 'disabled'
"""

# A subscription's, like an attempt (0004), and as unalterable.
ENDPOINT_EVENTS = (
    """
CREATE TABLE notifications.endpoint_event (
    number          bigint      PRIMARY KEY,  -- 1..n, in the order of commits
    subscription_id uuid        NOT NULL REFERENCES notifications.subscription,
    kind            text        NOT NULL CHECK (kind IN ('failing', 'disabled', 'recovered')),
    because         text        CHECK (because IN ('gone', 'failing')),
    happened_at     timestamptz NOT NULL,
    CHECK ((because IS NULL) = (kind <> 'disabled'))
)
""",
    """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON notifications.endpoint_event
FOR EACH ROW EXECUTE FUNCTION notifications.refuse_change()
""",
    """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON notifications.endpoint_event
FOR EACH STATEMENT EXECUTE FUNCTION notifications.refuse_change()
""",
    Path(__file__).with_name("0012_refuse_change.sql").read_text(),
    "GRANT SELECT, INSERT ON notifications.endpoint_event TO rollbook_notifications",
)

# How many were given up is asked by every look at /ready.
GIVEN_UP = """
CREATE INDEX delivery_given_up ON notifications.delivery (subscription_id, created_at)
 WHERE status = 'undelivered'
"""


def upgrade() -> None:
    """Make room for circuits and for what operators are told of them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    for statement in (CIRCUIT, DISABLED_SO_FAR, *ENDPOINT_EVENTS, GIVEN_UP):
        op.execute(statement)

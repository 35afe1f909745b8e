"""What a subscription is owed, numbered without a gap; replays of it; a secret on its way out.

Runs before the code, while no service does: older code adds deliveries without a number.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The row is locked until its transaction commits: who reads up to a number has all before it.
FEED = """
CREATE TABLE notifications.feed (
    subscription_id uuid   PRIMARY KEY REFERENCES notifications.subscription,
    sequence        bigint NOT NULL  -- of the last delivery the subscription was owed
)
"""

NUMBERED = (
    """
ALTER TABLE notifications.delivery
  ADD COLUMN sequence  bigint,  -- 1..n of the subscription
  ADD COLUMN replay_id uuid     -- the last replay that took it up again; NULL: none has
""",
    """
UPDATE notifications.delivery AS d SET sequence = n.sequence
  FROM (SELECT school_id, subscription_id, position,
               row_number() OVER (PARTITION BY subscription_id
                                  ORDER BY created_at, school_id, position) AS sequence
          FROM notifications.delivery) AS n
 WHERE d.school_id = n.school_id AND d.subscription_id = n.subscription_id
   AND d.position = n.position
""",
    "ALTER TABLE notifications.delivery ALTER COLUMN sequence SET NOT NULL",
    """
CREATE UNIQUE INDEX delivery_in_feed ON notifications.delivery (subscription_id, sequence)
""",
    """
CREATE INDEX delivery_undelivered ON notifications.delivery (subscription_id, sequence)
 WHERE status = 'undelivered'
""",
    """
INSERT INTO notifications.feed (subscription_id, sequence)
SELECT subscription_id, max(sequence) FROM notifications.delivery GROUP BY subscription_id
""",
)

# Of a subscription and of no school, like what it takes up again: see 0004.
REPLAYS = (
    """
CREATE TABLE notifications.replay (
    id              uuid        PRIMARY KEY,
    subscription_id uuid        NOT NULL REFERENCES notifications.subscription,
    total           int         NOT NULL,
    delivered       int,                  -- counted up at the end, as is the next
    undelivered     int,
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz
)
""",
    """
CREATE UNIQUE INDEX replay_running ON notifications.replay (subscription_id)
 WHERE finished_at IS NULL
""",
    """
CREATE TABLE notifications.replay_item (
    school_id int    NOT NULL,
    replay_id uuid   NOT NULL REFERENCES notifications.replay,
    position  bigint NOT NULL,  -- of the message
    sequence  bigint NOT NULL,  -- of the delivery: the order in which they are taken up
    status    text   NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'sending', 'delivered', 'undelivered')),
    PRIMARY KEY (school_id, replay_id, position)
) WITH (fillfactor = 80)
""",
    """
CREATE INDEX replay_item_in_order ON notifications.replay_item (replay_id, status, sequence)
""",
    "SELECT eventlog.keep_apart('notifications.replay_item')",
)

# While it is still good, deliveries are signed with both.
ROTATION = """
ALTER TABLE notifications.subscription
  ADD COLUMN previous_secret bytea,       -- encrypted; NULL: there was none, or it is deleted
  ADD COLUMN previous_until  timestamptz
"""

GRANTS = (
    """
GRANT SELECT, INSERT, UPDATE ON notifications.feed, notifications.replay TO rollbook_notifications
""",
    """
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.replay_item TO rollbook_notifications
""",
)


def upgrade() -> None:
    """Number what was owed so far, and make room for replays and rotations."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    for statement in (FEED, *NUMBERED, *REPLAYS, ROTATION, *GRANTS):
        op.execute(statement)

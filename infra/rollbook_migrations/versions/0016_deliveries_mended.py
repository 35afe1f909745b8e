"""Long lists off an index, endings and replays a step at a time, and more kept of what went wrong.

A delivery is no longer marked as under way: that its lane is leased says so. Runs before the code,
while no service does: older code marks deliveries as before.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

DELIVERIES = (
    "UPDATE notifications.delivery SET status = 'pending' WHERE status = 'sending'",
    """
ALTER TABLE notifications.delivery
 DROP CONSTRAINT delivery_status_check,
  ADD CHECK (status IN ('pending', 'delivered', 'undelivered', 'cancelled'))
""",
)

# What waits for a subscription is cancelled after it was ended, some of it at a time.
ENDINGS = """
ALTER TABLE notifications.subscription
  ADD COLUMN ending boolean NOT NULL DEFAULT false,  -- deleted, and not all is cancelled yet
  ADD CHECK (NOT ending OR status = 'deleted')
"""

# Five days of failing are days on which something was tried. Of a failure before this column nobody
# knows how long ago it was, so they are counted from the next one.
CIRCUIT = """
ALTER TABLE notifications.subscription
  ADD COLUMN failed_at timestamptz  -- the last of its failures
"""

# While its messages wait behind news, a replay is looked at less and less often.
REPLAYS = """
ALTER TABLE notifications.replay
  ADD COLUMN looks_in_vain smallint NOT NULL DEFAULT 0,  -- since a message was put back
  ADD COLUMN look_at       timestamptz                   -- not before; NULL: at any time
"""

# A return that a person sent and that was then withdrawn: the authority must hear of that too.
RETURNS = (
    """
ALTER TABLE notifications.statutory_return
  ADD COLUMN handed_over             boolean NOT NULL DEFAULT false,  -- on the newest version alone
  ADD COLUMN withdrawal_submitted_on date,
  ADD COLUMN withdrawal_submission   json,  -- how, with which reference, and by whom
  ADD COLUMN withdrawal_untold       boolean NOT NULL GENERATED ALWAYS AS (
      withdrawn_at IS NOT NULL AND handed_over AND sent_at IS NULL) STORED
""",
    """
UPDATE notifications.statutory_return SET handed_over = true
 WHERE submitted_on IS NOT NULL AND corrected_at IS NULL
""",
    """
CREATE INDEX statutory_return_untold ON notifications.statutory_return (school_id)
 WHERE withdrawal_untold
""",
    """
CREATE INDEX statutory_return_newest_of_all
    ON notifications.statutory_return (made_at DESC, id DESC)
""",
)

# Who was told once is told of the end, wherever the pupil lives by then.
HOMES = """
ALTER TABLE notifications.alert
  ADD COLUMN home_la_codes text[] NOT NULL DEFAULT '{}'  -- authorities of homes that were told
"""


def upgrade() -> None:
    """Make room for what was mended, and index what was sorted at each look."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    for statement in (*DELIVERIES, ENDINGS, CIRCUIT, REPLAYS, *RETURNS, HOMES):
        op.execute(statement)

"""Where each pupil stood in the school, from day to day, with the facts they are judged by.

Runs before the code. Until thresholds is rebuilt, a pupil it knows already has stood always as was
stated last, in a year group of no name. `boarder` is for older code, which still states it: a later
migration drops it.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACEMENTS = """
ALTER TABLE thresholds.pupil
  ALTER COLUMN boarder SET DEFAULT false,
  -- Year group and boarding, each from a day on, oldest first.
  ADD COLUMN placements json NOT NULL
      DEFAULT '[{"from_on": "0001-01-01", "year_group": "", "boarder": false}]'
"""

BOARDERS = """
UPDATE thresholds.pupil
   SET placements = '[{"from_on": "0001-01-01", "year_group": "", "boarder": true}]'
 WHERE boarder
"""


def upgrade() -> None:
    """Make room for placements, and give each pupil the one that is known of them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    op.execute(PLACEMENTS)
    op.execute(BOARDERS)

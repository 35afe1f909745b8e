"""Dropping a recording year whose entries needn't be kept any more, and what follows from it.

Runs before the code. `event` itself isn't migrated: a year is dropped by the owner, by command
(docs/retention.md), and never by a migration.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Of the whole log and no school. What went of each school stands in the school's own log.
DROPPED_YEAR = """
CREATE TABLE eventlog.dropped_year (
    year       smallint    PRIMARY KEY,  -- of recording; what stays of it is still in `event`
    dropped_at timestamptz NOT NULL
)
"""

FUNCTIONS = tuple(
    Path(__file__).with_name(f"0007_{name}.sql").read_text()
    for name in ("position_at", "set_aside", "put_in_place")
)

# What is entered or amended later of sessions up to then isn't whole, and judged by no rule.
FIGURES = """
ALTER TABLE thresholds.school
  ADD COLUMN dropped_to       smallint,              -- the newest year dropped; NULL: none was
  ADD COLUMN dropped_episodes int NOT NULL DEFAULT 0 -- the highest number of an alert that went
"""

OWNER_S_ALONE = "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA eventlog FROM PUBLIC"


def upgrade() -> None:
    """Make room for the dropping of years."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (DROPPED_YEAR, *FUNCTIONS, FIGURES, OWNER_S_ALONE):
        op.execute(statement)

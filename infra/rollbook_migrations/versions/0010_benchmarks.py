"""Published figures of attendance, for a school's own to stand beside.

Runs before the code. Of no school, so no row has one and every session reads them. Loaded from the
Department's files and no read model: gone, they are loaded again.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BENCHMARK = """
CREATE TABLE thresholds.benchmark (
    time_period     text         NOT NULL,  -- academic year, 2025-26
    identifier      text         NOT NULL,  -- which part of it, in the Department's words
    level           text         NOT NULL CHECK (level IN ('national', 'region', 'la')),
    code            text         NOT NULL,
    phase           text         NOT NULL
        CHECK (phase IN ('primary', 'secondary', 'special', 'total')),
    name            text         NOT NULL,
    region          text,                   -- of an authority
    possible        bigint,                 -- sessions, as those below; NULL: suppressed
    attended        bigint,
    authorised      bigint,
    unauthorised    bigint,
    late            bigint,
    persistent_rate numeric(7,4),           -- percent of enrolments
    by_code         json         NOT NULL,  -- sessions
    PRIMARY KEY (time_period, identifier, level, code, phase)
)
"""

GRANT = "GRANT SELECT, INSERT, DELETE ON thresholds.benchmark TO rollbook_thresholds"


def upgrade() -> None:
    """Create the table of published figures."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(BENCHMARK)
    op.execute(GRANT)

"""The current register: which entry is in force, for every pupil and session.

Runs before the code. Both tables are read models, written in the transaction of the append, and
can be dropped and rebuilt from the log.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SCHEMA register",
    # Its key is the rule "one original entry per pupil per session", and keeps a register's rows
    # together: thirty marks go into one or two pages.
    """
CREATE TABLE register.mark (
    school_id      int         NOT NULL,
    session_on     date        NOT NULL,
    half           text        NOT NULL,            -- AM or PM
    pupil          text        NOT NULL,            -- the school's own identifier
    code           text        NOT NULL,            -- in force
    revision       smallint    NOT NULL DEFAULT 0,  -- how often amended
    first_position bigint      NOT NULL,            -- of the original entry
    position       bigint      NOT NULL,            -- of the entry in force
    recorded_at    timestamptz NOT NULL,            -- of the original entry
    late_entry     boolean     NOT NULL,            -- made after the session's day
    PRIMARY KEY (school_id, session_on, half, pupil)
) WITH (fillfactor = 90)
""",
    """
CREATE TABLE register.amendment (
    school_id  int      NOT NULL,
    session_on date     NOT NULL,
    half       text     NOT NULL,
    pupil      text     NOT NULL,
    revision   smallint NOT NULL,  -- 1 is the first
    original   text     NOT NULL,
    amended    text     NOT NULL,
    position   bigint   NOT NULL,
    PRIMARY KEY (school_id, session_on, half, pupil, revision)
)
""",
    Path(__file__).with_name("0002_record.sql").read_text(),
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA register FROM PUBLIC",
    "GRANT USAGE ON SCHEMA register TO rollbook_register",
    "GRANT EXECUTE ON FUNCTION register.record TO rollbook_register",
    """
GRANT SELECT, INSERT, UPDATE, DELETE ON register.mark, register.amendment TO rollbook_register
""",
)


def upgrade() -> None:
    """Create the current register."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in STATEMENTS:
        op.execute(statement)

"""Imports: files of entries, staged row by row until a worker has made registers of them.

Runs before the code, which doesn't know these tables until then. None of the three is a read model,
and none is the record: what an import stored is in the log, and all this is gone thirty days later.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IMPORT_JOB = (
    """
CREATE TABLE register.import_job (
    school_id         int         NOT NULL,
    id                uuid        NOT NULL,
    number            bigint      GENERATED ALWAYS AS IDENTITY,  -- in the order they began
    command_id        uuid,                   -- of its upload; NULL: given up, to be cleared away
    said              bytea,                  -- hash of the upload; NULL until it has come in
    form              text        NOT NULL CHECK (form IN ('csv', 'wonde')),
    status            text        NOT NULL
        CHECK (status IN ('receiving', 'queued', 'running', 'finished', 'failed', 'cancelled')),
    by_name           text        NOT NULL,
    by_position       text        NOT NULL,
    row_count         bigint      NOT NULL DEFAULT 0,
    rows_done         bigint      NOT NULL DEFAULT 0,
    registers_stored  bigint      NOT NULL DEFAULT 0,
    registers_refused bigint      NOT NULL DEFAULT 0,
    marks_recorded    bigint      NOT NULL DEFAULT 0,
    marks_unchanged   bigint      NOT NULL DEFAULT 0,
    problem_count     bigint      NOT NULL DEFAULT 0,  -- found; of those only the first are kept
    created_at        timestamptz NOT NULL,
    touched_at        timestamptz NOT NULL,   -- when a part of the upload was last staged
    started_at        timestamptz,
    finished_at       timestamptz,
    -- The last register worked off. Rows up to it are deleted, and their index entries die slowly:
    -- whoever looks for the next register begins here and not among them.
    reached_on        date        NOT NULL DEFAULT '-infinity',
    reached_half      text        NOT NULL DEFAULT '',
    reached_group     text        NOT NULL DEFAULT '',
    cleared           boolean     NOT NULL DEFAULT false,  -- no staged row is left
    PRIMARY KEY (school_id, id),
    UNIQUE (school_id, number),
    UNIQUE (school_id, command_id)
) WITH (fillfactor = 50)
""",
    """
CREATE INDEX import_job_open ON register.import_job (school_id, number)
 WHERE status IN ('queued', 'running')
""",
    "CREATE INDEX import_job_uncleared ON register.import_job (number) WHERE NOT cleared",
    "CREATE INDEX import_job_past ON register.import_job (finished_at) WHERE cleared",
)

# Its key is the order registers are worked off in, whatever order the file has.
IMPORT_ROW = """
CREATE TABLE register.import_row (
    school_id    int      NOT NULL,
    job          bigint   NOT NULL,
    session_on   date     NOT NULL,
    half         text     NOT NULL,
    group_name   text     NOT NULL,  -- '' for none
    line         bigint   NOT NULL,  -- of the file; in JSON the record
    readable     boolean  NOT NULL,  -- otherwise only here to keep its register from being stored
    pupil        text     NOT NULL,
    code         text     NOT NULL,  -- as it was sent
    minutes_late smallint,
    arrived_at   time,
    detail       text,
    PRIMARY KEY (school_id, job, session_on, half, group_name, line)
)
"""

IMPORT_PROBLEM = """
CREATE TABLE register.import_problem (
    school_id  int    NOT NULL,
    job        bigint NOT NULL,
    line       bigint NOT NULL,
    field      text   NOT NULL,
    code       text   NOT NULL,  -- the refusal, by its slug
    detail     text   NOT NULL,  -- our words; nothing of the row's
    session_on date,             -- of the register it kept from being stored, where that is known
    half       text,
    PRIMARY KEY (school_id, job, line, field, code)
)
"""

TABLES = ("register.import_job", "register.import_row", "register.import_problem")


def upgrade() -> None:
    """Create the tables of imports, each school's kept from the others'."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (*IMPORT_JOB, IMPORT_ROW, IMPORT_PROBLEM):
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT eventlog.keep_apart('{table}')")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO rollbook_register")

"""What an interrupted rebuild has done, and the events that an operator had a consumer pass over.

Runs before the code, which doesn't know these tables until then. The rows of a rebuild are gone
when it has ended; a skip stays for as long as the events around it.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A version that is half made stands in `consumer_cursor`; here is by which code.
REBUILD = """
CREATE TABLE eventlog.consumer_rebuild (
    school_id int         NOT NULL,
    consumer  text        NOT NULL,  -- or the projection that is written with the append
    made_by   text        NOT NULL,  -- tells the code: another begins anew
    begun_at  timestamptz NOT NULL DEFAULT now(),
    done      boolean     NOT NULL,  -- the new version is in its place
    PRIMARY KEY (school_id, consumer)
)
"""

# Written by the owner alone: no service may decide what it doesn't have to read.
SKIP = """
CREATE TABLE eventlog.consumer_skip (
    school_id   int         NOT NULL,
    consumer    text        NOT NULL,
    position    bigint      NOT NULL,  -- of the event that isn't handed to the consumer
    reason      text        NOT NULL,
    by_name     text        NOT NULL,
    by_position text        NOT NULL,
    skipped_at  timestamptz NOT NULL,
    PRIMARY KEY (school_id, consumer, position)
)
"""

# As with cursors: all may read, and each writes its own alone.
OWN_ROWS = (
    "CREATE POLICY readable ON eventlog.consumer_rebuild FOR SELECT USING (true)",
    """
CREATE POLICY register_own ON eventlog.consumer_rebuild TO rollbook_register
USING (consumer = 'register') WITH CHECK (consumer = 'register')
""",
    """
CREATE POLICY thresholds_own ON eventlog.consumer_rebuild TO rollbook_thresholds
USING (consumer = 'thresholds') WITH CHECK (consumer = 'thresholds')
""",
)

# The owner's commands try a fault at once and let a skipped one go. Forced row-level security holds
# an owner too, who is no superuser.
OWNER_S_FAULTS = "CREATE POLICY owner_s ON eventlog.consumer_fault TO CURRENT_USER USING (true)"

# What a rebuild is made by is told by the schema as well as by the code. No service reads Alembic's
# table: it is in nobody's schema.
SCHEMA_REVISION = """
CREATE FUNCTION eventlog.schema_revision() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.version_num FROM public.alembic_version AS v
$$
"""

GRANTS = (
    """
GRANT SELECT, INSERT, UPDATE, DELETE ON eventlog.consumer_rebuild
TO rollbook_register, rollbook_thresholds
""",
    """
GRANT SELECT ON eventlog.consumer_skip
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    "REVOKE ALL ON FUNCTION eventlog.schema_revision FROM PUBLIC",
    """
GRANT EXECUTE ON FUNCTION eventlog.schema_revision TO rollbook_register, rollbook_thresholds
""",
)


def upgrade() -> None:
    """Make both tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (REBUILD, SKIP, *OWN_ROWS, OWNER_S_FAULTS, SCHEMA_REVISION):
        op.execute(statement)
    for table in ("consumer_rebuild", "consumer_skip"):
        op.execute(f"SELECT eventlog.keep_apart('eventlog.{table}')")
    for grant in GRANTS:
        op.execute(grant)

"""The boundary between schools, drawn by the database.

A session sees one school's rows, or says that it works for all of them; one that says nothing sees
none. Runs before the code, while no service does: sessions of older code name no school, and would
find nothing. A later migration that makes a table with a school in it calls `eventlog.keep_apart`.
"""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A name that isn't set is NULL, and '' once it was set for a transaction that has ended.
WHOSE = (
    """
CREATE FUNCTION eventlog.every_school() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(pg_catalog.current_setting('rollbook.school', true) = '*', false)
""",
    """
CREATE FUNCTION eventlog.this_school() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(nullif(pg_catalog.current_setting('rollbook.school', true), ''), '*')::int
""",
)

# The owner's own functions ask this too. Where the owner is a superuser no policy holds them back.
MUST_WORK_FOR = """
CREATE FUNCTION eventlog.must_work_for(p_school int) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT eventlog.every_school() AND p_school IS DISTINCT FROM eventlog.this_school() THEN
        RAISE EXCEPTION 'the session works for another school, or for none'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$
"""

HOLD = """
CREATE OR REPLACE FUNCTION eventlog.hold(p_school int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT eventlog.must_work_for(p_school);
    SELECT l.position FROM eventlog.school_log AS l WHERE l.school_id = p_school FOR UPDATE
$$
"""

SETTLE = """
CREATE OR REPLACE FUNCTION eventlog.settle(p_school int, p_instant timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT eventlog.must_work_for(p_school);
    UPDATE eventlog.school_log AS l SET recorded_at = p_instant + interval '1 microsecond'
     WHERE l.school_id = p_school AND l.recorded_at <= p_instant
       AND p_instant <= clock_timestamp()
$$
"""

REPLACED = tuple(
    Path(__file__).with_name(f"0005_{name}.sql").read_text()
    for name in ("keep_apart", "ensure_year", "append", "record")
)

RIGHTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA eventlog FROM PUBLIC",
    """
GRANT EXECUTE ON FUNCTION eventlog.every_school, eventlog.this_school
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
)

# `notifications.subscription` and `notifications.attempt` belong to no school (0004).
TABLES = (
    *("eventlog.event", "eventlog.school_log"),
    *("eventlog.consumer_cursor", "eventlog.consumer_fault"),
    *("register.mark", "register.amendment"),
    *("thresholds.school", "thresholds.calendar", "thresholds.pupil"),
    *("thresholds.pupil_year", "thresholds.alert"),
    *("notifications.activation", "notifications.school", "notifications.alert"),
    *("notifications.message", "notifications.lane", "notifications.delivery"),
)

PARTITIONS = """
SELECT eventlog.keep_apart(i.inhrelid) FROM pg_inherits AS i
 WHERE i.inhparent = 'eventlog.event'::regclass
"""


def upgrade() -> None:
    """Draw the boundary around every table with a school in it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (*WHOSE, MUST_WORK_FOR, HOLD, SETTLE, *REPLACED, *RIGHTS):
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT eventlog.keep_apart('{table}')")
    op.execute(PARTITIONS)

"""The event log: append-only events per school, gapless positions, consumers' cursors.

Runs before the code. Nothing below this revision exists, so nothing can be waited for; `event` is
never migrated destructively after it, and there is no downgrade: a log isn't taken back.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['rollbook_register', 'rollbook_thresholds',
                                   'rollbook_notifications'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', service);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of this cluster is being migrated beside us
            END;
        END IF;
        -- One process may serve all three on a laptop, so the migrating user may act as each. Who
        -- makes a role and is no superuser is its member, and yet may not act as it.
        IF NOT pg_has_role(current_user, service, 'SET') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', service);
        END IF;
    END LOOP;
END
$$
"""

SCHEMA = "CREATE SCHEMA eventlog"

SCHOOL_LOG = """
CREATE TABLE eventlog.school_log (
    school_id   int         PRIMARY KEY,
    year        smallint    NOT NULL,            -- recording year of the newest event
    position    bigint      NOT NULL DEFAULT 0,  -- of the newest event; 0 before the first
    recorded_at timestamptz NOT NULL             -- of the newest event; never goes back
) WITH (fillfactor = 50)                         -- room for HOT updates: this row is the hot one
"""

EVENT = """
CREATE TABLE eventlog.event (
    school_id    int         NOT NULL,
    year         smallint    NOT NULL,  -- academic year of recording, 1 August to 31 July
    position     bigint      NOT NULL,  -- 1..n through the school's whole life, no gap
    stream_id    uuid        NOT NULL,
    version      int         NOT NULL,  -- 1..n in the stream
    kind         text        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    command_id   uuid        NOT NULL,
    ordinal      smallint    NOT NULL,  -- place among the events of its command, from 0
    command_hash bytea       NOT NULL,  -- what the command said: another body is another command
    payload      json        NOT NULL,  -- json, not jsonb: the exact bytes written
    salt         bytea       NOT NULL,
    leaf_hash    bytea       NOT NULL,  -- sha256(0x00, salt, payload bytes)
    PRIMARY KEY (school_id, year, position),
    UNIQUE (school_id, year, stream_id, version),
    UNIQUE (school_id, year, command_id, ordinal)
) PARTITION BY LIST (year)
"""

REFUSE_CHANGE = """
CREATE FUNCTION eventlog.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'RB000';
END
$$
"""

EVENT_TRIGGERS = (
    """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON eventlog.event
FOR EACH ROW EXECUTE FUNCTION eventlog.refuse_change()
""",
    """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON eventlog.event
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change()
""",
    # The condition is judged in C, so the ordinary append pays nothing for it.
    """
CREATE TRIGGER forward_only BEFORE UPDATE ON eventlog.school_log
FOR EACH ROW
WHEN (NEW.position < OLD.position OR NEW.year < OLD.year OR NEW.recorded_at < OLD.recorded_at)
EXECUTE FUNCTION eventlog.refuse_change()
""",
    """
CREATE TRIGGER never_deleted BEFORE DELETE ON eventlog.school_log
FOR EACH ROW EXECUTE FUNCTION eventlog.refuse_change()
""",
    """
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON eventlog.school_log
FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change()
""",
)

# Every function below names its search path, pg_temp last: unnamed, a caller's temporary schema is
# searched first for types, and a domain called `text` there would run its check as the owner.

# Made aside and attached: attaching locks out no reader and no writer, creating in place locks out
# both. TRUNCATE triggers aren't inherited by partitions, so each gets its own.
ENSURE_YEAR = """
CREATE FUNCTION eventlog.ensure_year(p_year smallint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_partition text := 'event_' || p_year;
BEGIN
    IF pg_catalog.to_regclass('eventlog.' || v_partition) IS NOT NULL THEN
        RETURN;
    END IF;
    -- What ATTACH takes anyway. An advisory lock would leave this session's memory of which tables
    -- there are as it was, and the look below would miss what was made while we waited.
    LOCK TABLE eventlog.event IN SHARE UPDATE EXCLUSIVE MODE;
    IF pg_catalog.to_regclass('eventlog.' || v_partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE pg_catalog.format('CREATE TABLE eventlog.%I (LIKE eventlog.event)', v_partition);
    EXECUTE pg_catalog.format(
        'ALTER TABLE eventlog.event ATTACH PARTITION eventlog.%I FOR VALUES IN (%s)',
        v_partition, p_year);
    EXECUTE pg_catalog.format(
        'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON eventlog.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change()', v_partition);
END
$$
"""

# A school's first append, or its first of a new recording year. Off the ordinary path.
OPEN_YEAR = """
CREATE FUNCTION eventlog.open_year(p_school int, p_year smallint, p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM eventlog.ensure_year(p_year);
    INSERT INTO eventlog.school_log (school_id, year, position, recorded_at)
    VALUES (p_school, p_year, 0, p_recorded_at)
    ON CONFLICT (school_id) DO UPDATE SET year = excluded.year
    WHERE eventlog.school_log.year < excluded.year;
END
$$
"""

# Nearly always found in this year's partition; the others are looked into when it isn't. Only
# `append` may call it, under the search path set there.
STREAM_VERSION = """
CREATE FUNCTION eventlog.stream_version(p_school int, p_year smallint, p_stream uuid) RETURNS int
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_version int;
BEGIN
    SELECT e.version INTO v_version FROM eventlog.event AS e
     WHERE e.school_id = p_school AND e.year = p_year AND e.stream_id = p_stream
     ORDER BY e.version DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT e.version INTO v_version FROM eventlog.event AS e
         WHERE e.school_id = p_school AND e.year < p_year AND e.stream_id = p_stream
         ORDER BY e.year DESC, e.version DESC LIMIT 1;
    END IF;
    RETURN coalesce(v_version, 0);
END
$$
"""

APPEND = Path(__file__).with_name("0001_append.sql").read_text()

# recorded_at never goes back in a school's log, so a binary search over positions finds it:
# some seventeen probes of the primary key, and no index to pay for at each append.
POSITION_AT = """
CREATE FUNCTION eventlog.position_at(p_school int, p_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_low bigint := 0;
    v_high bigint;
    v_middle bigint;
BEGIN
    SELECT l.position INTO v_high FROM eventlog.school_log AS l WHERE l.school_id = p_school;
    v_high := coalesce(v_high, 0);
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        IF (SELECT e.recorded_at FROM eventlog.event AS e
             WHERE e.school_id = p_school AND e.position = v_middle) <= p_instant THEN
            v_low := v_middle;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_low;
END
$$
"""

# For an inline projection's rebuild: appends to this school wait until it commits.
HOLD = """
CREATE FUNCTION eventlog.hold(p_school int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.position FROM eventlog.school_log AS l WHERE l.school_id = p_school FOR UPDATE
$$
"""

CONSUMERS = (
    """
CREATE TABLE eventlog.consumer_cursor (
    school_id int      NOT NULL,
    consumer  text     NOT NULL,
    version   smallint NOT NULL,            -- a rebuild makes the next one beside it
    position  bigint   NOT NULL DEFAULT 0,  -- of the last event whose effect is committed
    active    boolean  NOT NULL,            -- the version that is read and kept up
    PRIMARY KEY (school_id, consumer, version)
) WITH (fillfactor = 50)
""",
    """
CREATE UNIQUE INDEX one_active_version ON eventlog.consumer_cursor (school_id, consumer)
 WHERE active
""",
    """
CREATE TABLE eventlog.consumer_fault (
    school_id   int         NOT NULL,
    consumer    text        NOT NULL,
    position    bigint      NOT NULL,  -- of the event that could not be consumed
    error       text        NOT NULL,  -- the error's type and place, never its text
    attempts    int         NOT NULL,
    first_at    timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL,
    PRIMARY KEY (school_id, consumer)
)
""",
)

GRANTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA eventlog FROM PUBLIC",
    """
GRANT USAGE ON SCHEMA eventlog
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT SELECT ON eventlog.school_log, eventlog.event
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT EXECUTE ON FUNCTION eventlog.append, eventlog.position_at, eventlog.hold
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT SELECT, INSERT, UPDATE, DELETE ON eventlog.consumer_cursor, eventlog.consumer_fault
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
)


def upgrade() -> None:
    """Create the log."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (
        ROLES,
        SCHEMA,
        SCHOOL_LOG,
        EVENT,
        REFUSE_CHANGE,
        *EVENT_TRIGGERS,
        ENSURE_YEAR,
        OPEN_YEAR,
        STREAM_VERSION,
        APPEND,
        POSITION_AT,
        HOLD,
        *CONSUMERS,
        *GRANTS,
    ):
        op.execute(statement)

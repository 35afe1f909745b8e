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

ENSURE_YEAR = Path(__file__).with_name("0001_ensure_year.sql").read_text()

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

MUST_FIT = Path(__file__).with_name("0001_must_fit.sql").read_text()

# How far ahead of this server's clock an event may be recorded: what machines' clocks differ by.
LATEST_INSTANT = """
CREATE FUNCTION eventlog.latest_instant() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$ SELECT pg_catalog.clock_timestamp() + interval '60 seconds' $$
"""

APPEND = Path(__file__).with_name("0001_append.sql").read_text()

POSITION_AT = Path(__file__).with_name("0001_position_at.sql").read_text()

# For who decides on a school as it stands, and for an inline projection's rebuild: appends to this
# school wait until it commits.
HOLD = """
CREATE FUNCTION eventlog.hold(p_school int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.position FROM eventlog.school_log AS l WHERE l.school_id = p_school FOR UPDATE
$$
"""

# For an answer "as of" an instant: nothing more is recorded at or before it. Whoever is appending
# with an earlier instant has either committed by then or is refused (RB004) and dates itself anew.
SETTLE = """
CREATE FUNCTION eventlog.settle(p_school int, p_instant timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE eventlog.school_log AS l SET recorded_at = p_instant + interval '1 microsecond'
     WHERE l.school_id = p_school AND l.recorded_at <= p_instant
       AND p_instant <= clock_timestamp()
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

# A cursor moved by another's hand would lose events for ever, so each service moves its own alone.
# All may read: a service knows by them how far what it shows has come.
OWN_ROWS = (
    "ALTER TABLE eventlog.{table} ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY readable ON eventlog.{table} FOR SELECT USING (true)",
    """
CREATE POLICY thresholds_own ON eventlog.{table} TO rollbook_thresholds
USING (consumer = 'thresholds') WITH CHECK (consumer = 'thresholds')
""",
    """
CREATE POLICY notifications_own ON eventlog.{table} TO rollbook_notifications
USING (consumer = 'notifications') WITH CHECK (consumer = 'notifications')
""",
)

GRANTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA eventlog FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION eventlog.settle TO rollbook_register",
    """
GRANT USAGE ON SCHEMA eventlog
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT SELECT ON eventlog.school_log, eventlog.event
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT EXECUTE ON FUNCTION eventlog.position_at
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    # Notifications has nothing to say in the log, and only the register rebuilds what it holds.
    """
GRANT EXECUTE ON FUNCTION eventlog.append TO rollbook_register, rollbook_thresholds
""",
    """
GRANT EXECUTE ON FUNCTION eventlog.hold TO rollbook_register
""",
    """
GRANT SELECT ON eventlog.consumer_cursor, eventlog.consumer_fault
TO rollbook_register, rollbook_thresholds, rollbook_notifications
""",
    """
GRANT INSERT, UPDATE, DELETE ON eventlog.consumer_cursor, eventlog.consumer_fault
TO rollbook_thresholds, rollbook_notifications
""",
    *(
        statement.format(table=table)
        for table in ("consumer_cursor", "consumer_fault")
        for statement in OWN_ROWS
    ),
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
        MUST_FIT,
        LATEST_INSTANT,
        APPEND,
        POSITION_AT,
        HOLD,
        SETTLE,
        *CONSUMERS,
        *GRANTS,
    ):
        op.execute(statement)

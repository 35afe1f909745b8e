"""Thresholds: a pupil's year packed in a row, and the alerts as the log tells them.

Runs before the code. Read models all of them, made again from the log by a rebuild: `version` keeps
a new one apart from the one in use. Later shapes are new versions, so nothing here is converted.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "CREATE SCHEMA thresholds"

SCHOOL = """
CREATE TABLE thresholds.school (
    school_id int      NOT NULL,
    version   smallint NOT NULL,
    la_code   text     NOT NULL,  -- the boundary of an authority's token
    PRIMARY KEY (school_id, version)
)
"""

CALENDAR = """
CREATE TABLE thresholds.calendar (
    school_id int      NOT NULL,
    version   smallint NOT NULL,
    year      text     NOT NULL,  -- academic year, 2026-27
    payload   json     NOT NULL,  -- of the CalendarPublished event in force
    PRIMARY KEY (school_id, version, year)
)
"""

PUPIL = """
CREATE TABLE thresholds.pupil (
    school_id     int      NOT NULL,
    version       smallint NOT NULL,
    pupil         text     NOT NULL,
    date_of_birth date     NOT NULL,  -- compulsory school age is asked of each session
    boarder       boolean  NOT NULL,  -- judged by no rule: no register need be taken of them
    PRIMARY KEY (school_id, version, pupil)
)
"""

# Rewritten by each register of the pupil: room on the page keeps that from touching the index.
PUPIL_YEAR = """
CREATE TABLE thresholds.pupil_year (
    school_id int      NOT NULL,
    version   smallint NOT NULL,
    pupil     text     NOT NULL,
    year      smallint NOT NULL,  -- academic year, by its first calendar year
    sessions  bytea    NOT NULL,  -- a byte a session, from the morning of 1 August
    absences  bytea    NOT NULL,  -- index and log position of each absence
    PRIMARY KEY (school_id, version, pupil, year)
) WITH (fillfactor = 70)
"""

ALERT = (
    """
CREATE TABLE thresholds.alert (
    school_id   int         NOT NULL,
    version     smallint    NOT NULL,
    alert       uuid        NOT NULL,
    rule        text        NOT NULL,
    pupil       text        NOT NULL,
    episode     int         NOT NULL,
    status      text        NOT NULL CHECK (status IN ('open', 'withdrawn', 'closed')),
    provisional boolean     NOT NULL,
    met_on      date        NOT NULL,
    met_half    text        NOT NULL CHECK (met_half IN ('AM', 'PM')),
    raised_at   timestamptz NOT NULL,
    position    bigint      NOT NULL,  -- of the last event told of it
    evidence    json        NOT NULL,
    figures     json        NOT NULL,
    terms       json        NOT NULL,
    source      text        NOT NULL,
    history     json        NOT NULL,
    PRIMARY KEY (school_id, version, alert)
)
""",
    "CREATE INDEX alert_newest ON thresholds.alert (school_id, version, raised_at, alert)",
    "CREATE INDEX alert_open ON thresholds.alert (school_id, version, pupil) WHERE status = 'open'",
    # An alert is asked for by its identity alone; it is unique without a key that says so.
    "CREATE INDEX alert_by_id ON thresholds.alert (alert)",
)

GRANTS = (
    "GRANT USAGE ON SCHEMA thresholds TO rollbook_thresholds",
    """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA thresholds TO rollbook_thresholds
""",
)


def upgrade() -> None:
    """Create the tables of the thresholds service."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (SCHEMA, SCHOOL, CALENDAR, PUPIL, PUPIL_YEAR, *ALERT, *GRANTS):
        op.execute(statement)

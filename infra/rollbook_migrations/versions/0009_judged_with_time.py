"""What every rule asks of a pupil and a school, and when time alone is to be judged next.

Runs before the code, while no thresholds service of an older version does: it would ask for what
goes here. What is known of pupils and schools is carried over as far as it goes, so the service
runs at once; `rollbook rebuild thresholds` is to follow, since enrolments, characteristics and
plans are in the log alone, and until then nothing is due.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PUPIL = """
ALTER TABLE thresholds.pupil
  ADD COLUMN facts  json,        -- what rules ask of the admission register and the plans; no names
  ADD COLUMN due_at timestamptz  -- when time alone may change a finding next; NULL: never
"""

# On roll for ever, since nothing here says since when; entered before the first event there is.
CARRIED_OVER = """
UPDATE thresholds.pupil AS p
   SET facts = json_build_object(
       'born', p.date_of_birth,
       'placed', (SELECT json_agg(json_build_array(n->>'from_on', n->>'year_group',
                                                   n->'boarder', '[]'::json))
                    FROM json_array_elements(p.placements) AS n),
       'entered', '[["0001-01-01", "0001-01-01", 0]]'::json)
"""

PUPIL_ALONE = """
ALTER TABLE thresholds.pupil
  ALTER COLUMN facts SET NOT NULL,
  DROP COLUMN date_of_birth, DROP COLUMN placements, DROP COLUMN boarder
"""

SCHOOL = """
ALTER TABLE thresholds.school
  ADD COLUMN details      json,        -- payload of the event that states them
  ADD COLUMN trust        text,        -- as they state it; NULL: the school is in none
  ADD COLUMN phase        text,
  ADD COLUMN due_at       timestamptz, -- the least of its pupils' and of the next register's
  ADD COLUMN registers_to timestamptz  -- registers closing by then were looked at; NULL: none yet
"""

STATED = """
UPDATE thresholds.school AS s
   SET details = e.payload, trust = e.payload->>'trust', phase = e.payload->>'phase'
  FROM eventlog.event AS e
 WHERE e.school_id = s.school_id
   AND e.position = (SELECT max(newest.position) FROM eventlog.event AS newest
                      WHERE newest.school_id = s.school_id
                        AND newest.kind IN ('SchoolRegistered.v1', 'SchoolDetailsChanged.v1'))
"""

RULE_TERMS = """
CREATE TABLE thresholds.rule_terms (
    school_id int      NOT NULL,
    version   smallint NOT NULL,
    rule      text     NOT NULL,
    payload   json     NOT NULL,  -- of the RuleTermsSet event in force
    PRIMARY KEY (school_id, version, rule)
)
"""

ALERT = """
ALTER TABLE thresholds.alert
  ALTER COLUMN pupil DROP NOT NULL,                     -- NULL: it is about a register
  ADD COLUMN grp      text,                             -- whose register; NULL: of those of none
  ADD COLUMN trigger  text,                             -- which of the rule's grounds
  ADD COLUMN due_on   date,
  ADD COLUMN rests_on json NOT NULL DEFAULT '[]'        -- positions of other events that prove it
"""

INDEXES = (
    """
CREATE INDEX pupil_due ON thresholds.pupil (school_id, version, due_at) WHERE due_at IS NOT NULL
""",
    "CREATE INDEX school_due ON thresholds.school (due_at) WHERE due_at IS NOT NULL",
)

RIGHTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON thresholds.rule_terms TO rollbook_thresholds",
    # What is judged as known at an instant must be all that will ever be recorded up to it.
    "GRANT EXECUTE ON FUNCTION eventlog.settle TO rollbook_thresholds",
    "SELECT eventlog.keep_apart('thresholds.rule_terms')",
)


def upgrade() -> None:
    """Make room for every rule and for time."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    for statement in (PUPIL, CARRIED_OVER, PUPIL_ALONE, SCHOOL, STATED, RULE_TERMS, ALERT):
        op.execute(statement)
    for statement in (*INDEXES, *RIGHTS):
        op.execute(statement)

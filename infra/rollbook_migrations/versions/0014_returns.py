"""Statutory returns: what is due to which authority, and what became of it.

And what they want of the ledger: several messages of one event, some in two forms, to subscriptions
that choose by rule. Runs before the code, while no service does: older code knows no ordinals.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# How it stands follows from what happened to it, so none of that can be lost by what came after.
RETURNS = (
    """
CREATE TABLE notifications.statutory_return (
    school_id          int         NOT NULL,
    id                 uuid        NOT NULL,  -- uuid5 of alert, authority and version
    alert_id           uuid        NOT NULL,
    rule               text        NOT NULL,  -- slug; the kind of return
    pupil              text        NOT NULL,
    la_code            text        NOT NULL,  -- the authority it is for
    role               text        NOT NULL CHECK (role IN ('school', 'home')),
    version            int         NOT NULL,  -- 1, and one more with each correction
    corrects           uuid,
    met_on             date        NOT NULL,
    due_on             date,
    provisional        boolean     NOT NULL,
    contents           json        NOT NULL,  -- what the law asks for, as the registers said then
    made_at            timestamptz NOT NULL,
    made_position      bigint      NOT NULL,  -- of the event it was made of
    heard_position     bigint      NOT NULL,  -- of the newest event about it
    sent_at            timestamptz,           -- the authority's endpoint took it
    undelivered_at     timestamptz,           -- the last attempt at that failed
    acknowledged_at    timestamptz,
    acknowledgement    json,                  -- with which reference, and by whom
    submitted_on       date,
    submission         json,                  -- how, with which reference, and by whom
    corrected_by       uuid,
    corrected_at       timestamptz,
    withdrawn_at       timestamptz,
    withdrawn_because  text
        CHECK (withdrawn_because IN ('no-ground', 'not-required', 'another-authority')),
    status             text        NOT NULL GENERATED ALWAYS AS (
        CASE WHEN corrected_at    IS NOT NULL THEN 'corrected'
             WHEN withdrawn_at    IS NOT NULL THEN 'withdrawn'
             WHEN acknowledged_at IS NOT NULL THEN 'acknowledged'
             WHEN submitted_on    IS NOT NULL THEN 'submitted'
             WHEN sent_at         IS NOT NULL THEN 'sent'
             WHEN undelivered_at  IS NOT NULL THEN 'undelivered'
             ELSE 'due' END) STORED,
    PRIMARY KEY (school_id, id),
    CHECK ((version = 1) = (corrects IS NULL)),
    CHECK ((corrected_by IS NULL) = (corrected_at IS NULL)),
    CHECK ((withdrawn_because IS NULL) = (withdrawn_at IS NULL))
)
""",
    "SELECT eventlog.keep_apart('notifications.statutory_return')",
    "CREATE INDEX statutory_return_by_id ON notifications.statutory_return (id)",
    """
CREATE INDEX statutory_return_of_alert ON notifications.statutory_return (school_id, alert_id)
""",
    """
CREATE INDEX statutory_return_listed
    ON notifications.statutory_return (school_id, made_at DESC, id DESC)
""",
    """
CREATE INDEX statutory_return_of_authority
    ON notifications.statutory_return (la_code, made_at DESC, id DESC)
""",
    # What somebody has to see to; the others grow old.
    """
CREATE INDEX statutory_return_open ON notifications.statutory_return (status, due_on)
 WHERE status IN ('due', 'undelivered')
""",
)

# One event tells of an alert and of a return to each authority: all in one lane, one after another.
ORDINALS = (
    """
ALTER TABLE notifications.delivery
 DROP CONSTRAINT delivery_school_id_position_fkey,
 DROP CONSTRAINT delivery_pkey,
  ADD COLUMN ordinal   smallint NOT NULL DEFAULT 0,
  ADD COLUMN whole     boolean  NOT NULL DEFAULT false,  -- the full body, and not the thin one
  ADD COLUMN return_id uuid                              -- the return that it is to bring
""",
    """
ALTER TABLE notifications.message
 DROP CONSTRAINT message_pkey,
  ADD COLUMN ordinal    smallint NOT NULL DEFAULT 0,  -- 0..n of the event
  ADD COLUMN rule       text,                         -- of the alert or return it is about
  ADD COLUMN whole_body text,                         -- with names; NULL: there is only the thin
  ADD PRIMARY KEY (school_id, position, ordinal)
""",
    """
ALTER TABLE notifications.delivery
  ADD PRIMARY KEY (school_id, subscription_id, position, ordinal),
  ADD FOREIGN KEY (school_id, position, ordinal) REFERENCES notifications.message
""",
    """
ALTER TABLE notifications.replay_item
  ADD COLUMN ordinal smallint NOT NULL DEFAULT 0,
 DROP CONSTRAINT replay_item_pkey,
  ADD PRIMARY KEY (school_id, replay_id, position, ordinal)
""",
    "DROP INDEX notifications.delivery_in_lane",
    """
CREATE INDEX delivery_in_lane
    ON notifications.delivery (school_id, subscription_id, subject, position, ordinal)
 WHERE status IN ('pending', 'sending')
""",
    """
CREATE INDEX delivery_of_return ON notifications.delivery (school_id, return_id)
 WHERE return_id IS NOT NULL
""",
)

CHOICES = """
ALTER TABLE notifications.subscription
  ADD COLUMN rules       text[]  NOT NULL DEFAULT '{}',  -- wanted, by slug; empty for all
  ADD COLUMN full_bodies boolean NOT NULL DEFAULT false
"""

# What an authority acknowledges, and what a school sent by hand, are facts of the school's log.
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON notifications.statutory_return TO rollbook_notifications",
    "GRANT EXECUTE ON FUNCTION eventlog.append TO rollbook_notifications",
)


def upgrade() -> None:
    """Make room for returns and for what tells of them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL rollbook.school = '*'")
    for statement in (*RETURNS, *ORDINALS, CHOICES, *GRANTS):
        op.execute(statement)

"""The ledger of the notifications service: what was told, to whom, and every attempt at it.

Runs before the code. None of it can be made again from the log, since the log doesn't know what an
authority answered. Rows that belong to a school have `school_id` first in their keys.
`subscription` and `attempt` don't: a subscription is an authority's, over many schools and before
any of them has an event, and an attempt proves what its endpoint was sent, a ping included, which
is about no school.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "CREATE SCHEMA notifications"

SUBSCRIPTION = """
CREATE TABLE notifications.subscription (
    id            uuid        PRIMARY KEY,
    la_code       text,                            -- every school of this authority, or
    urns          int[],                           -- these schools
    url           text        NOT NULL,
    types         text[]      NOT NULL,            -- event types wanted; empty for all
    status        text        NOT NULL
        CHECK (status IN ('pending', 'active', 'disabled', 'deleted')),
    key_id        text        NOT NULL,            -- names the secret in each attempt
    sealed_secret bytea,                           -- encrypted; NULL once deleted
    created_at    timestamptz NOT NULL,
    activated_at  timestamptz,                     -- first activation: deliveries collect from then
    disabled_at   timestamptz,
    CHECK ((la_code IS NULL) <> (urns IS NULL)),
    CHECK ((sealed_secret IS NULL) = (status = 'deleted'))
)
"""

# Only for schools whose log was ahead of this service at the moment of activation: what lay between
# was appended before, so it isn't the subscription's.
ACTIVATION = """
CREATE TABLE notifications.activation (
    school_id       int    NOT NULL,
    subscription_id uuid   NOT NULL REFERENCES notifications.subscription,
    position        bigint NOT NULL,  -- the school's head then; events after it are delivered
    PRIMARY KEY (school_id, subscription_id)
)
"""

SCHOOL = """
CREATE TABLE notifications.school (
    school_id int  PRIMARY KEY,
    la_code   text NOT NULL
)
"""

ALERT = """
CREATE TABLE notifications.alert (
    school_id int  NOT NULL,
    id        uuid NOT NULL,
    body      json NOT NULL,  -- as last told: a withdrawal repeats the whole of it
    PRIMARY KEY (school_id, id)
)
"""

MESSAGE = """
CREATE TABLE notifications.message (
    school_id int    NOT NULL,
    position  bigint NOT NULL,  -- of the event in the school's log
    id        uuid   NOT NULL,  -- uuid5 of both: webhook-id
    la_code   text   NOT NULL,  -- the school's authority when it happened
    type      text   NOT NULL,
    subject   text   NOT NULL,
    sequence  bigint NOT NULL,  -- 1..n of the subject
    body      text   NOT NULL,  -- the exact bytes sent: a retry repeats them
    PRIMARY KEY (school_id, position),
    UNIQUE (school_id, subject, sequence)
)
"""

# The unit of order, of claiming and of fencing (docs/decisions/0016).
LANES = (
    """
CREATE TABLE notifications.lane (
    school_id       int     NOT NULL,
    subscription_id uuid    NOT NULL REFERENCES notifications.subscription,
    subject         text    NOT NULL,
    due_at          timestamptz,             -- of its first delivery, or end of lease; NULL: empty
    leased          boolean NOT NULL DEFAULT false,
    token           bigint  NOT NULL DEFAULT 0,  -- grows with each claim: an older one can't settle
    PRIMARY KEY (school_id, subscription_id, subject)
) WITH (fillfactor = 70)
""",
    """
CREATE INDEX lane_due ON notifications.lane (subscription_id, due_at) WHERE due_at IS NOT NULL
""",
    "CREATE INDEX lane_leased ON notifications.lane (subscription_id) WHERE leased",
)

DELIVERIES = (
    """
CREATE TABLE notifications.delivery (
    school_id       int         NOT NULL,
    subscription_id uuid        NOT NULL REFERENCES notifications.subscription,
    position        bigint      NOT NULL,  -- of the message
    id              uuid        NOT NULL,  -- uuid5 of subscription and message
    event_id        uuid        NOT NULL,  -- of the message
    subject         text        NOT NULL,
    status          text        NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sending', 'delivered', 'undelivered', 'cancelled')),
    attempts        smallint    NOT NULL DEFAULT 0,  -- how many have failed or succeeded
    next_attempt_at timestamptz,           -- after a failure; NULL before: when its turn comes
    created_at      timestamptz NOT NULL,
    delivered_at    timestamptz,
    PRIMARY KEY (school_id, subscription_id, position),
    FOREIGN KEY (school_id, position) REFERENCES notifications.message
) WITH (fillfactor = 80)
""",
    "CREATE INDEX delivery_by_id ON notifications.delivery (id)",
    "CREATE INDEX delivery_listed ON notifications.delivery (subscription_id, created_at, id)",
    """
CREATE INDEX delivery_in_lane
    ON notifications.delivery (school_id, subscription_id, subject, position)
 WHERE status IN ('pending', 'sending')
""",
    """
CREATE INDEX delivery_waiting ON notifications.delivery (subscription_id, created_at)
 WHERE status IN ('pending', 'sending')
""",
    """
CREATE INDEX delivery_success ON notifications.delivery (subscription_id, delivered_at)
 WHERE delivered_at IS NOT NULL
""",
)

ATTEMPTS = (
    """
CREATE TABLE notifications.attempt (
    subscription_id uuid        NOT NULL REFERENCES notifications.subscription,
    number          bigint      GENERATED ALWAYS AS IDENTITY,  -- in order, over all subscriptions
    event_id        uuid        NOT NULL,
    type            text        NOT NULL,
    key_id          text        NOT NULL,  -- of the secret it was signed with
    address         text,                  -- connected to; NULL when it never came to that
    started_at      timestamptz NOT NULL,
    latency_ms      int         NOT NULL,
    status          smallint,              -- of the answer; NULL when there was none
    failure         text,                  -- why there was none
    answer          bytea       NOT NULL,  -- its first 2 KiB, as they came
    PRIMARY KEY (subscription_id, number)
)
""",
    "CREATE INDEX attempt_of_event ON notifications.attempt (subscription_id, event_id, number)",
    """
CREATE FUNCTION notifications.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'attempts are append-only: % refused', TG_OP USING ERRCODE = 'RB000';
END
$$
""",
    """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON notifications.attempt
FOR EACH ROW EXECUTE FUNCTION notifications.refuse_change()
""",
    """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON notifications.attempt
FOR EACH STATEMENT EXECUTE FUNCTION notifications.refuse_change()
""",
)

GRANTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA notifications FROM PUBLIC",
    "GRANT USAGE ON SCHEMA notifications TO rollbook_notifications",
    """
GRANT SELECT, INSERT ON notifications.attempt, notifications.message, notifications.activation
TO rollbook_notifications
""",
    """
GRANT SELECT, INSERT, UPDATE
ON notifications.subscription, notifications.school, notifications.alert, notifications.lane,
   notifications.delivery
TO rollbook_notifications
""",
)


def upgrade() -> None:
    """Create the ledger."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in (
        SCHEMA,
        SUBSCRIPTION,
        ACTIVATION,
        SCHOOL,
        ALERT,
        MESSAGE,
        *LANES,
        *DELIVERIES,
        *ATTEMPTS,
        *GRANTS,
    ):
        op.execute(statement)

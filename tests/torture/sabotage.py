"""Takes one mechanism at a time out of a database, as if it had never been built.

What is left is what others do in its place: positions from a sequence, a horizon of transaction
ids, one lock for the whole store. Each piece must be there to be taken out: a mechanism that was
renamed or moved fails loudly here, and not by a test that passes for nothing.
"""

from typing import Final

from support.log import connected

DEFINITION: Final = "SELECT pg_get_functiondef('eventlog.append'::regproc)"

LOCKED_POSITION: Final = ("    LOOP\n", "    END LOOP;\n")
OWN_LOCK: Final = ("    IF NOT pg_catalog.pg_try_advisory_xact_lock(", "    END IF;\n")
REPLAY: Final = ("    IF FOUND THEN\n", "        RETURN;\n    END IF;\n")
HASH_COMPARED: Final = (
    "        IF v_stored_hash IS DISTINCT FROM p_command_hash THEN\n",
    "        END IF;\n",
)

# Ten places a command, so that two commands that draw at once don't meet.
DRAW_POSITION: Final = "    last_position := pg_catalog.nextval('eventlog.drawn') * 10 + v_count;\n"
POSITION_OF_TRANSACTION: Final = (
    "    last_position := pg_catalog.pg_current_xact_id()::text::bigint * 10 + v_count;\n"
)
LOCK_EVERYTHING: Final = "    LOCK TABLE eventlog.school_log IN EXCLUSIVE MODE;\n"

# With positions of another making, the head is what can be seen.
HEAD_FROM_EVENTS: Final = """
DROP TABLE eventlog.school_log;
CREATE SEQUENCE eventlog.drawn;
CREATE VIEW eventlog.school_log AS
SELECT school_id, max(year) AS year, max(position) AS position, max(recorded_at) AS recorded_at
  FROM eventlog.event GROUP BY school_id;
GRANT SELECT ON eventlog.school_log TO rollbook_register
"""

# Readers see an event once every transaction older than its own has ended.
HORIZON: Final = """
ALTER TABLE eventlog.event ADD COLUMN written_by xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE eventlog.event RENAME TO event_written;
CREATE VIEW eventlog.event AS SELECT * FROM eventlog.event_written
 WHERE written_by < pg_snapshot_xmin(pg_current_snapshot());
GRANT SELECT ON eventlog.event TO rollbook_register
"""

BOUNDARIES: Final = """
SELECT coalesce(string_agg(format('DROP POLICY kept_apart ON %s', polrelid::regclass), '; '), '')
  FROM pg_policy WHERE polname = 'kept_apart'
"""

COMMAND_KEY: Final = "event_school_id_year_command_id_ordinal_key"


async def with_drawn_positions(url: str) -> None:
    """Take positions from a sequence: given at once, visible at commit."""
    await _replace(url, LOCKED_POSITION, DRAW_POSITION)
    await _execute(url, HEAD_FROM_EVENTS)


async def with_a_horizon(url: str) -> None:
    """Take positions from a sequence, and mend what that loses by waiting for older writers."""
    await _replace(url, LOCKED_POSITION, DRAW_POSITION)
    await _execute(url, "DROP TABLE eventlog.school_log CASCADE")
    await _execute(url, HORIZON)
    await _execute(url, HEAD_FROM_EVENTS.replace("DROP TABLE eventlog.school_log;", ""))


async def with_positions_of_transactions(url: str) -> None:
    """Order events by the id of their transaction, which it has from its first write."""
    await _replace(url, LOCKED_POSITION, POSITION_OF_TRANSACTION)
    await _execute(url, HEAD_FROM_EVENTS)


async def with_one_lock_for_all(url: str) -> None:
    """Let every append wait for every other, of whichever school."""
    begin, _ = LOCKED_POSITION
    await _replace(url, (begin, begin), LOCK_EVERYTHING + begin)


async def without_the_commands_lock(url: str) -> None:
    """Let runs of one command race."""
    await _replace(url, OWN_LOCK, "")


async def without_the_replay_check(url: str) -> None:
    """Forget which commands were stored."""
    await _replace(url, REPLAY, "")


async def without_comparing_what_was_said(url: str) -> None:
    """Know a command by its id alone."""
    await _replace(url, HASH_COMPARED, "")


async def without_the_commands_key(url: str) -> None:
    """Let one command be stored as often as it comes."""
    await _execute(url, f"ALTER TABLE eventlog.event DROP CONSTRAINT {COMMAND_KEY}")


async def without_the_triggers(url: str) -> None:
    """Let the owner do as it likes."""
    for table in ("event", "event_2026", "school_log"):
        await _execute(url, f"ALTER TABLE eventlog.{table} DISABLE TRIGGER USER")


async def without_the_boundary(url: str) -> None:
    """Leave it to the statements to keep schools apart."""
    async with connected(url, role=None) as conn:
        drop: str = await conn.fetchval(BOUNDARIES)
        assert drop, "no table has the boundary that was to be taken out"
        await conn.execute(drop)


async def that_loses_every_seventh(url: str) -> None:
    """Acknowledge every append, and keep six of seven."""
    await _execute(
        url,
        """
CREATE FUNCTION eventlog.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER lose BEFORE INSERT ON eventlog.event FOR EACH ROW
WHEN (NEW.kind = 'MarksRecorded.v1' AND NEW.position % 7 = 0) EXECUTE FUNCTION eventlog.lose()
""",
    )


async def _replace(url: str, piece: tuple[str, str], instead: str) -> None:
    """Replace what stands between two marks in the append, the marks included."""
    async with connected(url, role=None) as conn:
        definition: str = await conn.fetchval(DEFINITION)
        first, last = piece
        assert definition.count(first) == 1, f"the append has no piece that begins {first!r}"
        begin = definition.index(first)
        end = definition.index(last, begin) + len(last)
        await conn.execute(definition[:begin] + instead + definition[end:])


async def _execute(url: str, statements: str) -> None:
    async with connected(url, role=None) as conn:
        await conn.execute(statements)

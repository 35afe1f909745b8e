"""What the log refuses, as errors.

    EventLogError
    ├── CommandReused       the command id was used before, for something else
    ├── CommandInFlight     the same command is being appended at this moment
    ├── StreamMoved         a guarded stream is no longer at the version it was read at
    ├── RecordedTooEarly    the instant lies before the newest event of the school
    ├── CursorMoved         another consumer advanced this cursor meanwhile
    └── NotRebuildable      the consumer keeps a ledger, not a read model

Messages name no school, no pupil and no SQL.
"""


class EventLogError(Exception):
    """The root of everything the log raises by itself."""


class CommandReused(EventLogError):
    """The command id was used before, for something else."""


class CommandInFlight(EventLogError):
    """The same command is being appended at this moment: ask again when it has ended."""


class StreamMoved(EventLogError):
    """A guarded stream has moved on since it was read: read again and decide again."""


class RecordedTooEarly(EventLogError):
    """The instant lies before the newest event of the school: two clocks differ."""


class CursorMoved(EventLogError):
    """The cursor isn't where this batch began: its effect must not be committed."""


class NotRebuildable(EventLogError):
    """The consumer keeps a ledger of what was done, which no replay can make again."""

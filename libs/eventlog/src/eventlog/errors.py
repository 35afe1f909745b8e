"""What the log refuses, as errors.

    EventLogError
    ├── CommandReused       the command id was used before, for something else
    ├── CommandInFlight     the same command is being appended at this moment
    ├── StreamMoved         a guarded stream is no longer at the version it was read at
    ├── RecordedTooEarly    the instant lies before the newest event of the school
    ├── RecordedTooLate     the instant lies ahead of the database's clock
    ├── CursorMoved         another consumer advanced this cursor meanwhile
    ├── NotRebuildable      the consumer keeps a ledger, or has nothing of this school yet
    ├── RebuildUnderWay     the school is being rebuilt by someone else
    ├── NoFaultThere        no consumer is held back by that event
    └── LogBusy             the log was never let go of for the moment that was needed

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


class RecordedTooLate(EventLogError):
    """The instant lies ahead of the database's clock by more than clocks may differ."""


class CursorMoved(EventLogError):
    """The cursor isn't where this batch began: its effect must not be committed."""


class NotRebuildable(EventLogError):
    """There is nothing a replay could make again: a ledger, or a school never begun."""


class RebuildUnderWay(EventLogError):
    """The school's read model is being rebuilt elsewhere at this moment."""


class NoFaultThere(EventLogError):
    """The event holds no consumer back, so there is nothing to pass over."""


class LogBusy(EventLogError):
    """Others held the log all the time: what needs a moment of it must come again."""

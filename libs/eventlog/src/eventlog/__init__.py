"""The memory: an append-only log per school on PostgreSQL. Knows no school business."""

from eventlog.append import append, refusal_named
from eventlog.connection import Connection
from eventlog.consume import Batch, Consumer, Cursor, Dirty, consume, cursor_of, dirty_schools, lag
from eventlog.errors import (
    CommandInFlight,
    CommandReused,
    CursorMoved,
    EventLogError,
    NotRebuildable,
    RecordedTooEarly,
    StreamMoved,
)
from eventlog.faults import Fault, clear_fault, record_fault, standing_faults
from eventlog.read import (
    head,
    hold,
    newest_at,
    position_at,
    read_at,
    read_command,
    read_log,
    read_streams,
)
from eventlog.rebuild import rebuild_school, schools_of
from eventlog.record import (
    Appended,
    Command,
    Guard,
    NewEvent,
    SchoolId,
    StoredEvent,
    leaf_hash,
    new_salt,
    recording_year,
)

__all__ = [
    "Appended",
    "Batch",
    "Command",
    "CommandInFlight",
    "CommandReused",
    "Connection",
    "Consumer",
    "Cursor",
    "CursorMoved",
    "Dirty",
    "EventLogError",
    "Fault",
    "Guard",
    "NewEvent",
    "NotRebuildable",
    "RecordedTooEarly",
    "SchoolId",
    "StoredEvent",
    "StreamMoved",
    "append",
    "clear_fault",
    "consume",
    "cursor_of",
    "dirty_schools",
    "head",
    "hold",
    "lag",
    "leaf_hash",
    "new_salt",
    "newest_at",
    "position_at",
    "read_at",
    "read_command",
    "read_log",
    "read_streams",
    "rebuild_school",
    "record_fault",
    "recording_year",
    "refusal_named",
    "schools_of",
    "standing_faults",
]

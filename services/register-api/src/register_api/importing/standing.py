"""What the entries say beside their codes that stand where a file has rows.

Read from the log, where alone it is, and only for rows that say more than a code themselves: few
do. Decides only what is said twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from attendance.codec import decode
from attendance.codes import code_from
from attendance.errors import UnknownCode
from attendance.events import Mark, MarksAmended, MarksRecorded
from attendance.identifiers import PupilId
from attendance.school_details import SessionTimes
from attendance.validity import RawMark, minutes_late
from eventlog import Connection, SchoolId, StoredEvent, read_at

from register_api.import_rows_table import ReadBack

EVENTS_AT_ONCE: Final = 20  # of up to 3,000 marks each

# Entries in force, by the position of the event that made them so.
Standing: TypeAlias = Mapping[tuple[int, PupilId], Mark]


async def standing_entries(
    conn: Connection, school: SchoolId, rows: Iterable[ReadBack]
) -> Standing:
    """Read the entries that stand where rows say more than a national code."""
    wanted = {
        (row.entered_by, row.mark.pupil)
        for row in rows
        if row.entered_by is not None and row.mark is not None and says_more(row.mark)
    }
    positions = sorted({position for position, _ in wanted})
    standing: dict[tuple[int, PupilId], Mark] = {}
    for start in range(0, len(positions), EVENTS_AT_ONCE):
        for event in await read_at(conn, school, positions[start : start + EVENTS_AT_ONCE]):
            for entry in _entries(event):
                if (event.position, entry.pupil) in wanted:
                    standing[event.position, entry.pupil] = entry
    return standing


def says_more(mark: RawMark) -> bool:
    """Whether a mark says more than a national code does."""
    stated = (mark.minutes_late, mark.detail or None, mark.arrived_at, _local(mark.code))
    return any(each is not None for each in stated)


def says_all(entry: Mark, mark: RawMark, times: SessionTimes) -> bool:
    """Whether an entry of a mark's code says whatever else the mark does."""
    stated = (
        (minutes_late(mark, times), entry.minutes_late),
        (mark.detail or None, entry.detail),
        (_local(mark.code), _local(entry.raw_code)),
    )
    return all(said is None or said == stands for said, stands in stated)


def _entries(event: StoredEvent) -> Sequence[Mark]:
    """List the entries that an event put in force."""
    match decode(event.kind, event.payload):
        case MarksRecorded() as recorded:
            return recorded.marks
        case MarksAmended() as amended:
            return [
                Mark(each.pupil, each.amended, each.minutes_late, each.detail, each.raw_code)
                for each in amended.amendments
            ]
    return ()


def _local(raw: str | None) -> str | None:
    """Give a school's own subcode as it is told from others; None for a national code."""
    if raw is None:
        return None
    try:
        code_from(raw)
    except UnknownCode:
        return raw.strip().upper()
    return None

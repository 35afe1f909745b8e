"""Events of the log as CloudEvents 1.0. Translates; the payload goes out as it was written."""

import json
import re
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from attendance.codec import KINDS
from eventlog import StoredEvent

from register_api.schemas.responses import EventOut

EVENTS: Final = UUID("0d0c4c2e-52b5-5d0b-8f0e-2f6f6f0f9d11")  # namespace; fixed for ever


def public_kind(kind: str) -> str:
    """Name a kind as CloudEvents do: `MarksRecorded.v1` is `marks-recorded`."""
    name = kind.partition(".")[0]
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


PublicKind = StrEnum("PublicKind", {public_kind(kind): public_kind(kind) for kind in KINDS})  # type: ignore[misc]  # the codec has the last word on what kinds there are

LOG_KINDS: Final = {public_kind(kind): kind for kind in KINDS}


def cloud_event(event: StoredEvent, source: str) -> EventOut:
    """Show a stored event as a CloudEvent; its id is the same whenever it is read.

    Args:
        source: the service's URI.
    """
    return _enveloped(event, source, json.loads(event.payload))


def cloud_event_line(event: StoredEvent, source: str) -> str:
    """Write the same CloudEvent as one line of JSON, the payload byte for byte as it is stored.

    A payload is one line already. Streams write them by the million: to read each and write it
    anew would cost more than all else.
    """
    envelope = _enveloped(event, source, {}).model_dump_json(exclude={"data"})
    return f'{envelope[:-1]},"data":{event.payload}}}'


def _enveloped(event: StoredEvent, source: str, payload: dict[str, object]) -> EventOut:
    version = event.kind.partition(".")[2]
    return EventOut(
        id=str(uuid5(EVENTS, f"{event.school_id}/{event.position}")),
        type=f"uk.attendance.{public_kind(event.kind)}.{version}",
        source=source,
        subject=f"schools/{event.school_id}",
        time=event.recorded_at,
        position=event.position,
        data=payload,
    )

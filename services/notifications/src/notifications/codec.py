"""Facts of the log as CloudEvents 1.0, structured JSON: the bytes an authority receives.

Thin: identifiers, codes and dates; never a name, a date of birth or an address. The same fact has
the same id and the same bytes for ever. Source: CloudEvents 1.0.2, and its sequence extension.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from attendance.events import PupilAdmitted, PupilDeleted
from attendance.identifiers import PupilId, Urn

MESSAGES: Final = UUID("0f4b8a52-7c0e-5d0b-8b1e-3a6d5f7c9e21")  # namespace; fixed for ever
PREFIX: Final = "/notifications/v1"  # of our routes, and so of the source of our events
SEQUENCE_DIGITS: Final = 10  # the extension orders by text, so numbers are padded

Json = dict[str, Any]
"""A JSON object, as written. Any: JSON at the border."""


class EventType(StrEnum):
    """What a subscription may ask for."""

    THRESHOLD_MET = "uk.attendance.threshold-met.v1"
    THRESHOLD_CORRECTED = "uk.attendance.threshold-corrected.v1"
    THRESHOLD_WITHDRAWN = "uk.attendance.threshold-withdrawn.v1"
    THRESHOLD_LAPSED = "uk.attendance.threshold-lapsed.v1"
    ALERT_CONSIDERED = "uk.attendance.alert-considered.v1"
    PUPIL_ADMITTED = "uk.attendance.pupil-admitted.v1"
    PUPIL_DELETED = "uk.attendance.pupil-deleted.v1"
    RETURN_DUE = "uk.attendance.return-due.v1"
    RETURN_CORRECTED = "uk.attendance.return-corrected.v1"
    RETURN_WITHDRAWN = "uk.attendance.return-withdrawn.v1"


class DemandedType(StrEnum):
    """What is sent only when it is asked for, to whatever endpoint it is asked for."""

    VERIFICATION = "uk.attendance.endpoint-verification.v1"
    PING = "uk.attendance.ping.v1"


def kind_of(type_: str) -> str:
    """Name a type as streams name their events: `uk.attendance.ping.v1` is `ping`."""
    return type_.removeprefix("uk.attendance.").rpartition(".")[0]


def source_of(base_url: str) -> str:
    """Name this service as the source of events: the URI under which it is found."""
    return base_url + PREFIX


def message_id(urn: Urn, position: int, ordinal: int = 0) -> UUID:
    """Name a message about one event of a school's log: the same on every retry and replay.

    Args:
        ordinal: which of the event's messages, from 0.
    """
    place = f"{urn}/{position}"
    return uuid5(MESSAGES, f"{place}/{ordinal}" if ordinal else place)


def subject_of(urn: Urn, pupil: PupilId | None) -> str:
    """Name who a message is about; it is also the lane in which order is kept.

    Args:
        pupil: None where it is about a school's registers.
    """
    return f"schools/{urn}/registers" if pupil is None else f"schools/{urn}/pupils/{pupil}"


def envelope(
    *,
    id: UUID,  # noqa: A002 - CloudEvents' own name
    type: EventType | DemandedType,  # noqa: A002 - as above
    source: str,
    time: datetime,
    data: Mapping[str, object],
    about: Mapping[str, object] | None = None,
) -> str:
    """Write a CloudEvent.

    Args:
        source: the URI of this service.
        about: `subject`, `sequence` and `position`, where it is about a pupil.
    """
    return compact(
        {
            "specversion": "1.0",
            "id": str(id),
            "type": type.value,
            "source": source,
            **(about or {}),
            "time": instant(time),
            "datacontenttype": "application/json",
            "data": data,
        }
    )


def about_pupil(subject: str, *, sequence: int, position: int) -> dict[str, object]:
    """Make the attributes of a message about a pupil.

    Args:
        sequence: 1..n of the subject.
        position: of the event in the school's log.
    """
    return {
        "subject": subject,
        "sequence": f"{sequence:0{SEQUENCE_DIGITS}}",
        "position": position,
    }


def thin_admission(urn: Urn, event: PupilAdmitted) -> dict[str, object]:
    """Say of an admission who and from when, and nothing of what the register knows of them."""
    return {
        "urn": urn,
        "pupil": event.pupil,
        "starting_day": event.starting_day.isoformat(),
        "year_group": event.year_group,
    }


def thin_deletion(urn: Urn, event: PupilDeleted) -> dict[str, object]:
    """Say of a deletion who and when. Not on what ground: that can be health, custody or death."""
    return {"urn": urn, "pupil": event.pupil, "deleted_on": event.deleted_on.isoformat()}


def instant(at: datetime) -> str:
    """Write an instant in UTC, RFC 3339."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def compact(value: Mapping[str, object]) -> str:
    """Write JSON without spaces, in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

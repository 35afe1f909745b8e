"""Names of streams, worked out and never stored: the same thing has the same stream for ever.

The namespace must not change: every stream id in every log follows from it.
"""

from typing import Final
from uuid import UUID, uuid5

from attendance.identifiers import LaCode, PupilId, Urn
from attendance.session import Session

NAMESPACE: Final = UUID("5f0f7d4e-5a53-5c41-9f2e-6c0b2f7f6a10")


def school_stream(urn: Urn) -> UUID:
    """The stream of a school's details and calendars."""
    return uuid5(NAMESPACE, f"school/{urn}")


def admissions_stream(urn: Urn) -> UUID:
    """The stream of a school's admission register, the whole of it."""
    return uuid5(NAMESPACE, f"admissions/{urn}")


def session_stream(urn: Urn, session: Session) -> UUID:
    """The stream of the attendance register's entries for one session."""
    return uuid5(NAMESPACE, f"session/{urn}/{session.on.isoformat()}/{session.half}")


def closures_stream(urn: Urn) -> UUID:
    """The stream of a school's closures that nobody planned."""
    return uuid5(NAMESPACE, f"closures/{urn}")


def rules_stream(urn: Urn) -> UUID:
    """The stream of the numbers a school has set in the place of rules' own."""
    return uuid5(NAMESPACE, f"rules/{urn}")


def retention_stream(urn: Urn) -> UUID:
    """The stream of the holds on what a school keeps."""
    return uuid5(NAMESPACE, f"retention/{urn}")


def alerts_stream(urn: Urn, pupil: PupilId) -> UUID:
    """The stream of what was found about one pupil."""
    return uuid5(NAMESPACE, f"alerts/{urn}/{pupil}")


def returns_stream(urn: Urn, pupil: PupilId) -> UUID:
    """The stream of what became of one pupil's statutory returns."""
    return uuid5(NAMESPACE, f"returns/{urn}/{pupil}")


def registers_stream(urn: Urn, session: Session) -> UUID:
    """The stream of what was found about the registers of one session."""
    return uuid5(NAMESPACE, f"registers/{urn}/{session.on.isoformat()}/{session.half}")


def alert_id(urn: Urn, pupil: PupilId, rule: str, episode: int) -> UUID:
    """The identity of a finding: the same when alerts are worked out again from the log."""
    return uuid5(NAMESPACE, f"alert/{urn}/{pupil}/{rule}/{episode}")


def register_alert_id(urn: Urn, rule: str, group: str | None, session: Session) -> UUID:
    """The identity of a finding about a register, of a group's pupils or of those of none."""
    of_session = f"register-alert/{urn}/{rule}/{session.on.isoformat()}/{session.half}"
    return uuid5(NAMESPACE, of_session if group is None else f"{of_session}/{group}")


def return_id(alert: UUID, la_code: LaCode, version: int) -> UUID:
    """The identity of a return: the same when returns are made again from the log.

    Args:
        version: 1 for the return first made, and one more with each correction.
    """
    return uuid5(NAMESPACE, f"return/{alert}/{la_code}/{version}")

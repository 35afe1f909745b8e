"""What came of one attempt at an endpoint. A value; judges nothing but success."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

EXCERPT_BYTES: Final = (
    2048  # of the answer's body: enough to find a mistake by, too little to store
)


class Failure(StrEnum):
    """Why an attempt got no answer."""

    TIMED_OUT = "timed-out"
    NOT_REACHED = "not-reached"
    TLS_REFUSED = "tls-refused"
    ENDPOINT_REFUSED = "endpoint-refused"
    SECRET_UNREADABLE = "secret-unreadable"  # noqa: S105 - no secret; on record from long ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An endpoint's answer to one attempt, or why there was none."""

    started_at: datetime
    latency_ms: int
    address: str | None = None  # that was connected to
    status: int | None = None
    failure: Failure | None = None
    excerpt: bytes = b""  # the body's first 2 KiB; nothing where names were sent
    retry_after: str | None = None  # the header, unread

    @property
    def succeeded(self) -> bool:
        """Whether it counts as delivered: any 2xx, and nothing else."""
        return self.failure is None and self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the endpoint says it is no more (410)."""
        return self.failure is None and self.status == HTTPStatus.GONE

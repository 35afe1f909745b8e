"""What this service refuses, and what it can't go on with.

    NotificationsError
    ├── EndpointRefused      an address that deliveries are never sent to
    ├── VerificationFailed   the endpoint didn't answer the challenge as it should
    ├── AlertNeverMet        the log corrects or withdraws an alert it never raised
    ├── SchoolNeverRegistered  the log tells of pupils of a school it never registered
    └── SecretUnreadable     a stored secret doesn't open with any key at hand

Messages name no pupil and no secret, and of an address no more than the caller gave.
"""


class NotificationsError(Exception):
    """The root of everything this service raises by itself."""


class EndpointRefused(NotificationsError):
    """An address that deliveries are never sent to; `slug` names the reason for a machine."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.slug = slug


class VerificationFailed(NotificationsError):
    """The endpoint didn't answer the challenge as it should; the subscription stays as it was."""


class AlertNeverMet(NotificationsError):
    """An alert is corrected, withdrawn or closed that was never raised."""


class SchoolNeverRegistered(NotificationsError):
    """An event to be told is of a school without an authority: it was never registered."""


class SecretUnreadable(NotificationsError):
    """A stored secret doesn't open: the key it was sealed with isn't among those given."""

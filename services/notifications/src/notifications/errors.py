"""What this service refuses, and what it can't go on with.

    NotificationsError
    ├── EndpointRefused      an address that deliveries are never sent to
    ├── ResolverBusy         no thread is free to look another name up
    ├── VerificationFailed   the endpoint didn't answer the challenge as it should
    ├── ReplayRefused        what is to be sent again was never owed, or is too much
    ├── ReplayRunning        another replay of the subscription isn't finished
    ├── AlertNeverMet        the log corrects or withdraws an alert it never raised
    ├── PupilNeverAdmitted   the log finds something of a pupil it never admitted
    ├── SchoolNeverRegistered  the log tells of pupils of a school it never registered
    └── SecretUnreadable     a stored secret doesn't open with any key at hand

Messages name no pupil and no secret, and of an address no more than the caller gave.
"""

from collections.abc import Mapping


class NotificationsError(Exception):
    """The root of everything this service raises by itself."""


class EndpointRefused(NotificationsError):
    """An address that deliveries are never sent to; `slug` names the reason for a machine."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.slug = slug


class ResolverBusy(NotificationsError):
    """No thread is free to look another name up: nothing is wrong with the endpoint."""


class VerificationFailed(NotificationsError):
    """The endpoint didn't answer the challenge as it should; the subscription stays as it was."""


class ReplayRefused(NotificationsError):
    """What is to be sent again can't be: `wrong` has the reason's slug by where it was given."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("this can't be replayed")
        self.wrong = wrong


class ReplayRunning(NotificationsError):
    """A subscription is replayed once at a time."""


class AlertNeverMet(NotificationsError):
    """An alert is corrected, withdrawn or closed that was never raised."""


class PupilNeverAdmitted(NotificationsError):
    """A return is due of a pupil whom the admission register never had."""


class SchoolNeverRegistered(NotificationsError):
    """An event to be told is of a school without an authority: it was never registered."""


class SecretUnreadable(NotificationsError):
    """A stored secret doesn't open: the key it was sealed with isn't among those given."""

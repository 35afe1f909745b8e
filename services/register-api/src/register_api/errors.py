"""What register-api refuses beside the law's own refusals.

RegisterApiError
├── AnotherRevision a pupil's entry has changed since whoever would change it read it
├── ClosureUndone   a closure is to be reversed that was reversed before
└── EntryMoved      an entry was made or amended between the reading and the writing
"""


class RegisterApiError(Exception):
    """The root of everything this service raises by itself."""


class AnotherRevision(RegisterApiError):
    """A pupil's entry in the admission register isn't at the revision the caller had read."""


class ClosureUndone(RegisterApiError):
    """The closure was reversed before."""


class EntryMoved(RegisterApiError):
    """An entry of the session was made or amended since it was read: decide again."""


class NotKnownStored(RegisterApiError):
    """The database was lost before it answered; a retry with the same key finds out."""


class LogHeld(RegisterApiError):
    """Someone holds the school's log for longer than others may be made to wait."""

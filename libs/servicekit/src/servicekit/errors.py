"""What servicekit raises.

    ServicekitError
    ├── NoSuchService        a name on the command line that no installed package offers
    ├── SettingsRefused      the environment asks for something that can't be
    ├── DropRefused          a recording year that can't be dropped, or not yet
    ├── SkipRefused          an event is to be passed over, and nobody answers for that
    ├── DatabaseUnreachable  the database that was named doesn't answer
    ├── EmbeddedPostgresError  the private database can't be started where it was asked for
    ├── Unauthenticated      no token, or one that doesn't verify (401)
    ├── ScopeMissing         the token lacks the scope this needs (403)
    ├── NotFound             no such thing, or not the caller's to know (404)
    ├── KeysUnavailable      the identity provider's keys can't be had (503)
    ├── SchoolBusy           the school's log changed again and again while deciding (503)
    ├── ClocksDiffer         this machine's clock is far behind the newest event (503)
    └── ViewBehind           a view hasn't reached the position asked for in time (503)

Messages are for the person who reads the answer: no pupil, no SQL, no class name in them.
"""


class ServicekitError(Exception):
    """The root of everything this package raises by itself."""


class NoSuchService(ServicekitError):
    """A service was asked for that no installed package offers."""


class SettingsRefused(ServicekitError):
    """The environment asks for something that can't be."""


class DropRefused(ServicekitError):
    """A recording year can't be dropped: too early, held, or there is none."""


class SkipRefused(ServicekitError):
    """An event may be passed over only with a reason, and a person who answers for it."""


class DatabaseUnreachable(ServicekitError):
    """The database that was named doesn't answer."""


class EmbeddedPostgresError(ServicekitError):
    """The private database can't be started where it was asked for."""


class Unauthenticated(ServicekitError):
    """No bearer token came with the request, or one that doesn't verify."""


class KeysUnavailable(ServicekitError):
    """The identity provider's keys can't be had, so no token can be verified."""


class ScopeMissing(ServicekitError):
    """The token is good, but lacks the scope this route needs."""


class NotFound(ServicekitError):
    """There is no such thing, or it isn't the caller's to know of."""


class SchoolBusy(ServicekitError):
    """What was decided on changed again and again meanwhile; a retry will do."""


class ClocksDiffer(ServicekitError):
    """This machine's clock is far behind the newest event: recording would misdate it."""


class ViewBehind(ServicekitError):
    """A view hasn't reached the position asked for in time."""

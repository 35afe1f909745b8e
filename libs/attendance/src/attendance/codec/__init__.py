"""Events to the JSON the log keeps, and back. Judges nothing: what was recorded stays readable.

A kind is the event's name and a version, `MarksRecorded.v1`. Fields are written in a fixed order,
and left out where there is nothing to say; a reader passes by fields it doesn't know. The JSON is
frozen by tests/architecture/test_event_json.py.
"""

import json
from typing import Any, Final

from attendance.codec import (
    admissions,
    alerts,
    closures,
    plans,
    register,
    retention,
    returns,
    rules,
    school,
)
from attendance.codec.form import Form
from attendance.errors import MalformedEvent, Refused, UnknownEventKind
from attendance.events import Event

__all__ = ["KINDS", "decode", "encode"]

# Any: each form writes the one event it is filed under, which a mapping can't say.
_FORMS: Final[tuple[Form[Any], ...]] = (
    *school.FORMS,
    *admissions.FORMS,
    *plans.FORMS,
    *register.FORMS,
    *closures.FORMS,
    *retention.FORMS,
    *rules.FORMS,
    *alerts.FORMS,
    *returns.FORMS,
)
_BY_EVENT: Final = {form.event: form for form in _FORMS}
_BY_KIND: Final = {form.kind: form for form in _FORMS}

KINDS: Final = tuple(_BY_KIND)
"""Every kind of event this version reads and writes."""


def encode(event: Event) -> tuple[str, str]:
    """Write an event as its kind and its JSON.

    Raises:
        MalformedEvent: an instant in it has no time zone.
    """
    form = _BY_EVENT[type(event)]
    try:
        return form.kind, form.write(event)
    except ValueError as error:
        raise MalformedEvent(form.kind) from error


def decode(kind: str, payload: str) -> Event:
    """Read an event back from its kind and its JSON.

    Raises:
        UnknownEventKind: no version of this library up to this one wrote that kind.
        MalformedEvent: the JSON isn't what the kind promises.
    """
    form = _BY_KIND.get(kind)
    if form is None:
        raise UnknownEventKind(kind)
    try:
        event: Event = form.read(json.loads(payload))
    except (KeyError, TypeError, ValueError, AttributeError, Refused):
        # Without its cause: the cause quotes the payload, and tracebacks reach logs.
        raise MalformedEvent(kind) from None
    return event

"""What a subscription is owed: which messages are its own, and in which form. Pure."""

from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from notifications.codec import EventType
from notifications.publication import Hearers, Message

# Whoever asked to be told that a return is due is told what becomes of it: a correction is due too.
FOLLOWING: Final = frozenset({EventType.RETURN_CORRECTED, EventType.RETURN_WITHDRAWN})


class Owing(NamedTuple):
    """A message that a subscription is owed."""

    subscription: UUID
    message: Message
    whole: bool = False  # its full body, and not the thin one
    return_id: UUID | None = None  # the statutory return that it brings to its authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a subscription chose to be told."""

    types: tuple[str, ...] = ()  # none for all; with `return-due` what becomes of a return too
    rules: tuple[str, ...] = ()  # of alerts and returns, by slug; none for all
    full_bodies: bool = False  # of returns, all that they tell: names too

    def takes(self, type_: EventType) -> bool:
        """Whether messages of a type are chosen."""
        follows = type_ in FOLLOWING and EventType.RETURN_DUE in self.types
        return not self.types or type_ in self.types or follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Collecting:
    """What a subscription is owed of one school."""

    id: UUID
    la_code: str | None  # None: it names the school itself
    choice: Choice
    starts_after: int  # position in the school's log

    def wants(self, message: Message) -> bool:
        """Tell whether a message of the school is this subscription's."""
        return (
            message.position > self.starts_after
            and self._may_hear(message)
            and self.choice.takes(message.type)
            and (not self.choice.rules or message.rule in self.choice.rules)
        )

    def owed(self, message: Message) -> Owing:
        """Say how it is owed a message of its own.

        A school's own subscription is told of a return, and makes it no return to the authority.
        """
        return Owing(
            self.id,
            message,
            whole=self.choice.full_bodies and message.whole_body is not None,
            return_id=None if self.la_code is None else message.return_id,
        )

    def _may_hear(self, message: Message) -> bool:
        if self.la_code is None:
            return message.hearers is not Hearers.AUTHORITY
        return message.hearers is not Hearers.SCHOOL and self.la_code == message.la_code

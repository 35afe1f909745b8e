"""What a subscription is owed: which messages are its own, and in which form. Pure."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from notifications.publication import Message


class Owing(NamedTuple):
    """A message that a subscription is owed."""

    subscription: UUID
    message: Message
    whole: bool = False  # its full body, and not the thin one
    return_id: UUID | None = None  # the statutory return that it brings to its authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a subscription chose to be told."""

    types: tuple[str, ...] = ()  # none for all
    rules: tuple[str, ...] = ()  # of alerts and returns, by slug; none for all
    full_bodies: bool = False  # of returns, all that they tell: names too


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
            and (self.la_code is None or self.la_code == message.la_code)
            and (not self.choice.types or message.type in self.choice.types)
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

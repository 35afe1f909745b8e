"""What the law refuses, and what it can't read.

    AttendanceError
    ├── Refused                  every reason at once, each pointing at its item
    │   ├── AdmissionRefused     an admission to the admission register, or a change in it
    │   ├── CalendarRefused      a school's calendar for one academic year
    │   ├── DecisionRefused      a decision on an alert
    │   ├── DeletionRefused      a deletion from the admission register
    │   ├── DetailsRefused       a school's details
    │   ├── EntryRulesRefused    a school's own rules for entries
    │   ├── HoldRefused          a hold on what is kept, or its lifting
    │   ├── PlanRefused          an absence plan, a decision about one, or its end
    │   ├── RegisterRefused      entries in the attendance register, or their amendment
    │   ├── ReturnRefused        what became of a statutory return
    │   └── TermsRefused         numbers that a school sets in the place of a rule's own
    ├── SchoolUnknown            the school was never registered
    ├── PupilUnknown             the admission register never had the pupil
    ├── PlanUnknown              the pupil has no such absence plan
    ├── HoldUnknown              no such hold was ever placed
    ├── AlertUnknown             no such alert was ever raised
    ├── RuleUnknown              the catalogue has no such rule
    ├── UnknownCode              a mark that is no attendance code
    ├── UnknownEventKind         a recorded event of a kind this version doesn't read
    └── MalformedEvent           a recorded event that isn't what its kind says

A message never holds a pupil's name, identifier, code or reason. It knows no HTTP: the service maps
errors to statuses, 409 where a refusal says `conflict`.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a command can't be carried out."""

    pointer: str  # JSON pointer into the command as sent, "" for the whole of it
    code: str  # a slug a machine can act on, such as "unknown-code"
    detail: str  # for the person: what is wrong and what to do; never says who or which code
    conflict: bool = False  # true: allowed in itself, but not as the register stands now


class AttendanceError(Exception):
    """The root of everything this library raises by name."""


class Refused(AttendanceError):
    """A command was refused whole; `refusals` holds every reason, in the order of its items."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(dict.fromkeys(refusal.detail for refusal in self.refusals)))

    @property
    def conflict(self) -> bool:
        """Whether every reason is a conflict with the present state, and none a plain mistake."""
        return all(refusal.conflict for refusal in self.refusals)


class AdmissionRefused(Refused):
    """The admission register can't state this of a pupil."""


class CalendarRefused(Refused):
    """A calendar contradicts itself or leaves its academic year."""


class DecisionRefused(Refused):
    """A decision on an alert can't be taken as stated, or not as the alert stands."""


class DeletionRefused(Refused):
    """A pupil can't be deleted from the admission register as asked."""


class DetailsRefused(Refused):
    """A school's details are not possible in law."""


class PlanRefused(Refused):
    """An absence plan can't be made, decided or ended as asked."""


class HoldRefused(Refused):
    """A hold on what is kept can't be placed, or lifted, as asked."""


class EntryRulesRefused(Refused):
    """A school's own rules for entries contradict themselves or the national codes."""


class RegisterRefused(Refused):
    """Entries or amendments that the attendance register can't take."""


class ReturnRefused(Refused):
    """A return can't be acknowledged, or recorded as submitted, as stated or as it stands."""


class TermsRefused(Refused):
    """A school can't be judged by these numbers in the place of a rule's own."""


class SchoolUnknown(AttendanceError):
    """The school was never registered here."""

    def __init__(self) -> None:
        super().__init__("The school is not registered. Register its details first.")


class PupilUnknown(AttendanceError):
    """The pupil was never entered in the admission register."""

    def __init__(self) -> None:
        super().__init__("There is no such pupil at this school.")


class PlanUnknown(AttendanceError):
    """The pupil has no such absence plan, or no longer: another replaced it."""

    def __init__(self) -> None:
        super().__init__("There is no such absence plan, or another has replaced it.")


class HoldUnknown(AttendanceError):
    """No hold of that name was ever placed at this school."""

    def __init__(self) -> None:
        super().__init__("There is no such hold.")


class AlertUnknown(AttendanceError):
    """No alert of that name was ever raised, or it went with its recording year."""

    def __init__(self) -> None:
        super().__init__("There is no such alert.")


class RuleUnknown(AttendanceError):
    """The catalogue has no rule of that name."""

    def __init__(self) -> None:
        super().__init__("There is no such rule. GET /thresholds/v1/rules lists them.")


class UnknownCode(AttendanceError):
    """A mark that is not one of the attendance codes."""

    def __init__(self) -> None:
        super().__init__("Not an attendance code. Use a code of the code table.")


class UnknownEventKind(AttendanceError):
    """The log holds a kind of event that this version can't read; `kind` is its name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"No reader for events of kind {kind}. Run a version that knows it.")


class MalformedEvent(AttendanceError):
    """An event isn't what its kind promises; `kind` is its name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"An event of kind {kind} is not as that kind is written.")

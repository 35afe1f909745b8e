"""What this service can't take from the log.

    ThresholdsError
    ├── PupilNeverAdmitted    entries of a pupil whom no event admitted
    └── AlertNeverRaised      an alert goes on that never began

Either holds the school back as a fault until a person has seen to it; nothing is guessed.
"""


class ThresholdsError(Exception):
    """The root of everything this service raises by itself."""


class PupilNeverAdmitted(ThresholdsError):
    """The log has entries of a pupil whom it never admitted, so their age isn't known."""

    def __init__(self) -> None:
        super().__init__("The log has entries of a pupil whom no event admitted.")


class AlertNeverRaised(ThresholdsError):
    """The log corrects, withdraws or ends an alert that it never raised."""

    def __init__(self) -> None:
        super().__init__("The log goes on about an alert that no event raised.")

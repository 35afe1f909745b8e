"""What may be sent of an absence plan, kind by kind.

What is well formed but not lawful is refused by the law (libs/attendance), not here.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from attendance.codes import Code
from attendance.events import Signatory
from attendance.identifiers import Urn
from attendance.plan_terms import LeavePurpose
from attendance.planned_absences import (
    Activity,
    DualRegistration,
    Exclusion,
    ExclusionKind,
    Illness,
    Leave,
    PartTimeTimetable,
    Pattern,
    Relationship,
    Requester,
    Weekday,
)
from attendance.session import Half, Session
from pydantic import BeforeValidator, Field
from servicekit.dates import Day
from servicekit.fields import By, Closed, Line, Remark, SignatoryIn, whole

from register_api.schemas.requests import Flag

SESSIONS_A_WEEK: Final = 10
REVIEWS: Final = 52

PlanField = Annotated[
    UUID, Field(description="the plan", examples=["0c7d3f52-5a0e-5d1c-9b5b-0c2f4e8f6a11"])
]
UrnField = Annotated[
    int,
    Field(strict=True, ge=100_000, le=999_999, description="the school's URN", examples=[999002]),
    BeforeValidator(whole),
]


class FirstSessionIn(Closed):
    """The first session of a plan."""

    date: Day = Field(examples=["2026-11-23"])
    session: Half = Field(default=Half.AM, description="the morning when absent")

    def to_session(self) -> Session:
        """Read it in the law's terms."""
        return Session(self.date, self.session)


class LastSessionIn(Closed):
    """The last session of a plan, which is of it."""

    date: Day = Field(examples=["2026-11-27"])
    session: Half = Field(default=Half.PM, description="the afternoon when absent")

    def to_session(self) -> Session:
        """Read it in the law's terms."""
        return Session(self.date, self.session)


class WeekSessionIn(Closed):
    """A session that comes every week."""

    weekday: Weekday
    session: Half


Week = Annotated[list[WeekSessionIn], Field(max_length=SESSIONS_A_WEEK)]


class StatedIn(Closed):
    """What every plan has, whatever its kind."""

    starts: FirstSessionIn
    replaces: PlanField | None = Field(
        default=None,
        description="the plan of the same kind that this one is a revision of",
        examples=[None],
    )
    by: By


class RequesterIn(Closed):
    """Who asks for leave."""

    name: Line = Field(examples=["N. Adeyemi"])
    relationship: Relationship = Field(
        description="the pupil only when over compulsory school age, as may a parent then too"
    )


class LeaveIn(StatedIn):
    """Leave of absence as it is asked for (SI 2024/208 reg 11); another request decides it."""

    kind: Literal["leave"]
    purpose: LeavePurpose
    ends: LastSessionIn
    requested_by: RequesterIn
    requested_on: Day = Field(
        description="when it was asked for; for an interview, study and exceptional circumstances "
        "at the latest the day it starts",
        examples=["2026-11-09"],
    )
    reason: Remark = Field(
        description="in the words of who asks", examples=["grandmother's funeral in Lagos"]
    )
    evidence_shown: Remark | None = Field(
        default=None,
        description="what was shown, such as a licence or an examination timetable",
        examples=["order of service"],
    )

    def to_planned(self) -> Leave:
        """Read it in the law's terms."""
        return Leave(
            purpose=self.purpose,
            starts=self.starts.to_session(),
            ends=self.ends.to_session(),
            requested_by=Requester(self.requested_by.name, self.requested_by.relationship),
            requested_on=self.requested_on,
            reason=self.reason,
            evidence_shown=self.evidence_shown,
        )


class PartTimeTimetableIn(StatedIn):
    """A temporary part-time timetable agreed with a parent (SI 2024/208 reg 11(6))."""

    kind: Literal["part-time-timetable"]
    ends: LastSessionIn
    pattern: Week = Field(description="the sessions of a week that the pupil needn't attend")
    agreed_with: Line = Field(
        description="the parent whom the pupil normally lives with", examples=["N. Adeyemi"]
    )
    agreed_on: Day = Field(description="at the latest the day it starts", examples=["2026-11-13"])
    authorised_by: SignatoryIn = Field(
        description="who agreed for the school, authorised by its proprietor"
    )
    reviews_on: list[Day] = Field(
        max_length=REVIEWS, description="when it is reviewed", examples=[["2026-12-04"]]
    )
    reason: Remark = Field(examples=["return after an operation"])

    def to_planned(self) -> PartTimeTimetable:
        """Read it in the law's terms."""
        by = self.authorised_by
        return PartTimeTimetable(
            starts=self.starts.to_session(),
            ends=self.ends.to_session(),
            pattern=_pattern(self.pattern),
            agreed_with=self.agreed_with,
            agreed_on=self.agreed_on,
            authorised_by=Signatory(by.name, by.position),
            reviews_on=tuple(self.reviews_on),
            reason=self.reason,
        )


class ExclusionIn(StatedIn):
    """A suspension or permanent exclusion."""

    kind: Literal["exclusion"]
    exclusion: ExclusionKind
    ends: LastSessionIn | None = Field(
        default=None, description="needed for a suspension, not allowed for a permanent exclusion"
    )
    reason: Remark = Field(examples=["persistent disruptive behaviour"])

    def to_planned(self) -> Exclusion:
        """Read it in the law's terms."""
        return Exclusion(
            exclusion=self.exclusion,
            starts=self.starts.to_session(),
            ends=end_of(self.ends),
            reason=self.reason,
        )


class IllnessIn(StatedIn):
    """An illness as it was reported."""

    kind: Literal["illness"]
    expected_return: Day | None = Field(
        default=None,
        description="the day the pupil is expected back; when absent, the plan is of its first day",
        examples=["2026-11-26"],
    )
    medical_evidence_seen: Flag = False

    def to_planned(self) -> Illness:
        """Read it in the law's terms."""
        return Illness(
            starts=self.starts.to_session(),
            expected_return=self.expected_return,
            medical_evidence_seen=self.medical_evidence_seen,
        )


class DualRegistrationIn(StatedIn):
    """A registration at another school as well."""

    kind: Literal["dual-registration"]
    other_school: UrnField
    main: Flag = Field(description="whether this school, and not the other, is the main one")
    ends: LastSessionIn | None = Field(default=None, description="until further notice when absent")
    pattern: Week = Field(
        default=[], description="the sessions of a week due at the other school; all when empty"
    )

    def to_planned(self) -> DualRegistration:
        """Read it in the law's terms."""
        return DualRegistration(
            other_school=Urn(self.other_school),
            main=self.main,
            starts=self.starts.to_session(),
            ends=end_of(self.ends),
            pattern=_pattern(self.pattern),
        )


class ActivityFields(Closed):
    """What is said of an educational activity off the site, whoever takes part."""

    code: Literal["V", "P", "W", "B", "K"] = Field(
        description="visit, sport, work experience, other approved activity, or provision that the "
        "local authority arranged"
    )
    nature: Remark = Field(description="what is done there", examples=["geology field trip"])
    place: Line = Field(examples=["Lyme Regis"])
    supervisor: Line | None = Field(
        default=None,
        description="who supervises there; needed for V, of the school's staff, and for P, W and B",
        examples=["C. Jones, teacher"],
    )
    provider: Line | None = Field(
        default=None,
        description="whom the local authority arranged it with; needed for K",
        examples=["Elmbridge Hospital School"],
    )
    starts: FirstSessionIn
    ends: LastSessionIn | None = Field(
        default=None, description="needed but for K, which is until further notice when absent"
    )
    pattern: Week = Field(default=[], description="its sessions of a week; all when empty")

    def to_planned(self) -> Activity:
        """Read it in the law's terms."""
        return Activity(
            code=Code(self.code),
            nature=self.nature,
            place=self.place,
            supervisor=self.supervisor,
            provider=self.provider,
            starts=self.starts.to_session(),
            ends=end_of(self.ends),
            pattern=_pattern(self.pattern),
        )


class ActivityIn(ActivityFields, StatedIn):
    """An educational activity off the site: a visit, sport, work experience, other provision."""

    kind: Literal["activity"]


def end_of(ends: LastSessionIn | None) -> Session | None:
    """Read the last session, if one is given."""
    return None if ends is None else ends.to_session()


def _pattern(week: list[WeekSessionIn]) -> Pattern:
    return frozenset((each.weekday.number, each.session) for each in week)

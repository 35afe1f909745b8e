"""What a rule with other numbers would find in a school's history. Reads; stores nothing.

Decisions are left aside on both sides of the comparison: what was closed, put off or relied on by a
penalty notice was so under the numbers of its day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple

from attendance.errors import Refusal, TermsRefused
from attendance.identifiers import PupilId
from attendance.rules.catalogue import RULES
from attendance.rules.facts import PupilFacts
from attendance.rules.finding import Finding
from attendance.rules.numbers import Number, problems_of_number, sorts_of, with_numbers
from attendance.rules.rule import About, Rule
from attendance.rules.terms import Source, Terms
from attendance.school_details import SchoolDetails
from eventlog import Connection, SchoolId, cursor_of
from servicekit.database import of_school
from servicekit.errors import NotFound
from servicekit.service import Runtime

from thresholds import school_table, tables
from thresholds.aside import MARKS_A_WALK, worked_out
from thresholds.circumstances import circumstances_of
from thresholds.dropped import Dropped
from thresholds.packing import place_of
from thresholds.processor import CONSUMER
from thresholds.school import Setting, details_in, setting_of
from thresholds.timetable import Timetable, timetable_of

PUPILS_AT_ONCE: Final = 50  # a tenth of a second or so beside the loop
LEAST: Final = 1  # a rule that asks for nothing at all has no meaning
MOST: Final = 10_000
NO_SCHOOL: Final = "There is no such school."


class Found(NamedTuple):
    """A finding, and whose it is."""

    pupil: PupilId
    finding: Finding


class Tally(NamedTuple):
    """How many findings, of how many pupils."""

    met: int
    pupils: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What was found."""

    terms: Terms
    position: int  # in the school's log
    pupils: int
    would_be: Tally
    as_it_stands: Tally
    found: Sequence[Found]  # the oldest first, then by pupil


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Which rule, with which numbers, over which days; None leaves an end open."""

    rule: Rule
    terms: Terms
    first: date | None
    last: date | None

    def asks_for(self, finding: Finding) -> bool:
        """Whether a finding was met within the days."""
        on = finding.met_on.on
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class _School:
    details: SchoolDetails
    timetable: Timetable
    setting: Setting
    dropped: Dropped


@dataclass(frozen=True, slots=True)
class _Asked:
    simulation: Simulation
    school: _School
    at: datetime

    def findings(
        self, facts: Mapping[PupilId, PupilFacts], years: tables.Years
    ) -> tuple[list[Found], list[Found]]:
        """Ask the rule about some pupils: with the other numbers, and with those in force."""
        rule, school = self.simulation.rule, self.school
        would_be: list[Found] = []
        as_it_stands: list[Found] = []
        for pupil, of_pupil in facts.items():
            asked = circumstances_of(
                years[pupil], of_pupil, school.timetable, school.details, self.at
            )
            would_be += self._met(pupil, rule.findings(asked, self.simulation.terms))
            for terms in school.setting[rule.slug]:
                as_it_stands += self._met(pupil, rule.findings(asked, terms))
        return would_be, as_it_stands

    def _met(self, pupil: PupilId, findings: Sequence[Finding]) -> list[Found]:
        """Leave out what was met on other days, or rests on entries that were dropped."""
        return [
            Found(pupil, each)
            for each in findings
            if self.simulation.asks_for(each)
            and not self.school.dropped.is_frozen(place_of(each.met_on).year)
        ]


def simulation_of(
    slug: str, numbers: Mapping[str, Number], first: date | None, last: date | None
) -> Simulation:
    """Put numbers in the place of a rule's own of today: any of them, the law's too.

    Raises:
        TermsRefused: every reason at once.
    """
    rule = RULES[slug]
    if refusals := list(_problems(rule, numbers)):
        raise TermsRefused(refusals)
    own = rule.terms[-1]
    source = Source("A simulation", f"in the place of {own.source}", own.in_force_from)
    terms = with_numbers(own, numbers, source)
    return Simulation(rule=rule, terms=terms, first=first, last=last)


async def simulate(runtime: Runtime, urn: int, simulation: Simulation) -> Simulated:
    """Ask a rule about every pupil of a school, with other numbers and with those in force.

    Raises:
        NotFound: the school isn't known here yet.
    """
    school = SchoolId(urn)
    async with (
        of_school(runtime.pool, urn) as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),  # at one position throughout
    ):
        cursor = await cursor_of(conn, CONSUMER, school)
        if cursor is None:
            raise NotFound(NO_SCHOOL)
        asked = _Asked(simulation, await _school(conn, school, cursor.version), runtime.clock())
        facts = await tables.every_pupil(conn, school, cursor.version)
        would_be: list[Found] = []
        as_it_stands: list[Found] = []
        for some in _parts(facts):
            years = await tables.years_from(conn, school, cursor.version, dict.fromkeys(some, 0))
            weight = len(some) * MARKS_A_WALK
            found = await worked_out(weight, asked.findings, some, years)
            would_be += found[0]
            as_it_stands += found[1]
    return Simulated(
        terms=simulation.terms,
        position=cursor.position,
        pupils=len(facts),
        would_be=_tally(would_be),
        as_it_stands=_tally(as_it_stands),
        found=sorted(would_be, key=lambda each: (each.finding.met_on, each.pupil)),
    )


def _problems(rule: Rule, numbers: Mapping[str, Number]) -> Iterator[Refusal]:
    if rule.about is not About.PUPIL:
        detail = "This rule asks after registers; only rules about pupils can be simulated."
        yield Refusal("/rule", "rule-not-simulated", detail)
        return
    sorts = sorts_of(rule.terms[-1])
    if not numbers:
        yield Refusal("/terms", "no-numbers", "Give at least one number to be put in place.")
    for name, number in numbers.items():
        if name in sorts:
            pointer = f"/terms/{name}"
            yield from problems_of_number(pointer, number, sorts[name], least=LEAST, most=MOST)
        else:
            detail = "The rule has no number of that name; GET /thresholds/v1/rules lists them."
            yield Refusal("/terms", "number-unknown", detail)


def _parts(facts: Mapping[PupilId, PupilFacts]) -> Iterator[dict[PupilId, PupilFacts]]:
    left = iter(sorted(facts.items()))
    while part := dict(islice(left, PUPILS_AT_ONCE)):
        yield part


async def _school(conn: Connection, school: SchoolId, version: int) -> _School:
    kept = await school_table.kept(conn, school, version)
    details = details_in(kept.details)
    if details is None:
        raise NotFound(NO_SCHOOL)
    timetable = timetable_of(tuple(kept.calendars))
    return _School(details, timetable, setting_of(tuple(kept.terms)), kept.dropped)


def _tally(found: Sequence[Found]) -> Tally:
    return Tally(len(found), len({each.pupil for each in found}))

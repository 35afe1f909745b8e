"""Chooses what of each school goes with a recording year, and sees to it that this stays true.

Logs grow while a year is being dropped. What they grow by may change what is chosen, and may be a
hold; so it is chosen anew where it could, as long as that takes, and only then are all logs held.
Drops nothing, and decides nothing that the law decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from attendance.codec import KINDS, decode
from attendance.events import RetentionHoldPlaced
from attendance.holds import holds_after, standing
from attendance.identifiers import PupilId, Urn
from attendance.retention import ENTRY_KINDS, Going, Placed, deleted, going
from attendance.streams import retention_stream
from eventlog import (
    Connection,
    SchoolId,
    Stretch,
    grown_since,
    head,
    heads,
    hold_every_log,
    is_named,
    named_since,
    read_log,
    read_streams,
    recording_year,
)

from servicekit.errors import DropRefused

EVERY_EVENT: Final = 10**9  # that is no entry, of one school: some thousands
OTHER_KINDS: Final = tuple(kind for kind in KINDS if kind not in ENTRY_KINDS)

# To choose anew takes a tenth of a second or two for a school with some thousands of events that
# are no entries. While all logs are held everybody waits for it; before that, nobody does.
FEW_SCHOOLS: Final = 3  # to choose anew for: then the logs may be held
MOST_SCHOOLS: Final = 10  # by the time they are
ROUNDS: Final = 20
BUSY: Final = "Too much is recorded at this moment that isn't entries; try again at a quieter hour."


@dataclass(frozen=True, slots=True)
class Choice:
    """What of one school goes with a year, and how far its log was read to choose it."""

    stretch: Stretch
    head: int
    holds: Sequence[RetentionHoldPlaced]  # that stand
    going: Going
    kept: int  # how many of the year's events stay


class Choices:
    """What goes with a year, by school, for as long as one transaction drops it."""

    def __init__(self, conn: Connection, year: int, dropped: Sequence[int]) -> None:
        """Choose nothing yet.

        Args:
            dropped: the years dropped before.
        """
        self._conn = conn
        self._year = year
        self._dropped = [*dropped, year]
        self._of: dict[SchoolId, Choice] = {}
        self._read_to: dict[SchoolId, int] = {}

    async def choose(self, stretches: Iterable[Stretch]) -> list[Choice]:
        """Choose what goes of each school.

        Raises:
            DropRefused: a hold stands.
        """
        found = [await self._choice(stretch) for stretch in stretches]
        await self._must_not_be_held(found)
        self._of |= {each.stretch.school: each for each in found}
        self._read_to |= {each.stretch.school: each.head for each in found}
        return found

    async def hold_every_log(self) -> None:
        """Hold the logs of all schools, with all as it was chosen.

        Raises:
            DropRefused: something changed, a hold was placed, or too much goes on at this moment.
            LogBusy: the log was never let go of for a moment.
        """
        for _ in range(ROUNDS):
            grown = await self._grown()
            await self._choose_anew(grown)
            if len(grown) <= FEW_SCHOOLS:
                break
        else:
            raise DropRefused(BUSY)
        await hold_every_log(self._conn)
        grown = await self._grown()
        if len(grown) > MOST_SCHOOLS:
            raise DropRefused(BUSY)
        await self._choose_anew(grown)

    async def _grown(self) -> set[SchoolId]:
        """Name the schools whose logs have grown by more than entries since this was asked."""
        read_to = await heads(self._conn, self._read_to)
        grown = await grown_since(self._conn, self._read_to, besides=ENTRY_KINDS)
        # Read before: what came after it, and isn't among these, is found the next time.
        self._read_to = read_to
        return grown

    async def _choose_anew(self, schools: Iterable[SchoolId]) -> None:
        before = [self._of[school] for school in schools]
        after = await self.choose([each.stretch for each in before])
        if [each.going for each in after] != [each.going for each in before]:
            raise DropRefused("The registers changed meanwhile; run this again.")

    async def _must_not_be_held(self, choices: Iterable[Choice]) -> None:
        holds = sum(
            [
                await in_the_way(self._conn, each.stretch.school, self._year, each.holds)
                for each in choices
            ]
        )
        if holds:
            raise DropRefused(f"{holds} hold(s) keep {called(self._year)}: lift them first")

    async def _choice(self, stretch: Stretch) -> Choice:
        school = stretch.school
        newest = await head(self._conn, school)
        stored = await read_log(
            self._conn, school, after=0, up_to=newest, limit=EVERY_EVENT, kinds=OTHER_KINDS
        )
        placed = [
            Placed(each.position, recording_year(each.recorded_at), decode(each.kind, each.payload))
            for each in stored
        ]
        holds = standing(holds_after(each.event for each in placed))
        needed = {hold.pupil for hold in holds if hold.pupil is not None}
        needed |= await self._entered_since(school, deleted(each.event for each in placed))
        goes = going(placed, dropped=self._dropped, needed=needed)
        of_year = sum(each.year == self._year for each in placed)
        kept = of_year - len(goes.positions.get(self._year, ()))
        return Choice(stretch, newest, holds, goes, kept)

    async def _entered_since(self, school: SchoolId, pupils: Iterable[PupilId]) -> set[PupilId]:
        """Name those pupils of whom something was entered later, for sessions up to its end."""
        names = {_naming(pupil): pupil for pupil in pupils}
        found = await named_since(
            self._conn,
            school,
            self._year,
            list(names),
            kinds=ENTRY_KINDS,
            field="date",
            up_to=f"{self._year + 1}-07-31",
        )
        return {names[name] for name in found}


def called(year: int) -> str:
    """Name a recording year as people do: 2026-27."""
    return f"{year}-{(year + 1) % 100:02}"


async def standing_holds(conn: Connection, school: SchoolId) -> list[RetentionHoldPlaced]:
    """Read the holds that stand at a school."""
    stored = await read_streams(conn, school, [retention_stream(Urn(school))])
    return standing(holds_after(decode(each.kind, each.payload) for each in stored))


async def in_the_way(
    conn: Connection, school: SchoolId, year: int, holds: Iterable[RetentionHoldPlaced]
) -> int:
    """Count the holds that keep a year: of the school, or of a pupil named anywhere in it."""
    return sum(
        [
            hold.pupil is None or await is_named(conn, school, year, _naming(hold.pupil))
            for hold in holds
        ]
    )


def _naming(pupil: PupilId) -> str:
    """Write a pupil as every event that is about them does."""
    return f'"pupil":"{pupil}"'

"""What the service can't read in a school's log holds back that school, and no other."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from attendance import codec
from eventlog import Command, NewEvent, SchoolId, append, standing_faults
from servicekit.database import of_every_school, of_school
from servicekit.runner import Losses, catch_up
from support.house import house
from support.school import PUPILS, SmallSchool, drawn, found

SCHOOL, OTHER_SCHOOL = 999001, 999002
MALFORMED = '{"date": "2026-11-20"}'


class Followed:
    """Two schools whose logs the thresholds service follows as a running process does."""

    def __init__(self, *schools: SmallSchool) -> None:
        self.schools = schools
        self.house = schools[0].house
        self.runtime = self.house.app.state.runtimes["thresholds"]
        self.losses: Losses = Counter()

    async def record(self, kind: str, payload: str) -> None:
        """Append an event to the first school's log as it is."""
        async with of_school(self.house.app.state.runtimes["register-api"].pool, SCHOOL) as conn:
            await append(
                conn,
                SchoolId(SCHOOL),
                [NewEvent(uuid4(), kind, payload)],
                command=Command(uuid4(), b""),
                recorded_at=self.house.clock(),
            )

    async def look(self) -> list[str]:
        """Work off what there is, and name what each school is held back by."""
        (consumer,) = self.house.app.state.consumers["thresholds"]
        await catch_up(self.runtime, consumer, self.house.app.state.metrics, self.losses)
        async with of_every_school(self.runtime.pool) as conn:
            faults = await standing_faults(conn, "thresholds")
        return [f"{fault.school}: {fault.error.split()[0]}" for fault in faults]

    async def possible(self, school: SmallSchool, pupil: str = "p1") -> int:
        """Read how many possible sessions a pupil has in the figures."""
        url = f"/thresholds/v1/schools/{school.urn}/pupils/{pupil}/attendance"
        figures = await found(school.client.get(url))
        possible: int = figures["possible"]
        return possible


@pytest.fixture
async def followed(database_url: str, tmp_path: Path) -> AsyncIterator[Followed]:
    services = ("register-api", "thresholds")
    async with (
        house(database_url, tmp_path, services=services) as running,
        running.client() as client,
    ):
        schools = [SmallSchool(running, client, urn) for urn in (SCHOOL, OTHER_SCHOOL)]
        for school in schools:
            await school.open(*PUPILS)
        yield Followed(*schools)


@pytest.mark.parametrize(
    ("kind", "payload", "error"),
    [
        ("MarksRecorded.v1", MALFORMED, "MalformedEvent"),
        ("MarksRecorded.v2", "{}", "UnknownEventKind"),
        ("SomethingNew.v1", "{}", "UnknownEventKind"),
    ],
)
async def test_an_event_that_can_not_be_read_stops_its_school_and_no_other(
    followed: Followed, kind: str, payload: str, error: str
) -> None:
    await followed.record(kind, payload)
    for school in followed.schools:
        await school.enter(drawn("///"))

    faults = await followed.look()

    assert faults == [f"{SCHOOL}: {error}"]
    assert [await followed.possible(school) for school in followed.schools] == [0, 1]


async def test_a_school_goes_on_where_it_was_once_the_event_can_be_read(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await followed.record("SomethingNew.v1", "{}")
    await followed.schools[0].enter(drawn("///"))
    before = await followed.look()
    form = codec._BY_KIND["RuleTermsSet.v1"]

    monkeypatch.setitem(
        codec._BY_KIND,
        "SomethingNew.v1",
        type(form)("SomethingNew.v1", form.event, form.write, lambda _: None),
    )
    followed.house.clock.forward(days=1)

    assert before == [f"{SCHOOL}: UnknownEventKind"]
    assert await followed.look() == []
    assert await followed.possible(followed.schools[0]) == 1


async def test_a_register_of_a_pupil_never_admitted_stops_its_school(
    followed: Followed,
) -> None:
    await followed.record(
        "MarksRecorded.v1",
        '{"date":"2026-11-20","session":"AM","group":"6B","marks":[{"pupil":"nobody","code":"N"}],'
        '"recorded_by":{"name":"A","position":"B"},"recorded_at":"2026-11-20T16:00:00Z"}',
    )

    assert await followed.look() == [f"{SCHOOL}: PupilNeverAdmitted"]

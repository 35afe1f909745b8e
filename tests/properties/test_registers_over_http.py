"""Whatever is sent to a school's registers, they show what a person would remember of it.

A machine sends commands at random, right ones and wrong, again and under used keys, while the clock
moves on and the register is rebuilt. After each of them every register, history and past state that
it could have touched is compared with the model's.
"""

from itertools import count
from pathlib import Path
from typing import ClassVar, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from properties import sent
from properties.comparing import (
    compare_everything,
    compare_history,
    compare_register,
    compare_register_at,
    compare_roll,
)
from properties.driven import Driven, driven_house
from properties.judged_closures import judge_closure, judge_reversal
from properties.judged_entries import judge_amendments, judge_marks
from properties.judged_plans import judge_ending, judge_plan
from properties.judged_roll import judge_admission, judge_calendar, judge_change, judge_deletion
from properties.remembered import SESSIONS, THURSDAY, Edition, Held, Place
from properties.remembering import Remembering
from properties.verdicts import Json

URNS: Final = count(100_001)  # each example has a school of its own, in one database

SHARE: Final = 5  # one such example for so many of the law's, which take no database
STEPS: Final = 30
UNTIL: Final = (0, 11, 11, 83)  # hours: Friday noon, twice the half hour past its end, Monday's end


class RegisterMachine(RuleBasedStateMachine):
    """What may happen to a school, in any order."""

    driven: ClassVar[Driven]

    def __init__(self) -> None:
        super().__init__()
        self.kept = Remembering(self.driven, next(URNS))
        self.touched: set[Held] = set()
        self.first = 0  # the position at which all of the first pupils are admitted
        self.checked = 0  # the position up to which the log was compared

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Publish a calendar, admit some pupils and enter some of Thursday's marks."""
        self.publish(sent.EDITIONS[0])
        for pupil, group in zip(sent.FIRST, ("6A", "6B", "6A"), strict=True):
            self.admit(sent.admission(pupil, Place("6", (group,), boarder=False)))
        self.first = self.kept.head
        self.wait(data.draw(st.sampled_from(UNTIL)))
        for half, whole in (("AM", sent.FIRST), ("PM", sent.FIRST[:2])):
            self.record(Held(THURSDAY, half), data.draw(sent.marks(half, whole)))

    @rule(edition=st.sampled_from(sent.EDITIONS))
    def publish(self, edition: Edition) -> None:
        """Publish a calendar."""
        self.kept.publish(edition, lambda _: judge_calendar(self.kept.school, edition))

    @rule(body=sent.admissions)
    def admit(self, body: Json) -> None:
        """Admit a pupil, or again."""
        self.kept.post("/pupils", body, lambda _: judge_admission(self.kept.school, body))

    @rule(pupil=sent.names, body=sent.changes())
    def change(self, pupil: str, body: Json) -> None:
        """Move a pupil to another group or year group."""
        self.touched |= set(SESSIONS)
        self.kept.change(pupil, body, lambda _: judge_change(self.kept.school, pupil, body))

    @rule(pupil=sent.names, body=sent.deletions)
    def delete(self, pupil: str, body: Json) -> None:
        """Delete a pupil."""
        self.touched |= set(SESSIONS)
        path = f"/pupils/{pupil}/deletion"
        self.kept.post(path, body, lambda now: judge_deletion(self.kept.school, pupil, body, now))

    @rule(data=st.data(), session=sent.sessions)
    def take_register(self, data: st.DataObject, session: Held) -> None:
        """Enter marks of pupils who have none."""
        self.record(session, self.drawn_marks(data, session))

    @rule(session=sent.sessions, code=st.sampled_from(sent.LIKELY[2:]))
    def take_all(self, session: Held, code: str) -> None:
        """Enter the same mark of everybody who has none."""
        code = sent.PRESENT.get(session.half, code) if code == "present" else code
        missing = self.kept.school.missing(session)
        self.record(session, [{"pupil": pupil, "code": code} for pupil in missing])

    @rule(data=st.data(), session=sent.sessions)
    def record_anything(self, data: st.DataObject, session: Held) -> None:
        """Enter marks among which one may be wrong."""
        odd = data.draw(sent.odd_mark(session.half))
        self.record(session, [odd, *self.drawn_marks(data, session)])

    @precondition(lambda self: self.kept.school.entries)
    @rule(data=st.data())
    def amend(self, data: st.DataObject) -> None:
        """Amend entries from the code they have."""
        session = self.drawn_entered(data)
        self.change_entries(session, self.drawn_amendments(data, session))

    @precondition(lambda self: self.kept.school.entries)
    @rule(data=st.data())
    def amend_anything(self, data: st.DataObject) -> None:
        """Amend entries, of which one may have a stale original or a code that isn't allowed."""
        session = self.drawn_entered(data)
        [right, *others] = self.drawn_amendments(data, session)
        odd = data.draw(sent.odd_amendment(session.half))
        told = data.draw(st.sampled_from([["amended"], ["amended"], ["original"], list(odd)]))
        changed = {name: odd[name] for name in told}
        self.change_entries(session, [{**right, "detail": "rugby", **changed}, *others])

    @rule(body=sent.closures())
    def close(self, body: Json) -> None:
        """Declare an unplanned closure."""
        self.declare(body)

    @precondition(lambda self: self.kept.school.entries)
    @rule(data=st.data(), cancelled=st.booleans())
    def close_after_all(self, data: st.DataObject, cancelled: bool) -> None:  # noqa: FBT001  # drawn by name
        """Declare a closure of the whole site on a day with entries."""
        on = self.drawn_entered(data).on
        body = {"date": f"{on}", "reason": "heating failed", "activities_cancelled": cancelled}
        self.declare(body)

    @precondition(lambda self: self.kept.school.closures)
    @rule(data=st.data(), reason=sent.reasons)
    def reverse(self, data: st.DataObject, reason: str) -> None:
        """Take a closure back, or once more."""
        closure = data.draw(st.sampled_from(list(self.kept.school.closures)))
        self.touched |= set(self.kept.school.closures[closure].sessions)
        body: Json = {"reason": reason}
        self.kept.post(
            f"/closures/{closure}/reversal",
            body,
            lambda now: judge_reversal(self.kept.school, closure, body, now),
        )

    @rule(pupil=sent.names, body=sent.timetables() | sent.suspensions)
    def plan(self, pupil: str, body: Json) -> None:
        """Plan an absence."""
        path = f"/pupils/{pupil}/absence-plans"
        self.kept.post(path, body, lambda now: judge_plan(self.kept.school, pupil, body, now))

    @precondition(lambda self: self.plans())
    @rule(data=st.data(), body=sent.endings)
    def end_plan(self, data: st.DataObject, body: Json) -> None:
        """End a plan, or once more."""
        pupil, plan = data.draw(st.sampled_from(self.plans()))
        path = f"/pupils/{pupil}/absence-plans/{plan}/ending"
        self.kept.post(path, body, lambda _: judge_ending(self.kept.school, pupil, plan, body))

    @precondition(lambda self: self.kept.sent)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """Send an earlier command again, as it was or as another under its key."""
        command = data.draw(st.sampled_from(self.kept.sent))
        self.kept.retry(command)
        self.kept.misuse(command)

    @rule(hours=st.sampled_from((1, 11, 24)))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.kept.driven.house.clock.forward(hours=hours)

    @rule()
    def rebuild(self) -> None:
        """Make the register anew from the log."""
        assert self.kept.driven.rebuild(self.kept.urn) == self.kept.head
        self.touched |= set(SESSIONS)

    @rule(data=st.data(), session=sent.sessions, pupil=st.sampled_from(sent.FIRST))
    def look_back(self, data: st.DataObject, session: Held, pupil: str) -> None:
        """Ask for a past moment, by its instant and by its event; nothing is recorded at it since.

        Asked for in between, since an instant that was asked about is settled from then on.
        """
        newest = self.kept.instants[-1]  # which is settled by it, and most often still goes on
        at = data.draw(st.just(newest) | st.sampled_from(self.kept.instants))
        position = data.draw(st.integers(self.first, self.kept.head))
        compare_register_at(self.kept, session, at)
        compare_history(self.kept, session, pupil, position)
        compare_roll(self.kept, session.on, position)

    @invariant()
    def the_log_has_just_what_was_done(self) -> None:
        """Compare positions and kinds of what is new in the log: a refusal adds nothing."""
        kept = self.kept
        items = kept.read("/events", {"after": self.checked, "limit": 1000})["items"]
        told = [(each["position"], each["type"].split(".")[2]) for each in items]
        assert told == list(enumerate(kept.kinds, start=1))[self.checked :]
        self.checked = kept.head

    @invariant()
    def registers_are_as_remembered(self) -> None:
        """Compare what was touched as it stands, and as it was before the newest event."""
        for session in sorted(self.touched):
            compare_register(self.kept, session)
            compare_register(self.kept, session, self.kept.head - 1)
        self.touched = set()

    def teardown(self) -> None:
        """Compare all there is, with all of the past at every event and at every instant."""
        if self.kept.sound:  # else what failed was told already
            compare_everything(self.kept, first=self.first)

    def record(self, session: Held, marks: list[Json]) -> None:
        """Send marks."""
        self.touched.add(session)
        body: Json = {"marks": marks}
        self.kept.post(
            f"/registers/{session.on}/{session.half}/marks",
            body,
            lambda now: judge_marks(self.kept.school, session, body, now),
        )

    def change_entries(self, session: Held, amendments: list[Json]) -> None:
        """Send amendments."""
        self.touched.add(session)
        body: Json = {"amendments": amendments}
        self.kept.post(
            f"/registers/{session.on}/{session.half}/amendments",
            body,
            lambda now: judge_amendments(self.kept.school, session, body, now),
        )

    def declare(self, body: Json) -> None:
        """Send a closure."""
        self.touched |= {each for each in SESSIONS if f"{each.on}" == body["date"]}
        self.kept.post("/closures", body, lambda now: judge_closure(self.kept.school, body, now))

    def drawn_marks(self, data: st.DataObject, session: Held) -> list[Json]:
        """Draw marks of pupils who have none."""
        return data.draw(sent.marks(session.half, self.kept.school.missing(session)))

    def drawn_entered(self, data: st.DataObject) -> Held:
        """Draw a session with entries."""
        return data.draw(st.sampled_from(sorted({held for held, _ in self.kept.school.entries})))

    def drawn_amendments(self, data: st.DataObject, session: Held) -> list[Json]:
        """Draw amendments of entries as they stand."""
        current = {
            name: entries[-1].code
            for (held, name), entries in self.kept.school.entries.items()
            if held == session
        }
        return data.draw(sent.amendments(session.half, current))

    def plans(self) -> list[tuple[str, str]]:
        """List the plans there are, with whose they are."""
        pupils = self.kept.school.pupils
        return [(name, plan.id) for name, pupil in pupils.items() for plan in pupil.plans]


def test_registers_histories_and_past_states_are_what_a_person_would_remember(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLBOOK_RATE_LIMIT_REQUESTS", "0")  # a longer run asks very often

    with driven_house(database_url, tmp_path) as driven_here:

        class MachineHere(RegisterMachine):
            driven = driven_here

        examples = settings().max_examples // SHARE
        run_state_machine_as_test(
            MachineHere, settings=settings(max_examples=examples, stateful_step_count=STEPS)
        )

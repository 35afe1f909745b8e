"""One school under test beside the model of it: what was sent, and what came of it.

Sends, and holds each answer against the model's verdict; which command comes next is for the
machine, and what is read of the school for `comparing`.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

import httpx
from properties.driven import Driven
from properties.remembered import Edition, School
from properties.sent import calendar
from properties.verdicts import TICK, Done, Json, Moment, Verdict
from support.school import OFFICER, school_body

REPLAYED: Final = "Idempotency-Replayed"
FIRST_DAY: Final = datetime(2025, 9, 19, 12, 30, tzinfo=UTC)  # a Friday; Monday is to come

Judge = Callable[[Moment], Verdict]


@dataclass(frozen=True)
class Sent:
    """A command that was carried out, and how it was answered."""

    path: str
    body: Json
    key: str
    status: int
    answer: Json


class Remembering:
    """A school that the services keep, and every state of it that the model remembers."""

    def __init__(self, driven: Driven, urn: int) -> None:
        self.driven = driven
        self.url = f"/register/v1/schools/{urn}"
        self.urn = urn
        self.states = [School()]
        self.instants: list[datetime] = []  # of each event, from position 1 on
        self.kinds: list[str] = []
        self.sent: list[Sent] = []
        self.keys = 0
        self.sound = True  # whether all answers so far were the model's
        driven.house.clock.now = FIRST_DAY
        self.newest = FIRST_DAY  # no event is recorded before it
        driven.ask("PUT", self.url, body=school_body()).raise_for_status()
        self._remember(Done((("school-registered", School()),)), Moment(1, FIRST_DAY))

    @property
    def school(self) -> School:
        """The school as the model has it now."""
        return self.states[-1]

    @property
    def head(self) -> int:
        """The position of the newest event."""
        return len(self.instants)

    def publish(self, edition: Edition, judge: Judge) -> None:
        """Publish a calendar."""
        path = "/calendars/2025-26"
        answer = self.driven.ask("PUT", f"{self.url}{path}", body=calendar(edition))
        self._compared(answer, judge)

    def change(self, pupil: str, body: Json, judge: Judge) -> None:
        """Change a pupil's entry, at whichever revision it is."""
        url = f"{self.url}/pupils/{pupil}"
        answer = self.driven.ask("PATCH", url, body=body, headers={"If-Match": "*"})
        self._compared(answer, judge)

    def post(self, path: str, body: Json, judge: Judge) -> Json | None:
        """Send a command under a new key; None when it was rightly refused."""
        self.keys += 1
        key, signed = f"key-{self.keys}", {**body, "by": OFFICER}
        answer = self._post(path, signed, key)
        done = self._compared(answer, judge)
        assert REPLAYED not in answer.headers
        if not done:
            return None
        told: Json = answer.json()
        assert told["position"] == self.head
        self.sent.append(Sent(path, signed, key, answer.status_code, told))
        return told

    def retry(self, sent: Sent) -> None:
        """Send a command again as it was: it is answered the same, and nothing is stored."""
        again = self._post(sent.path, sent.body, sent.key)
        assert (again.status_code, again.json()) == (sent.status, sent.answer)
        assert again.headers[REPLAYED] == "true"

    def misuse(self, sent: Sent) -> None:
        """Send another body under a key that was used: it is refused."""
        other = {**sent.body, "by": {**OFFICER, "name": "B. Jones"}}
        self._refuses_key(self._post(sent.path, other, sent.key))

    def read(self, path: str, query: Mapping[str, str | int] | None = None) -> Json:
        """Read something of the school that must be there."""
        answer = self.driven.ask("GET", f"{self.url}{path}", query=query)
        assert answer.status_code == HTTPStatus.OK, answer.text
        shown: Json = answer.json()
        return shown

    def position_at(self, at: datetime) -> int:
        """Find which was the newest event known at an instant."""
        return bisect_right(self.instants, at)

    def asked_as_of(self, at: datetime) -> None:
        """Remember that nothing is recorded any more at an instant that was asked about."""
        if self.newest <= at:
            self.newest = at + TICK

    def _post(self, path: str, body: Json, key: str) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        return self.driven.ask("POST", f"{self.url}{path}", body=body, headers=headers)

    def _compared(self, answer: httpx.Response, judge: Judge) -> bool:
        """Hold an answer against the model's verdict, and remember what was done."""
        self.sound = False
        told = answer.json()
        made = told.get("closure") or told.get("plan") or ""
        moment = Moment(self.head + 1, max(self.driven.house.clock.now, self.newest), made)
        verdict = judge(moment)
        if isinstance(verdict, Done):
            assert answer.status_code == verdict.status, answer.text
            assert told == {**told, **verdict.answer}
            self._remember(verdict, moment)
            self.sound = True
            return True
        wrong = {(each["pointer"], each["code"]) for each in told.get("errors", ())}
        assert (answer.status_code, wrong) == (verdict.status, set(verdict.wrong))
        self.sound = True
        return False

    def _remember(self, done: Done, moment: Moment) -> None:
        for kind, after in done.steps:
            self.states.append(after)
            self.instants.append(moment.now)
            self.kinds.append(kind)
            self.newest = moment.now

    @staticmethod
    def _refuses_key(answer: httpx.Response) -> None:
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.json()["type"] == "/problems/idempotency-key-reused"

"""A pupil's facts as the JSON they are kept as, short since there is a row of it for each pupil.

Read and written here alone; `rollbook rebuild thresholds` follows when its shape changes. Judges
nothing.
"""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from attendance.admission_entry import CharacteristicPeriod
from attendance.codes import Code
from attendance.plan_terms import PlanKind
from attendance.rules.facts import Arrangement, Deleted, Entered, Placed, PupilFacts
from attendance.session import Half, Session

REMEMBERED: Final = 4096  # pupils; those whose registers come in are read over and over

Json = dict[str, Any]


def written(facts: PupilFacts) -> str:
    """Write a pupil's facts; what there is none of is left out."""
    kept: Json = {
        "born": f"{facts.date_of_birth}",
        "placed": [
            [f"{on}", year_group, boarder, groups]
            for on, year_group, boarder, groups in facts.placements
        ],
        "entered": [_entered(each) for each in facts.enrolments],
        "has": [
            [each.characteristic, f"{each.starts_on}", _day(each.ends_on)]
            for each in facts.characteristics
        ],
        "arranged": [_arranged(each) for each in facts.arrangements],
        "asked_for": [_arranged(each) for each in facts.asked_for],
    }
    return json.dumps(_said(kept), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=REMEMBERED)
def read_facts(kept: str) -> PupilFacts:
    """Read a pupil's facts back."""
    fields = json.loads(kept)
    return PupilFacts(
        date_of_birth=date.fromisoformat(fields["born"]),
        placements=tuple(
            Placed(date.fromisoformat(on), year_group, boarder, tuple(groups))
            for on, year_group, boarder, groups in fields["placed"]
        ),
        enrolments=tuple(_read_entered(*each) for each in fields["entered"]),
        characteristics=tuple(
            CharacteristicPeriod(
                characteristic=word, starts_on=date.fromisoformat(starts), ends_on=_read_day(ends)
            )
            for word, starts, ends in fields.get("has", ())
        ),
        arrangements=_read_arranged(fields.get("arranged", ())),
        asked_for=_read_arranged(fields.get("asked_for", ())),
    )


def _entered(entered: Entered) -> list[object]:
    deleted = entered.deleted
    over = deleted and [
        f"{deleted.last_on}",
        f"{deleted.recorded_on}",
        deleted.ground,
        deleted.position,
    ]
    kept = [f"{entered.starting_day}", f"{entered.recorded_on}", entered.position, over]
    return [*kept, entered.moved] if entered.moved else kept


def _read_entered(
    starting_day: str,
    recorded_on: str,
    position: int,
    over: list[Any] | None = None,
    moved: Iterable[int] = (),
) -> Entered:
    deleted = None
    if over is not None:
        last_on, deleted_on, ground, at = over
        deleted = Deleted(date.fromisoformat(last_on), date.fromisoformat(deleted_on), ground, at)
    starts, recorded = date.fromisoformat(starting_day), date.fromisoformat(recorded_on)
    return Entered(starts, recorded, position, deleted, tuple(moved))


def _arranged(arrangement: Arrangement) -> Json:
    stated_on, first = arrangement.stated_on, arrangement.starts.on
    return _said(
        {
            "plan": f"{arrangement.plan}",
            "kind": arrangement.kind,
            "code": arrangement.code,
            "starts": _session(arrangement.starts),
            "ends": _session(arrangement.ends),
            "pattern": sorted(arrangement.pattern),
            "position": arrangement.position,
            "stated_on": None if stated_on == first else f"{stated_on}",
            "permanent": arrangement.permanent,
            "reviews_on": [f"{each}" for each in arrangement.reviews_on],
            "return_expected_on": _day(arrangement.return_expected_on),
            "evidence_seen": arrangement.evidence_seen,
            "revises": arrangement.revises,
        }
    )


def _read_arranged(kept: Iterable[Json]) -> tuple[Arrangement, ...]:
    return tuple(
        Arrangement(
            plan=UUID(each["plan"]),
            kind=PlanKind(each["kind"]),
            code=Code(each["code"]),
            starts=_read_session(*each["starts"]),
            ends=_read_session(*each["ends"]) if "ends" in each else None,
            pattern=frozenset((weekday, Half(half)) for weekday, half in each.get("pattern", ())),
            position=each["position"],
            stated_on=date.fromisoformat(each.get("stated_on", each["starts"][0])),
            permanent=each.get("permanent", False),
            reviews_on=tuple(date.fromisoformat(on) for on in each.get("reviews_on", ())),
            return_expected_on=_read_day(each.get("return_expected_on")),
            evidence_seen=each.get("evidence_seen", False),
            revises=tuple(each.get("revises", ())),
        )
        for each in kept
    )


def _session(session: Session | None) -> tuple[str, Half] | None:
    return None if session is None else (f"{session.on}", session.half)


def _read_session(on: str, half: str) -> Session:
    return Session(date.fromisoformat(on), Half(half))


def _day(on: date | None) -> str | None:
    return None if on is None else f"{on}"


def _read_day(on: str | None) -> date | None:
    return None if on is None else date.fromisoformat(on)


def _said(kept: Json) -> Json:
    return {name: value for name, value in kept.items() if value}

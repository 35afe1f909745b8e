"""What the demonstration remembers from one start to the next: a small private file."""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

FILE: Final = "demonstration.json"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The sandbox's subscription. Its secret is shown only when it is made, so it is kept here."""

    id: str
    secret: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Memory:
    """How far the demonstration had come."""

    today: date  # of the first start: an interrupted seeding goes on with the same plan
    seeded: bool = False
    subscribed: Subscribed | None = None


def recall(data_dir: Path) -> Memory | None:
    """Read what an earlier start left; None before the first."""
    file = data_dir / FILE
    if not file.exists():
        return None
    kept: dict[str, Any] = json.loads(file.read_text())
    subscribed = kept["subscribed"]
    return Memory(
        today=date.fromisoformat(kept["today"]),
        seeded=kept["seeded"],
        subscribed=Subscribed(**subscribed) if subscribed else None,
    )


def remember(data_dir: Path, memory: Memory) -> None:
    """Keep it, readable for the owner alone; a crash leaves the old file or the new one."""
    subscribed = memory.subscribed
    kept = {
        "today": memory.today.isoformat(),
        "seeded": memory.seeded,
        "subscribed": subscribed
        and {"id": subscribed.id, "secret": subscribed.secret, "endpoint": subscribed.endpoint},
    }
    data_dir.mkdir(parents=True, exist_ok=True)
    aside = data_dir / f"{FILE}.{os.getpid()}"
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(kept, indent=1))
    aside.replace(data_dir / FILE)

"""`rollbook reseal`: endpoint secrets under the newest key. Says what came of it, and no secret."""

import uvloop
from rich.console import Console
from servicekit.clock import system_clock
from servicekit.database import open_pool
from servicekit.process import database_for
from servicekit.settings import Settings, read_settings

from notifications import service
from notifications.resealing import Resealed
from notifications.resealing import reseal as reseal_all
from notifications.sealing import seal_of

console = Console()


def reseal() -> None:
    """Encrypt every endpoint's secret with the first key of ROLLBOOK_SECRETS_KEY.

    Safe to interrupt, to run again, and to run beside servers that have both keys.
    """
    with database_for(read_settings()) as settings:
        found = uvloop.run(_resealed(settings))
    console.print(f"Encrypted the secrets of {found.done} subscription(s) with the newest key.")
    for subscription in found.unreadable:
        console.print(f"{subscription}: no key given opens its secret", highlight=False)
    if found.unreadable:
        raise SystemExit(1)
    console.print("No secret needs an older key.")


async def _resealed(settings: Settings) -> Resealed:
    async with await open_pool(settings, service.role) as pool:
        return await reseal_all(pool, seal_of(settings), now=system_clock())

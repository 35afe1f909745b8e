"""What a dropped recording year takes of returns: all of a finding's together, with its names."""

from pathlib import Path

from eventlog import SchoolId, Stretch
from notifications.dropped_table import forget_dropped
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import LA, URN, Notified, notified
from support.returned import RETURN_DUE, corrected, entered, found, record, returns

NAMED = "Marked-Surname"
WORDS = """
SELECT coalesce(whole_body, '') || body AS said FROM notifications.message UNION ALL
SELECT contents::text FROM notifications.statutory_return
"""
RULE = "new-pupil-return"


async def words(notices: Notified) -> str:
    """Read all that the ledger still says."""
    return " ".join([row["said"] for row in await notices.conn.fetch(WORDS)])


async def drop(notices: Notified, first: int, last: int) -> None:
    """Forget what was told of a stretch of the log."""
    stretch = Stretch(
        school=SchoolId(URN), first=first, last=last, events=last - first + 1, digest=""
    )
    async with notices.conn.transaction():
        await forget_dropped(notices.conn, stretch)


async def test_a_pupil_s_name_goes_with_the_year_its_return_was_made_in(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la, types=[RETURN_DUE], full_bodies=True)
        await notices.happen(entered(), found(RULE))
        async with notices.sending():
            await eventually(lambda: la.received)
        before = await words(notices)
        await drop(notices, 1, 3)

        assert NAMED in before
        assert NAMED not in await words(notices)
        assert await returns(notices) == []


async def test_a_return_stays_whole_while_something_newer_is_said_of_its_finding(
    database_url: str, tmp_path: Path
) -> None:
    async with notified(database_url, tmp_path) as notices:
        await notices.happen(entered(), found(RULE))
        await notices.happen(corrected(found(RULE), provisional=True))
        newest = (await returns(notices))[-1]["id"]
        await record(notices, f"{newest}/acknowledgement", {}, la=LA)
        await drop(notices, 1, 4)
        kept = [each["version"] for each in await returns(notices)]
        await drop(notices, 5, 5)

        assert kept == [1, 2]
        assert await returns(notices) == []

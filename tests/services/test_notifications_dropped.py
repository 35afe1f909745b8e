"""What a dropped recording year takes from the ledger, and what it must leave."""

from pathlib import Path

from eventlog import SchoolId, Stretch
from notifications.dropped_table import forget_dropped
from support.endpoint import endpoint
from support.eventually import eventually
from support.notified import URN, Notified, admitted, met, notified, withdrawn

UP_TO_NOW = "SELECT position FROM eventlog.school_log WHERE school_id = $1"
WORDS = """
SELECT body FROM notifications.message UNION ALL SELECT body::text FROM notifications.alert
"""


async def drop_all_so_far(notices: Notified) -> None:
    """Forget what was told of every event there is."""
    last = await notices.conn.fetchval(UP_TO_NOW, URN)
    stretch = Stretch(school=SchoolId(URN), first=1, last=last, events=last, digest="")
    async with notices.conn.transaction():
        await forget_dropped(notices.conn, stretch)


async def words(notices: Notified) -> str:
    return " ".join([row["body"] for row in await notices.conn.fetch(WORDS)])


async def test_what_was_delivered_goes_with_its_words_and_what_waits_stays(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(admitted("p1"), met("p1"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
        await notices.happen(met("p2"))

        await drop_all_so_far(notices)

        assert await notices.statuses() == ["pending"]
        assert "pupils/p1" not in await words(notices)
        assert "pupils/p2" in await words(notices)


async def test_a_subject_s_messages_are_numbered_on_as_if_nothing_had_gone(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(admitted("p1"), met("p1"))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)
            await drop_all_so_far(notices)
            await notices.happen(met("p1", episode=2))
            await eventually(lambda: len(la.received) == 3)

    assert [each.event["sequence"][-1] for each in la.received] == ["1", "2", "3"]


async def test_an_alert_whose_story_goes_on_is_told_whole_still(
    database_url: str, tmp_path: Path
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la)
        await notices.happen(met("p1"))
        stretch = Stretch(school=SchoolId(URN), first=1, last=2, events=2, digest="")
        await notices.happen(withdrawn(met("p1")))
        async with notices.sending():
            await eventually(lambda: len(la.received) == 2)

        await forget_dropped(notices.conn, stretch)

        assert met("p1").rule in await words(notices)
        assert len(await notices.deliveries()) == 1

"""What the log of attempts keeps of an answer: enough to find a mistake by, and no name of ours."""

from pathlib import Path

import pytest
from support.endpoint import Answer, Received, agreeable, endpoint
from support.notified import notified
from support.returned import NEW_PUPIL, RETURN_DUE, entered, found, told

ANSWERS = "SELECT convert_from(answer, 'UTF8') FROM notifications.attempt WHERE type = $1"


def echoing(received: Received) -> Answer:
    """Repeat what was sent, as an endpoint may that complains of it."""
    return agreeable(received) if received.verifies else Answer(200, body=received.body)


@pytest.mark.parametrize("whole", [True, False])
async def test_an_endpoint_that_repeats_a_whole_return_gets_no_name_into_the_log_of_attempts(
    database_url: str, tmp_path: Path, *, whole: bool
) -> None:
    async with endpoint() as la, notified(database_url, tmp_path) as notices:
        await notices.subscribe(la, types=[RETURN_DUE], full_bodies=whole)
        la.answer = echoing
        await notices.happen(entered(), found(NEW_PUPIL))
        await told(notices, la, 1)
        (kept,) = [row[0] for row in await notices.conn.fetch(ANSWERS, RETURN_DUE)]
        (delivery,) = await notices.deliveries()
        (shown,) = (await notices.get(f"/deliveries/{delivery['id']}"))["attempts"]

    sent = la.received[0].body.decode()
    assert ("Marked-Surname" in sent) == whole
    assert kept == ("" if whole else sent[: len(kept)])
    assert (shown["status"], shown["answer"]) == (200, kept)
    assert bool(kept) != whole

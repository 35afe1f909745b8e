"""Torture 3: a transaction that wrote and then sits idle holds up no feed."""

from torture.ordering import idle_transaction


async def test_the_feed_advances_past_an_idle_transaction(database_url: str) -> None:
    assert await idle_transaction(database_url) == []

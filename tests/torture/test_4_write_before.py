"""Torture 4: what a transaction wrote before it appends doesn't date its events back."""

from torture.ordering import write_before


async def test_the_order_of_a_stream_is_that_of_its_appends(database_url: str) -> None:
    assert await write_before(database_url) == []

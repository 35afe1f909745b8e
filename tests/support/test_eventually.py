"""The waiting that other tests lean on: it must be able to fail."""

import pytest
from support.eventually import eventually


async def test_a_probe_is_asked_until_it_no_longer_objects() -> None:
    answers = iter([False, [], "there"])

    assert await eventually(lambda: next(answers)) == "there"


async def test_an_async_probe_that_only_asserts_is_believed_when_it_returns() -> None:
    attempts: list[int] = []

    async def third_time() -> None:
        attempts.append(1)
        assert len(attempts) == 3

    await eventually(third_time)

    assert len(attempts) == 3


async def test_the_last_objection_is_the_one_that_is_reported() -> None:
    attempts: list[int] = []

    def never() -> None:
        attempts.append(1)
        assert not attempts, f"attempt {len(attempts)}"

    with pytest.raises(AssertionError) as objection:
        await eventually(never, within_seconds=0.1)

    assert f"attempt {len(attempts)}" in str(objection.value)


async def test_any_other_error_ends_the_waiting_at_once() -> None:
    answers = iter([False])

    with pytest.raises(RuntimeError):
        await eventually(lambda: next(answers))

"""The guards bite: each scenario finds out when the mechanism it guards is taken away.

What is looked for is named, so that a scenario which fails for a wrong reason doesn't count.
"""

import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from support.log import SERVICE_ROLES
from torture import ordering, sabotage
from torture.bleeding import alike_but_for_their_number
from torture.follower_process import APART
from torture.killed_database import Victim, killed_while_appending
from torture.killed_follower import killed_in_the_commit
from torture.killed_server import killed_while_posting
from torture.rewriting import REWRITINGS, found_to_rewrite
from torture.same_command import THE_SAME, TWO_THINGS, same_command_at_once
from torture.same_key import LETTERS_DIFFER, LETTERS_THE_SAME, same_key_at_once

Scenario = Callable[[str], Awaitable[list[str]]]
Sabotage = Callable[[str], Awaitable[None]]

OF_A_SCHOOL = re.compile(r"(\w+\.)?school_id = \$1")


@pytest.mark.parametrize(
    ("scenario", "sabotaged", "finding"),
    [
        pytest.param(
            ordering.interleaved_batches,
            sabotage.with_drawn_positions,
            "never told",
            id="1: positions from a sequence lose events",
        ),
        pytest.param(
            ordering.slow_append,
            sabotage.with_drawn_positions,
            "never told",
            id="2: positions from a sequence skip a slow append",
        ),
        pytest.param(
            ordering.slow_append,
            sabotage.with_one_lock_for_all,
            "another school waited",
            id="2: one lock for the store stalls other schools",
        ),
        pytest.param(
            ordering.idle_transaction,
            sabotage.with_a_horizon,
            "stood still",
            id="3: a horizon of transactions stands still",
        ),
        pytest.param(
            ordering.write_before,
            sabotage.with_positions_of_transactions,
            "never told",
            id="4: the order of transactions isn't that of appends",
        ),
    ],
)
async def test_another_order_is_found_out(
    database_url: str, scenario: Scenario, sabotaged: Sabotage, finding: str
) -> None:
    await sabotaged(database_url)

    assert finding in " ".join(await scenario(database_url))


async def test_1_a_cursor_that_replicas_do_not_lock_is_found_out(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(monkeypatch, "eventlog.consume", "LOCK_CURSOR", "FOR UPDATE SKIP LOCKED", "")

    assert "a follower failed: CursorMoved" in await ordering.interleaved_batches(database_url)


async def test_1_a_cursor_neither_locked_nor_compared_tells_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(monkeypatch, "eventlog.consume", "LOCK_CURSOR", "FOR UPDATE SKIP LOCKED", "")
    alter(monkeypatch, "eventlog.consume", "ADVANCE", "position = $4", "$4::bigint IS NOT NULL")

    assert "told twice" in await ordering.interleaved_batches(database_url)


async def test_5_a_commit_that_does_not_wait_for_the_disk_is_found_out(cluster: Path) -> None:
    lazy = {"synchronous_commit": "off"}

    found = await killed_while_appending(cluster, Victim.EVERY_PROCESS, session=lazy)

    assert "acknowledged appends are missing" in " ".join(found)


async def test_5_an_effect_apart_from_its_cursor_is_found_out(database_url: str) -> None:
    assert "told twice" in await killed_in_the_commit(database_url, APART)


async def test_5_a_register_lost_after_its_201_is_found_out(
    database_url: str, tmp_path: Path
) -> None:
    await sabotage.that_loses_every_seventh(database_url)

    found = await killed_while_posting(database_url, tmp_path)

    assert "a register that was answered 201 isn't there" in found


@pytest.mark.parametrize(
    ("sabotaged", "sayings", "finding"),
    [
        pytest.param(
            [sabotage.without_the_commands_lock],
            THE_SAME,
            "UniqueViolationError",
            id="runs that race meet at the key",
        ),
        pytest.param(
            [sabotage.without_the_replay_check],
            THE_SAME,
            "UniqueViolationError",
            id="a retry isn't known",
        ),
        pytest.param(
            [sabotage.without_the_commands_lock, sabotage.without_the_commands_key],
            THE_SAME,
            "stored 20 times",
            id="nothing is left to tell them apart",
        ),
        pytest.param(
            [sabotage.without_comparing_what_was_said],
            TWO_THINGS,
            "acknowledged what wasn't stored",
            id="what was said isn't compared",
        ),
    ],
)
async def test_6_a_command_that_could_be_stored_twice_is_found_out(
    database_url: str, sabotaged: Sequence[Sabotage], sayings: Sequence[str], finding: str
) -> None:
    for sabotage_of in sabotaged:
        await sabotage_of(database_url)

    assert finding in " ".join(await same_command_at_once(database_url, sayings))


@pytest.mark.parametrize(
    ("sabotaged", "letters", "finding"),
    [
        (sabotage.without_the_replay_check, LETTERS_THE_SAME, "sent again, answered"),
        (sabotage.without_comparing_what_was_said, LETTERS_DIFFER, "sent again, answered replayed"),
    ],
)
async def test_6_a_key_that_is_not_kept_is_found_out_over_http(
    database_url: str, tmp_path: Path, sabotaged: Sabotage, letters: Sequence[str], finding: str
) -> None:
    await sabotaged(database_url)

    assert finding in " ".join(await same_key_at_once(database_url, tmp_path, letters))


@pytest.mark.parametrize(
    ("module", "statement", "finding"),
    [
        ("eventlog.read", "HEAD", "where a school stands"),
        ("eventlog.read", "LOG", "reading the log"),
        ("eventlog.read", "STREAMS", "reading a stream"),
        ("eventlog.read", "AT", "reading places"),
        ("eventlog.read", "OF_COMMAND", "reading a command"),
        ("eventlog.consume", "ADVANCE", "consuming touched another school's"),
        ("eventlog.faults", "CLEAR", "clearing a fault touched another school's"),
        ("eventlog.rebuild", "RETIRE", "rebuilding touched another school's"),
        ("eventlog.rebuild", "ACTIVATE", "rebuilding failed"),
        ("support.log", "UNTELL", "rebuilding touched another school's"),
        ("register_api.tables", "AMEND", "amending did nothing"),
        ("register_api.tables", "FORGET", "rebuilding the register touched another school's"),
        ("thresholds.tables", "FORGET", "rebuilding thresholds touched another school's"),
    ],
)
async def test_7_a_statement_that_forgets_the_school_is_found_out(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    statement: str,
    finding: str,
) -> None:
    await sabotage.without_the_boundary(database_url)
    forget_the_school(monkeypatch, module, statement)

    assert finding in " ".join(await alike_but_for_their_number(database_url, tmp_path))


async def test_7_a_service_s_statement_that_forgets_the_school_is_held_back_by_the_boundary(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_the_school(monkeypatch, "register_api.tables", "AMEND")

    found = await alike_but_for_their_number(database_url, tmp_path)

    # By the owner, whom it doesn't hold back here, the same statement does its harm.
    assert [each.split(" failed")[0] for each in found] == ["rebuilding the register"]


async def test_an_owner_free_of_the_triggers_rewrites_history_and_a_service_still_cannot(
    database_url: str,
) -> None:
    await sabotage.without_the_triggers(database_url)

    rewritten = await found_to_rewrite(database_url, None, REWRITINGS)
    by_services = [await found_to_rewrite(database_url, role, REWRITINGS) for role in SERVICE_ROLES]

    assert "DELETE FROM eventlog.event" in rewritten
    assert "UPDATE eventlog.school_log SET position = position - 1" in rewritten
    assert by_services == [[], [], []]


def alter(
    monkeypatch: pytest.MonkeyPatch, module: str, statement: str, piece: str, instead: str
) -> None:
    """Replace a piece of a statement; it must be there."""
    # By its full name: `eventlog.consume` is a function of that name to whoever asks the package.
    place = sys.modules[module]
    text: str = getattr(place, statement)
    assert piece in text, f"{module}.{statement} has no {piece!r}"
    monkeypatch.setattr(place, statement, text.replace(piece, instead))


def forget_the_school(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    """Let a statement, or each of several, hold for every school."""
    place = sys.modules[module]
    found: str | tuple[str, ...] = getattr(place, name)
    statements = (found,) if isinstance(found, str) else found
    forgetful = tuple(OF_A_SCHOOL.sub("$1::int IS NOT NULL", each) for each in statements)
    assert all(new != old for new, old in zip(forgetful, statements, strict=True))
    monkeypatch.setattr(place, name, forgetful[0] if isinstance(found, str) else forgetful)

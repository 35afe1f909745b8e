"""A file of published figures is taken whole, or refused line by line."""

import pytest
from support.published import ENGLAND, KENT, SOUTH_EAST, USUAL, Cells, Loading, line
from thresholds.benchmarks.file import COLUMNS, benchmarks_in
from thresholds.errors import BenchmarksRefused


async def test_loading_again_puts_the_new_figures_in_the_place_of_the_old(
    loading: Loading,
) -> None:
    await loading.load(*USUAL, line("National", ENGLAND, 10, time_period="202425"))
    await loading.load(line("Local authority", KENT, 30))

    found = {(each.name, each.time_period, each.authorised) for each in await loading.stored()}
    assert found == {
        ("England", "2024-25", 10),
        ("England", "2025-26", 80),
        ("England", "2025-26", 60),
        ("South East", "2025-26", 70),
        ("Kent", "2025-26", 30),
    }, "of the authorities those are gone that the new file hasn't"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(
            (USUAL[0], line("Regional", SOUTH_EAST, reason_o_other_unauthorised="-1")),
            "line 3: reason_o_other_unauthorised: this is neither a whole number nor suppressed",
            id="a count that is none",
        ),
        pytest.param(
            (USUAL[0], line("National", ENGLAND, possible_sessions="999", education_phase="Total")),
            "line 3: possible_sessions isn't attendance and absence",
            id="columns that don't add up",
        ),
        pytest.param(
            (USUAL[0], USUAL[0]),
            "line 3: a line before is of the same place and time",
            id="a place twice",
        ),
        pytest.param(
            (line("Regional", ENGLAND),),
            "line 2: the place has no code or no name",
            id="a region without its name",
        ),
        pytest.param(
            (line("National", ENGLAND, pa_perc="NaN"),),
            "line 2: pa_perc: this is neither a percentage nor suppressed",
            id="no percentage",
        ),
        pytest.param((), "line 2: there is none", id="no line"),
    ],
)
def test_a_line_that_cant_be_what_it_says_is_told_by_its_number(
    loading: Loading, lines: tuple[Cells, ...], said: str
) -> None:
    with loading.write(lines).open(newline="") as file, pytest.raises(BenchmarksRefused) as refused:
        benchmarks_in(file)

    assert refused.value.reasons == (said,)


async def test_of_a_file_with_a_bad_line_nothing_is_stored(
    loading: Loading,
) -> None:
    refused = loading.command(loading.write((*USUAL, line("National", ENGLAND, time_period="x"))))

    assert refused.returncode == 2
    assert refused.stderr.splitlines()[0] == "Nothing was stored."
    assert refused.stderr.splitlines()[1].startswith("line 7: time_period: ")
    assert await loading.stored() == []


def test_another_file_is_refused_by_the_columns_it_lacks(loading: Loading) -> None:
    lacking = loading.command(loading.write(USUAL, COLUMNS[1:]))
    other = loading.folder / "other.csv"
    other.write_bytes("pupil;naïve\n".encode("utf-16"))
    unreadable = loading.command(other)

    assert lacking.stderr.splitlines()[1:] == ["line 1: there is no column time_period"]
    assert unreadable.stderr.splitlines()[1:] == ["The file isn't in UTF-8."]
    assert lacking.returncode == unreadable.returncode == 2

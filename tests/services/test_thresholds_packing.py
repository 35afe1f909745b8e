"""The packed year: what is stored stays readable, and counts as the law counts."""

from datetime import date, timedelta

from attendance.codes import Code
from attendance.rules.figures import figures_of
from attendance.session import Half, Session
from hypothesis import given
from hypothesis import strategies as st
from thresholds.packing import BYTE_OF, PupilYear, counted, place_of, sessions_of

entries = st.lists(
    st.tuples(st.integers(0, 729), st.sampled_from(list(Code)), st.integers(1, 2**40)),
    max_size=60,
)


def entered(made: list[tuple[int, Code, int]]) -> PupilYear:
    year = PupilYear.unpacked(b"", b"")
    for slot, code, position in made:
        year.enter(slot, BYTE_OF[code], position)
    return year


def test_a_code_keeps_the_byte_it_is_stored_as() -> None:
    order = [code.value for code in sorted(BYTE_OF, key=BYTE_OF.__getitem__)]

    assert " ".join(order) == (
        "/ \\ L K V P W B D C1 M J1 S X C2 C T R I E Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 G N O U Z # H J Y F"
    )
    assert sorted(BYTE_OF.values()) == list(range(1, 39))


def test_every_code_can_be_stored() -> None:
    assert set(BYTE_OF) == set(Code)


def test_a_packed_year_is_read_by_these_bytes() -> None:
    year = entered([(0, Code.PRESENT_AM, 7), (3, Code.I, 8)])

    assert year.packed() == (b"\x01\x00\x00\x13", b"\x03\x00\x08\x00\x00\x00\x00\x00\x00\x00")


@given(entries)
def test_a_year_unpacks_to_what_was_packed(made: list[tuple[int, Code, int]]) -> None:
    year = entered(made)

    assert PupilYear.unpacked(*year.packed()).packed() == year.packed()


@given(entries)
def test_a_year_holds_the_last_entry_of_each_session_and_the_place_of_each_absence(
    made: list[tuple[int, Code, int]],
) -> None:
    last = {slot: (code, position) for slot, code, position in made}
    absent = {*"CEIMRSTGNOUHF", "C1", "C2", "J1"}

    assert entered(made).entries(2026) == [
        (sessions_of(2026)[slot], code, position if code.value in absent else 0)
        for slot, (code, position) in sorted(last.items())
    ]


@given(entries)
def test_a_year_counts_as_the_law_counts(made: list[tuple[int, Code, int]]) -> None:
    year = entered(made)
    figures = figures_of(entry.code for entry in year.entries(2026))

    assert (year.possible, year.absent, year.unauthorised) == (
        figures.possible,
        figures.absent,
        figures.unauthorised,
    )
    assert counted(year.packed()[0], 0, 729) == figures.by_code


def test_the_first_and_the_last_session_of_an_academic_year_have_the_first_and_last_slot() -> None:
    assert place_of(Session(date(2026, 8, 1), Half.AM)) == (2026, 0)
    assert place_of(Session(date(2027, 7, 31), Half.PM)) == (2026, 729)
    assert place_of(Session(date(2027, 8, 1), Half.AM)) == (2027, 0)


@given(st.dates(date(2024, 8, 1), date(2040, 7, 31)), st.sampled_from(list(Half)))
def test_a_session_is_found_again_in_its_slot(on: date, half: Half) -> None:
    year, slot = place_of(Session(on, half))

    assert sessions_of(year)[slot] == Session(on, half)


def test_a_pupil_away_for_a_whole_leap_year_fits_in_eight_kilobytes() -> None:
    days = [date(2027, 8, 1) + timedelta(days=day) for day in range(366)]
    slots = [place_of(Session(on, half)).slot for on in days for half in Half]
    year = entered([(slot, Code.O, 2**40) for slot in slots])

    assert sum(map(len, year.packed())) == 732 + 732 * 10


def test_counting_a_period_leaves_out_what_lies_before_and_after() -> None:
    year = entered([(slot, Code.O, 1) for slot in (4, 5, 6, 7)])

    assert counted(year.packed()[0], 5, 6) == {Code.O: 2}

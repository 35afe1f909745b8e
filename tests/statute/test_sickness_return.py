"""Worked examples of the fifteen school days of illness, added up and expected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from attendance.rules.facts import Arrangement
from attendance.rules.finding import Entry, Finding
from attendance.rules.sickness_return import FROM_AUGUST_2024, sickness_return
from statute.arrangements import illness
from statute.boundaries import met
from statute.circumstances import circumstances, pupil, twice_on_roll
from statute.registers import am, pm, register

ILL = ".........."
HERE = "//////////"
SEPTEMBER = date(2026, 9, 7)
NOVEMBER = date(2026, 11, 9)
BACK_AFTER_FOUR_WEEKS = date(2026, 12, 7)
WHOLE_DAYS = replace(FROM_AUGUST_2024, any_session_is_a_day=True)


def found(
    entries: Sequence[Entry], *reported: Arrangement, born: date = date(2016, 5, 5)
) -> tuple[Finding, ...]:
    return sickness_return(circumstances(entries, pupil(born=born, arrangements=reported)))


def test_tv57_thirty_sessions_on_end_are_fifteen_days_with_the_last_of_them() -> None:
    entries = register(ILL, ILL, "........--", "../.......", monday=NOVEMBER)

    (finding,) = found(entries)

    assert finding.trigger == "accumulated"
    assert finding.met_on == pm(date(2026, 11, 30))
    assert finding.figures == {"sessions": 30, "school_days": 15}
    assert [entry.session for entry in finding.evidence] == [
        entry.session for entry in entries[:30]
    ]


def test_days_added_up_are_to_be_told_within_five_days_or_as_many_as_the_authority_says() -> None:
    entries = register(ILL, ILL, ILL, monday=NOVEMBER)

    (finding,) = found(entries)
    (sooner,) = sickness_return(circumstances(entries), replace(FROM_AUGUST_2024, calendar_days=2))

    assert finding.met_on == pm(date(2026, 11, 27))
    assert (finding.due_on, sooner.due_on) == (date(2026, 12, 2), date(2026, 11, 29))


@pytest.mark.parametrize(
    ("stated_on", "due_on"),
    [
        pytest.param(date(2026, 11, 20), date(2026, 11, 25), id="reported while it lasted"),
        pytest.param(date(2026, 10, 12), date(2026, 11, 14), id="reported long before it began"),
    ],
)
def test_days_expected_are_to_be_told_after_the_report_and_never_before_the_illness(
    stated_on: date, due_on: date
) -> None:
    (finding,) = found([], illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS, stated_on=stated_on))

    assert (finding.met_on, finding.due_on) == (am(NOVEMBER), due_on)


def test_tv57_a_return_expected_late_enough_makes_it_due_at_once() -> None:
    (finding,) = found(
        register("..--------", monday=NOVEMBER), illness(am(NOVEMBER), date(2026, 12, 1))
    )

    assert finding.trigger == "expected"
    assert finding.met_on == am(NOVEMBER)
    assert finding.rests_on == (900,)
    assert finding.figures == {"sessions": 0, "school_days_expected": 15}


def test_tv58_twenty_nine_sessions_are_not_fifteen_days_but_fifteen_days_in_part_may_be() -> None:
    scattered = register(ILL, ILL, "........./", monday=SEPTEMBER)
    mornings = register("./././././", "./././././", "./././././", monday=SEPTEMBER)

    assert found(scattered) == ()
    assert found(mornings) == ()
    by_whole_days = sickness_return(circumstances(mornings), WHOLE_DAYS)
    assert met(by_whole_days) == ("2026-09-25 AM",)


def test_tv60_a_letter_on_the_second_day_of_an_illness_makes_it_due_then() -> None:
    second_day = date(2026, 11, 10)
    entries = register("..--------", monday=NOVEMBER)

    (finding,) = found(entries, illness(am(second_day), BACK_AFTER_FOUR_WEEKS))

    assert finding.trigger == "expected"
    assert finding.met_on == am(NOVEMBER)
    assert [entry.session for entry in finding.evidence] == [am(NOVEMBER), pm(NOVEMBER)]
    assert finding.figures == {"sessions": 2, "school_days_expected": 19}


def test_days_before_the_report_count_where_they_are_of_the_same_illness() -> None:
    twelve_more = illness(am(date(2026, 11, 12)), date(2026, 12, 1))
    thirteen_more = illness(am(date(2026, 11, 12)), date(2026, 12, 2))

    assert found(register("......----", monday=NOVEMBER), twelve_more)
    assert found(register("....44----", monday=NOVEMBER), twelve_more) == ()
    (finding,) = found(register("....44----", monday=NOVEMBER), thirteen_more)
    assert finding.figures == {"sessions": 4, "school_days_expected": 15}
    assert found(register("...../----", monday=NOVEMBER), twelve_more) == ()
    assert found(register("....OO----", monday=NOVEMBER), twelve_more) == ()


def test_an_illness_with_no_return_expected_is_waited_for() -> None:
    assert found(register("..--------", monday=NOVEMBER), illness(am(NOVEMBER))) == ()


def test_with_what_was_missed_already_a_shorter_illness_is_expected_to_come_to_enough() -> None:
    eleven_days = register(ILL, ILL, "../////...", monday=SEPTEMBER)
    three_days = illness(am(date(2026, 11, 9)), date(2026, 11, 12))

    (finding,) = found([*eleven_days, *register(HERE, monday=date(2026, 11, 2))], three_days)

    assert finding.trigger == "expected"
    assert finding.figures == {"sessions": 25, "school_days_expected": 3}
    two_days = three_days._replace(return_expected_on=date(2026, 11, 11))
    assert found([*eleven_days, *register(HERE, monday=date(2026, 11, 2))], two_days) == ()


def test_what_is_missed_already_and_expected_is_counted_in_sessions_of_one_school_year() -> None:
    from_the_afternoon = illness(pm(NOVEMBER), date(2026, 11, 12))
    over_the_summer = illness(am(date(2026, 7, 20)), date(2026, 9, 10))
    twelve_days = register(ILL, ILL, "....//////", HERE, monday=date(2026, 6, 22))

    assert found(register(ILL, ILL, "...../////", monday=SEPTEMBER), from_the_afternoon)
    assert found(register(ILL, ILL, "....//////", monday=SEPTEMBER), from_the_afternoon) == ()
    assert found(twelve_days, over_the_summer) == ()


def test_days_that_were_expected_to_add_up_dont_add_up_again() -> None:
    eleven_days = register(ILL, ILL, "../////...", HERE, monday=SEPTEMBER)
    three_days = illness(am(NOVEMBER), date(2026, 11, 12))
    after_it = register("..////////", ILL, monday=NOVEMBER)

    assert [each.trigger for each in found([*eleven_days, *after_it], three_days)] == ["expected"]


def test_an_illness_longer_than_expected_adds_up_by_its_days() -> None:
    eleven_days = register(ILL, ILL, "..////////", HERE, monday=SEPTEMBER)
    two_days = illness(am(NOVEMBER), date(2026, 11, 11), position=0)

    (finding,) = found([*eleven_days, *register(ILL, monday=NOVEMBER)], two_days)

    assert finding.trigger == "accumulated"
    assert finding.met_on == pm(date(2026, 11, 12))


def test_one_return_is_made_for_a_continuous_period_however_it_goes_on() -> None:
    reported = illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS, position=5)
    longer = illness(am(date(2026, 12, 1)), date(2027, 1, 11), position=700)
    months = register(ILL, ILL, "........--", ILL, ILL, ILL, monday=NOVEMBER)

    for reports in ((reported,), (reported, longer)):
        (finding,) = found([replaced(each, position=50) for each in months], *reports)
        assert finding.rests_on == (5,)


def test_a_report_after_the_days_had_added_up_is_of_a_return_made_already() -> None:
    entries = register(ILL, ILL, "........--", "..--------", monday=NOVEMBER)
    late = illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS, position=700)

    (finding,) = found(entries, late)

    assert finding.trigger == "accumulated"


def test_a_revised_report_leaves_the_finding_where_it_was() -> None:
    entries = register(ILL, "....------", monday=NOVEMBER)
    first = illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS, position=3)
    revised = illness(am(date(2026, 11, 18)), date(2027, 1, 11), position=40)

    (before,), (after,) = found(entries, first), found(entries, revised)

    assert (before.trigger, before.met_on) == (after.trigger, after.met_on)
    assert after.rests_on == (40,)


def test_coming_back_earlier_than_expected_takes_nothing_back() -> None:
    reported = illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS, ends=date(2026, 11, 13))

    assert found(register(ILL, HERE, monday=NOVEMBER), reported)


def test_days_that_add_up_are_returned_once_a_school_year() -> None:
    again = [*[ILL] * 3, HERE, *["..////////"] * 2]

    assert met(found(register(*again, monday=SEPTEMBER))) == ("2026-09-25 PM",)


def test_a_new_period_expected_to_be_long_is_a_return_of_its_own() -> None:
    entries = register(*[ILL] * 3, HERE, monday=SEPTEMBER)
    november = illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS)

    assert [each.trigger for each in found(entries, november)] == ["accumulated", "expected"]


def test_days_that_add_up_after_a_long_illness_are_returned_with_the_next_period() -> None:
    september = illness(am(SEPTEMBER), date(2026, 9, 28), position=0)
    entries = register(*[ILL] * 3, HERE, None, None, None, None, "././//////", monday=SEPTEMBER)

    first, second = found(entries, september)

    assert (first.trigger, second.trigger) == ("expected", "accumulated")
    assert second.met_on == am(date(2026, 11, 2))
    assert second.figures == {"sessions": 31, "school_days": 16}


def test_a_school_year_begins_from_nothing() -> None:
    summer = register("./........", ILL, ILL, monday=date(2026, 6, 29))
    autumn = register("../" + "/" * 7, monday=SEPTEMBER)

    assert len(summer) == 30
    assert found([*summer, *autumn]) == ()


def test_numbers_set_in_the_middle_of_a_year_judge_the_year_to_date() -> None:
    until = replace(FROM_AUGUST_2024, in_force_to=date(2026, 9, 22))
    whole_days = replace(WHOLE_DAYS, in_force_from=date(2026, 9, 23))
    of = circumstances(register(*["./././././"] * 4, monday=SEPTEMBER))

    assert sickness_return(of, until) == ()
    assert met(sickness_return(of, whole_days)) == ("2026-09-25 AM",)
    from_october = replace(whole_days, in_force_from=date(2026, 9, 28))
    assert sickness_return(of, from_october) == ()


@pytest.mark.parametrize("born", [date(2022, 10, 1), date(2010, 5, 5)])
def test_a_pupil_under_or_over_compulsory_school_age_has_no_return(born: date) -> None:
    entries = register(*[ILL] * 4, monday=SEPTEMBER)

    assert found(entries, illness(am(NOVEMBER), BACK_AFTER_FOUR_WEEKS), born=born) == ()


def test_other_absences_dont_add_up() -> None:
    assert found(register(*["MMCCRRSSTT"] * 6, monday=SEPTEMBER)) == ()


def replaced(entry: Entry, position: int) -> Entry:
    return entry._replace(position=position)


def test_a_period_does_not_go_on_through_a_deletion_and_another_admission() -> None:
    again = date(2026, 11, 16)
    twice = pupil(
        enrolments=twice_on_roll(date(2026, 11, 13), again),
        arrangements=(illness(am(again), date(2026, 12, 7)),),
    )
    entries = register("///////.--", "..--------", monday=NOVEMBER)

    assert sickness_return(circumstances(entries, twice)) == ()
    later = replace(twice, arrangements=(illness(am(again), date(2026, 12, 8)),))
    (finding,) = sickness_return(circumstances(entries, later))
    assert finding.met_on == am(again)
    assert finding.evidence == ()


def test_each_time_on_roll_has_its_own_return_of_days_expected() -> None:
    again = date(2026, 11, 16)
    reported = (
        illness(am(NOVEMBER), date(2026, 12, 7), 900),
        illness(am(again), date(2026, 12, 14), 901),
    )
    twice = pupil(enrolments=twice_on_roll(date(2026, 11, 13), again), arrangements=reported)

    findings = sickness_return(circumstances((), twice))

    assert [each.rests_on for each in findings] == [(900,), (901,)]

"""Clocks: working time, holidays, both changes of clocks, pauses."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.consultation import clocks
from services.consultation.clocks import CLOSES, OPENS, ClockState, Unit
from services.shared.clock import HELSINKI

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 6 * 366 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))
lengths = st.integers(min_value=0, max_value=60 * 60 * 200).map(lambda seconds: timedelta(seconds=seconds))
units = st.sampled_from(list(Unit))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HELSINKI)


def test_eight_working_hours_from_thursday_afternoon_end_on_friday_afternoon() -> None:
    assert clocks.due_at(local(2026, 11, 19, 14, 12), 8, Unit.WORKING_HOURS) == local(2026, 11, 20, 14, 12)


def test_a_request_sent_on_friday_evening_begins_to_count_on_monday_morning() -> None:
    assert clocks.due_at(local(2026, 11, 20, 19), 8, Unit.WORKING_HOURS) == local(2026, 11, 23, 16)


def test_independence_day_and_both_christmas_eve_and_the_days_after_are_not_counted() -> None:
    # 2028: Independence Day is a Wednesday.
    assert clocks.due_at(local(2028, 12, 5, 14), 4, Unit.WORKING_HOURS) == local(2028, 12, 7, 10)
    # 2026: Christmas Eve is a Thursday, then a Friday that is a holiday, and the weekend.
    assert clocks.due_at(local(2026, 12, 23, 15), 2, Unit.WORKING_HOURS) == local(2026, 12, 28, 9)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 6, 19),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ],
)
def test_holidays_and_weekends_are_days_off(day: date) -> None:
    assert not clocks.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 12, 23), date(2026, 12, 31), date(2026, 11, 20)])
def test_days_that_only_have_a_name_are_working_days(day: date) -> None:
    assert clocks.is_working_day(day)


def test_fifteen_working_days_keep_the_time_of_day() -> None:
    # Friday 20 November; Independence Day 2026 is a Sunday, so nothing but weekends is skipped.
    assert clocks.due_at(local(2026, 11, 20, 9, 5), 15, Unit.WORKING_DAYS) == local(2026, 12, 11, 9, 5)


def test_seven_times_24_hours_are_elapsed_hours_over_a_change_of_clocks() -> None:
    start = local(2026, 10, 21, 12)
    assert clocks.due_at(start, 168, Unit.HOURS) - start.astimezone(UTC) == timedelta(hours=168)
    assert clocks.due_at(start, 168, Unit.HOURS) == local(2026, 10, 28, 11)


@pytest.mark.parametrize("start", [local(2026, 3, 20, 12), local(2026, 10, 20, 12), local(2028, 2, 20, 12)])
def test_calendar_days_show_the_same_time_on_the_wall(start: datetime) -> None:
    due = clocks.due_at(start, 14, Unit.DAYS).astimezone(HELSINKI)
    assert due.time() == time(12)
    assert due.date() - start.date() == timedelta(days=14)


def test_months_end_on_the_last_day_where_the_month_is_shorter() -> None:
    assert clocks.add_months(local(2027, 11, 30, 10), 3) == local(2028, 2, 29, 10)
    assert clocks.add_months(local(2026, 11, 30, 10), 3) == local(2027, 2, 28, 10)
    assert clocks.add_months(local(2026, 8, 31, 10), 6) == local(2027, 2, 28, 10)
    assert clocks.add_months(local(2026, 12, 15, 10), 1) == local(2027, 1, 15, 10)


@given(moments, lengths, units)
def test_the_span_to_what_was_added_is_what_was_added(start: datetime, length: timedelta, unit: Unit) -> None:
    assert clocks.span(start, clocks.add(start, length, unit), unit) == length


@given(moments, lengths, lengths, units)
def test_adding_twice_is_adding_the_sum(start: datetime, one: timedelta, other: timedelta, unit: Unit) -> None:
    assert clocks.add(clocks.add(start, one, unit), other, unit) == clocks.add(start, one + other, unit)


@given(moments, lengths, lengths, units)
def test_more_time_is_never_due_earlier(start: datetime, one: timedelta, other: timedelta, unit: Unit) -> None:
    short, long = sorted((one, other))
    assert clocks.add(start, short, unit) <= clocks.add(start, long, unit)


@given(moments, lengths.filter(bool))
def test_working_time_is_due_only_in_working_hours(start: datetime, length: timedelta) -> None:
    due = clocks.add(start, length, Unit.WORKING_HOURS).astimezone(HELSINKI)
    assert clocks.is_working_day(due.date())
    assert OPENS <= due.time() <= CLOSES


@given(moments, moments, units)
def test_the_span_backwards_is_the_span_forwards_negated(one: datetime, other: datetime, unit: Unit) -> None:
    assert clocks.span(one, other, unit) == -clocks.span(other, one, unit)


@given(moments, moments, moments)
def test_working_time_adds_up_over_any_point_between(a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    unit = Unit.WORKING_DAYS
    assert clocks.span(first, middle, unit) + clocks.span(middle, last, unit) == clocks.span(first, last, unit)


@given(moments, st.integers(1, 30), units, lengths, lengths)
def test_after_a_pause_as_much_is_left_as_when_it_began(
    start: datetime, amount: int, unit: Unit, until_pause: timedelta, pause: timedelta
) -> None:
    due, paused_at = clocks.due_at(start, amount, unit), start + until_pause
    now = paused_at + pause
    resumed = clocks.resumed(due, paused_at, now, unit)
    if due <= paused_at:
        assert resumed == due, "what was late stays late"
    else:
        assert clocks.span(now, resumed, unit) == clocks.span(paused_at, due, unit)
        assert resumed >= due


@given(moments, st.integers(1, 30), units)
def test_the_warning_comes_when_a_quarter_is_left(start: datetime, amount: int, unit: Unit) -> None:
    due = clocks.due_at(start, amount, unit)
    total = clocks.span(start, due, unit)
    warn = clocks.warn_at(start, due, total, unit)
    assert start <= warn <= due
    assert abs(clocks.span(warn, due, unit) - total / 4) <= timedelta(microseconds=1)


@given(moments, st.integers(1, 30), units, moments)
def test_the_share_is_between_nothing_and_all_and_whole_when_late(
    start: datetime, amount: int, unit: Unit, now: datetime
) -> None:
    due = clocks.due_at(start, amount, unit)
    share = clocks.share_used(now, due, clocks.span(start, due, unit), unit)
    assert 0 <= share <= 1
    assert share == 1 if now >= due else True


def test_a_clock_goes_from_well_to_soon_to_late() -> None:
    start, due = local(2026, 11, 24, 8), local(2026, 11, 24, 16)
    warn = clocks.warn_at(start, due, timedelta(hours=8), Unit.WORKING_HOURS)

    def at(hour: int, minute: int = 0) -> ClockState:
        return clocks.state_of(local(2026, 11, 24, hour, minute), due=due, warn=warn, paused=False, stopped=False)

    assert [at(8), at(13, 59), at(14), at(15, 59), at(16)] == ["ok", "ok", "soon", "soon", "late"]


def test_a_stopped_clock_is_done_and_a_paused_one_paused_however_late() -> None:
    late = {"due": local(2026, 1, 1), "warn": local(2026, 1, 1)}
    now = local(2026, 11, 24)
    assert clocks.state_of(now, **late, paused=True, stopped=False) is ClockState.PAUSED
    assert clocks.state_of(now, **late, paused=True, stopped=True) is ClockState.DONE

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.shared.clock import HELSINKI, FileClock, MovedClock, SystemClock, clock_of

START = datetime(2026, 11, 24, 9, 40, tzinfo=HELSINKI)


def test_a_moved_clock_stands_still_until_it_is_moved() -> None:
    clock = MovedClock(START)
    assert clock.now() == clock.now() == START
    clock.move(timedelta(days=90))
    assert clock.now() == START + timedelta(days=90)


def test_every_clock_tells_utc() -> None:
    assert MovedClock(START).now().tzinfo is UTC
    assert SystemClock().now().tzinfo is UTC


def test_processes_that_share_a_file_move_together(tmp_path: Path) -> None:
    mine, other = FileClock(tmp_path / "clock"), clock_of(tmp_path / "clock")
    before = other.now()
    mine.move(timedelta(days=30))
    mine.move(timedelta(days=60))
    assert timedelta(days=90) <= other.now() - before < timedelta(days=90, seconds=10)


def test_without_a_file_the_clock_is_the_machines() -> None:
    assert isinstance(clock_of(None), SystemClock)

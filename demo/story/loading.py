"""Loads the example: its people, then its older cases by the thousand, then those that are played."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import uvloop

from demo.story import history, marks
from demo.story.days import StoryDays
from demo.story.load import load_registry
from demo.story.play import play_all, settle_past
from services.shared.clock import HELSINKI, FileClock
from services.shared.settings import Settings

Say = Callable[[str], None]


def load(say: Say, *, cases: bool) -> None:
    """Fills the databases that the environment names, telling of each stage. Quick where all of it is there already."""
    registry, consultation = Settings.load("registry"), Settings.load("consultation")
    days = StoryDays.ending(datetime.now(HELSINKI).date())
    with _timed(say, "people and organisations"):
        uvloop.run(load_registry(registry, last=days.last))
    if not cases or not marks.to_be_played(consultation, say):
        return
    marks.put(consultation, marks.BEGUN)
    with _timed(say, "older cases"):
        uvloop.run(history.load_history(registry, consultation, days.last))
    with _timed(say, "cases that are going on, played as they went"):
        play_all(days)
        uvloop.run(settle_past(days))
    _set_clock(consultation, days)
    marks.put(consultation, marks.DONE)


def _set_clock(settings: Settings, days: StoryDays) -> None:
    """From here on the demo's time runs on from where the story ends: whatever the hour, it is ten on a working day."""
    if settings.clock_file is not None:
        clock = FileClock(settings.clock_file)
        clock.move(days.now - clock.now())


@contextmanager
def _timed(say: Say, what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {what} ({time.monotonic() - began:.1f} s)")

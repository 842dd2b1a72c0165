"""Plays the story's cases in the order of their time. `python -m demo.story.play --only SLUG` tries some out."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

import uvloop

from demo.postgres import die_with_parent
from demo.story.days import StoryDays
from demo.story.playing import Playing
from demo.story.script import Case, cases_of
from demo.story.stage import Stage, open_stage, wait_in_place
from demo.story.steps import AnyStep
from services.consultation.clocks import is_working_day
from services.shared.clock import HELSINKI, MovedClock
from services.shared.errors import Refusal

PARTS = (("etela", "lansi"), ("ita", "sisa", "pohjoinen"))
"""Centres whose cases are played at the same time, a process each. Cases that meet (handed on, merged, moved) are in
one: each process is at a moment of its own, and watches over the clocks of its own centres alone."""

LOOKED_AT = (time(8), time(16))
"""When the watch over the clocks looks, each working day: it begins and ends with what is due."""

SEEN_BEFORE = "-1 0.00"
"""What people were told before yesterday they have seen."""


class CannotBePlayed(Exception):
    """The service refused a step; the message says which and why."""


def play_all(days: StoryDays) -> None:
    """Into the databases that the environment names. Raises CannotBePlayed."""
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_play_part, args=(place, part, days)) for place, part in enumerate(PARTS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise CannotBePlayed("what is above says where it ended")


def _play_part(place: int, part: Sequence[str], days: StoryDays) -> None:
    die_with_parent(signal.SIGKILL)()
    wait_in_place()
    uvloop.run(_play_files(place, part, days))


async def _play_files(place: int, part: Sequence[str], days: StoryDays) -> None:
    async with open_stage(MovedClock(days.now), os.environ["OT_OIDC_ISSUER"], place=place) as stage:
        await play(cases_of(part), stage, days, centres=part)


async def settle_past(days: StoryDays) -> None:
    """Nobody is mailed of what was long ago, and what was told before yesterday has been seen."""
    async with open_stage(MovedClock(days.now), os.environ["OT_OIDC_ISSUER"]) as stage:
        await stage.settle_past(seen_before=days.moment(SEEN_BEFORE))


async def play(
    cases: Sequence[Case], stage: Stage, days: StoryDays, *, centres: Sequence[str] | None = None
) -> dict[str, str]:
    """Returns the codes of the cases by slug; `centres`: whose clocks are watched, where not everybody's.

    Raises CannotBePlayed.
    """
    codes: dict[str, str] = {}
    moments = _moments([Playing(case, stage, days, codes) for case in cases], days)
    watch = _watches(moments[0][0], days.now)
    due = next(watch, None)
    for at, _, _, playing, step in moments:
        while due is not None and due <= at:
            await stage.watch(due, centres, choices=due.time() != LOOKED_AT[-1])
            due = next(watch, None)
        await _step(playing, step)
    while due is not None:
        await stage.watch(due, centres, choices=due.time() != LOOKED_AT[-1])
        due = next(watch, None)
    return codes


def _moments(playings: Sequence[Playing], days: StoryDays) -> list[tuple[datetime, int, int, Playing, AnyStep]]:
    """What happens at the same moment happens in the order of the files."""
    told = [
        (days.moment(step.at), which, place, playing, step)
        for which, playing in enumerate(playings)
        for place, step in enumerate(playing.case.steps)
    ]
    return sorted(told, key=lambda one: one[:3])


def _watches(first: datetime, last: datetime) -> Iterator[datetime]:
    day = first.astimezone(HELSINKI).date()
    while day <= last.date():
        for hour in LOOKED_AT:
            at = datetime.combine(day, hour, HELSINKI)
            if is_working_day(day) and first <= at <= last:
                yield at
        day += timedelta(days=1)
    yield last


async def _step(playing: Playing, step: AnyStep) -> None:
    try:
        await playing.play(step)
    except Refusal as refused:
        place = playing.case.steps.index(step) + 1
        raise CannotBePlayed(
            f"{playing.case.slug}: step {place} ({step.do} {step.at}): {refused.status} {refused.code}"
            f" {refused.data or ''} {refused.fields or ''}"
        ) from refused


if __name__ == "__main__":
    from demo.story.trying import main

    sys.exit(main(sys.argv[1:]))

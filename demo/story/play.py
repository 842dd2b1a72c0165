"""Plays the story's cases in the order of their time. `python -m demo.story.play --only SLUG` tries some out."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from demo.story.days import StoryDays
from demo.story.playing import Playing
from demo.story.script import Case, all_cases
from demo.story.stage import Stage, open_stage
from demo.story.steps import AnyStep
from services.consultation.cases.consents import end_unchosen
from services.consultation.cases.watching import watch_clocks
from services.consultation.clocks import is_working_day
from services.shared.clock import HELSINKI, MovedClock
from services.shared.errors import Refusal
from services.shared.jobs import Sweep

LOOKED_AT = (time(8), time(16))
"""When the watch over the clocks looks, each working day: it begins and ends with what is due."""

SEEN_BEFORE = "-1 0.00"
"""What people were told before yesterday they have seen."""

CLOCKS, CHOICES = Sweep("clocks", watch_clocks), Sweep("consent_choices", end_unchosen)


class CannotBePlayed(Exception):
    """The service refused a step; the message says which and why."""


async def play_all(days: StoryDays) -> None:
    """Into the databases that the environment names. Raises CannotBePlayed."""
    async with open_stage(MovedClock(days.now), os.environ["OT_OIDC_ISSUER"]) as stage:
        await play(all_cases(), stage, days)
        stage.clock.set(days.now)
        await stage.settle_past(seen_before=days.moment(SEEN_BEFORE))


async def play(cases: Sequence[Case], stage: Stage, days: StoryDays) -> dict[str, str]:
    """Returns the codes of the cases by slug. Raises CannotBePlayed."""
    codes: dict[str, str] = {}
    playings = [Playing(case, stage, days, codes) for case in cases]
    moments = _moments(playings, days)
    if not moments:
        return codes
    watch = _watches(moments[0][0], days.now)
    due = next(watch, None)
    for at, _, _, playing, step in moments:
        while due is not None and due <= at:
            await _look(stage, due)
            due = next(watch, None)
        await _step(playing, step)
    while due is not None:
        await _look(stage, due)
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


async def _look(stage: Stage, at: datetime) -> None:
    stage.clock.set(at)
    await stage.sweep(CLOCKS)
    if at.time() != LOOKED_AT[-1]:
        await stage.sweep(CHOICES)


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

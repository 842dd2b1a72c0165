"""Plays the story's cases in the order of their time. `python -m demo.story.play --only SLUG` tries some out."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError

import uvloop

from demo.postgres import die_with_parent
from demo.story.days import StoryDays
from demo.story.playing import Playing
from demo.story.script import Case, cases_of
from demo.story.stage import Stage, open_stage
from demo.story.steps import AnyStep
from services.consultation.cases.consents import end_unchosen
from services.consultation.cases.watching import watch_clocks
from services.consultation.clocks import is_working_day
from services.shared.clock import HELSINKI, MovedClock
from services.shared.errors import Refusal
from services.shared.jobs import Sweep

PARTS = (("etela", "lansi"), ("ita", "sisa", "pohjoinen"))
"""Files that are played at the same time, a process each. Cases that meet (handed on, merged, moved) are in one."""

LOOKED_AT = (time(8), time(16))
"""When the watch over the clocks looks, each working day: it begins and ends with what is due."""

SEEN_BEFORE = "-1 0.00"
"""What people were told before yesterday they have seen."""

WAITED_FOR = 300.0  # seconds
CLOCKS, CHOICES = Sweep("clocks", watch_clocks), Sweep("consent_choices", end_unchosen)


class CannotBePlayed(Exception):
    """The service refused a step; the message says which and why."""


@dataclass
class Company:
    """Those who play at the same time wait for one another where the watch looks at everybody's cases."""

    place: int = 0
    all_here: Barrier | None = None

    def wait(self) -> None:
        """Raises BrokenBarrierError where another one has failed."""
        if self.all_here is not None:
            self.all_here.wait(timeout=WAITED_FOR)

    def give_up(self) -> None:
        if self.all_here is not None:
            self.all_here.abort()


def play_all(days: StoryDays) -> None:
    """Into the databases that the environment names. Raises CannotBePlayed."""
    fork = multiprocessing.get_context("fork")
    since = min(days.moment(case.steps[0].at) for part in PARTS for case in cases_of(part))
    all_here = fork.Barrier(len(PARTS))
    told = [(part, days, since, Company(place, all_here)) for place, part in enumerate(PARTS)]
    processes = [fork.Process(target=_play_part, args=each) for each in told]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise CannotBePlayed("what is above says where it ended")


def _play_part(part: Sequence[str], days: StoryDays, since: datetime, company: Company) -> None:
    die_with_parent(signal.SIGKILL)()
    try:
        with suppress(BrokenBarrierError):  # the one that failed says why
            uvloop.run(_play_files(part, days, since, company))
            return
    except BaseException:
        company.give_up()
        raise
    sys.exit(1)


async def _play_files(part: Sequence[str], days: StoryDays, since: datetime, company: Company) -> None:
    async with open_stage(MovedClock(days.now), os.environ["OT_OIDC_ISSUER"], place=company.place) as stage:
        await play(cases_of(part), stage, days, since=since, company=company)


async def settle_past(days: StoryDays) -> None:
    """Nobody is mailed of what was long ago, and what was told before yesterday has been seen."""
    async with open_stage(MovedClock(days.now), os.environ["OT_OIDC_ISSUER"]) as stage:
        await stage.settle_past(seen_before=days.moment(SEEN_BEFORE))


async def play(
    cases: Sequence[Case], stage: Stage, days: StoryDays, *, since: datetime, company: Company
) -> dict[str, str]:
    """Returns the codes of the cases by slug. Raises CannotBePlayed."""
    codes: dict[str, str] = {}
    watch = _watches(since, days.now)
    due = next(watch, None)
    for at, _, _, playing, step in _moments([Playing(case, stage, days, codes) for case in cases], days):
        while due is not None and due <= at:
            await _look(stage, due, company)
            due = next(watch, None)
        await _step(playing, step)
    while due is not None:
        await _look(stage, due, company)
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


async def _look(stage: Stage, at: datetime, company: Company) -> None:
    company.wait()
    if company.place == 0:
        stage.clock.set(at)
        await stage.sweep(CLOCKS)
        if at.time() != LOOKED_AT[-1]:
            await stage.sweep(CHOICES)
    company.wait()


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

"""Plays some of the story's cases on databases of their own, for whoever writes them."""

import argparse
import fcntl
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import psycopg
import uvloop
from psycopg import sql

from demo import postgres
from demo.environment import VAR, Secrets, environment
from demo.story.days import StoryDays
from demo.story.files import case_files
from demo.story.load import load_registry
from demo.story.play import CannotBePlayed, play
from demo.story.script import Case, read_file
from demo.story.stage import open_stage
from migrations.prepare import prepare
from migrations.reference import load_reference
from migrations.run import migrate
from services.shared.clock import HELSINKI, MovedClock
from services.shared.settings import Settings

FOLDER = VAR / "trying"
NEEDED = ("registry", "consultation", "keys")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.story.play", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="SLUG|FILE", help="some cases, or all of a file; else everything")
    parser.add_argument("--today", type=date.fromisoformat, help="the day on which the story ends, instead of today")
    asked = parser.parse_args(words)
    cases, days = _chosen(asked.only), StoryDays.ending(asked.today or datetime.now(HELSINKI).date())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever tries at the same time waits
        server = postgres.start(FOLDER / "postgres", options=("fsync=off",))
        try:
            return uvloop.run(_try(_fresh_environment(server.admin), cases, days))
        finally:
            server.stop()


def _chosen(only: Sequence[str] | None) -> list[Case]:
    """A case that is handed on or merged brings the other one along only if that is named too."""
    found: list[Case] = []
    for path in [Path(name) for name in only or () if name.endswith(".json")] or case_files():
        cases = read_file(path).cases
        named = not only or any(name.endswith(".json") for name in only)
        found += [case for case in cases if named or case.slug in (only or ())]
    if not found:
        raise SystemExit("no such case")
    return found


async def _try(told: dict[str, str], cases: list[Case], days: StoryDays) -> int:
    await load_registry(Settings.load("registry", told), told["OT_OIDC_ISSUER"], last=days.last)
    began = time.monotonic()
    async with open_stage(MovedClock(days.now), told["OT_OIDC_ISSUER"], told) as stage:
        try:
            codes = await play(cases, stage, days)
        except CannotBePlayed as refused:
            print(refused)
            return 1
        for case in cases:
            print(f"{case.slug}: {codes[case.slug]} {await stage.state_of(codes[case.slug])}")
    print(f"{len(cases)} cases, {sum(len(case.steps) for case in cases)} steps, {time.monotonic() - began:.1f} s")
    return 0


def _fresh_environment(admin: str) -> dict[str, str]:
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in NEEDED:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(f"ot_{name}")))
    kept = Secrets.kept_in(FOLDER) or Secrets.made_in(FOLDER)
    databases = prepare(admin, secret=kept.database)
    told = environment(1, kept, databases, FOLDER)
    for name in NEEDED:
        migrate(name, databases[name].owner)
    load_reference("consultation", databases["consultation"].app)
    return {name: value for name, value in told.items() if name != "OT_CLOCK_FILE"}

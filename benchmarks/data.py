"""How fast is the databases' filling, and how large do they get? Cases and experts by a fixed seed, in any number."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from time import perf_counter
from uuid import UUID

import psycopg

from benchmarks.data_echoes import Echoes, Voice, voice_of
from benchmarks.data_people import Crowd, fill_registry
from benchmarks.data_words import words_to_search
from demo.story.history_answers import number_answers
from demo.story.history_calendar import Calendar
from demo.story.history_case import PastCase, Somebody, World
from demo.story.history_course import Course, Plan
from demo.story.history_lines import known_lines, line_for, needed_disciplines
from demo.story.history_lines import themes as known_themes
from demo.story.history_rows import Ids, Rows
from demo.story.history_write import Keys, write_cases
from demo.story.organisations import ytas_of_areas
from services.consultation.cases.codes import ALPHABET, new_code
from services.consultation.cases.consents import fingerprint
from services.shared.settings import Settings

BATCH = 2_000
OPEN_SHARE = 0.25
SAMPLE = 400
VOICES = 1_000
ECHOES_AT_ONCE = 20_000
IN_FULL = 20_000
"""So many are told in full; the rest are echoes of those that have ended."""


@dataclass(frozen=True)
class Actor:
    """Somebody to act as."""

    person: UUID
    name: str
    organisation: UUID | None
    organisation_name: str
    yta: str | None
    area: str | None
    expert: UUID | None = None


@dataclass(frozen=True)
class Filled:
    """What was put in, and whom one may act as."""

    seed: int
    cases: int
    open_cases: int
    messages: int
    experts: int
    events: int
    seconds: float
    askers: tuple[Actor, ...]
    coordinators: tuple[Actor, ...]
    experts_acting: tuple[Actor, ...]
    open_cases_of: dict[str, tuple[UUID, ...]]
    case_ids: tuple[UUID, ...]
    case_codes: tuple[str, ...]
    answered: tuple[UUID, ...]
    drafts: tuple[UUID, ...]
    search_words: tuple[str, ...]


@dataclass
class _Tally:
    """What is noted while rows go by."""

    cases: int = 0
    open_cases: int = 0
    messages: int = 0
    events: int = 0
    asked: dict[UUID, int] = field(default_factory=dict)
    seated: dict[UUID, int] = field(default_factory=dict)
    open_of: dict[str, list[UUID]] = field(default_factory=dict)
    sample: list[tuple[UUID, str]] = field(default_factory=list)
    answered: list[UUID] = field(default_factory=list)
    drafts: list[UUID] = field(default_factory=list)

    def note(self, case: PastCase) -> None:
        row = case.row
        self.cases += 1
        self.asked[row["asker"]] = self.asked.get(row["asker"], 0) + 1
        if self.cases % 41 == 0 and len(self.sample) < SAMPLE:
            self.sample.append((case.id, row["code"]))
        if row.get("answered_at") and row["yta"] and self.cases % 7 == 0 and len(self.answered) < SAMPLE:
            self.answered.append(case.id)
        if row["state"] == "draft":
            self.drafts.append(case.id)
        if row["is_open"]:
            self._note_open(case)

    def _note_open(self, case: PastCase) -> None:
        self.open_cases += 1
        if case.row["state"] in ("accepted", "in_consultation"):
            mine = self.open_of.setdefault(case.row["yta"], [])
            if len(mine) < SAMPLE:
                mine.append(case.id)
        for seat in case.members():
            self.seated[seat.knower.who.id] = self.seated.get(seat.knower.who.id, 0) + 1


async def fill(
    registry: Settings,
    consultation: Settings,
    *,
    cases: int = 20_000,
    messages: int = 60_000,
    experts: int = 5_000,
    seed: int = 1,
    now: datetime | None = None,
) -> Filled:
    """Into migrated databases that hold no cases yet. `consultation.owner_database` must be known; a superuser's where
    services run meanwhile.

    `messages` is what it comes to on the whole: within a few in a hundred.
    """
    began = perf_counter()
    crowd = await fill_registry(registry, experts, Random(f"people {seed}"))
    tally = await _fill_cases(consultation, crowd, cases, messages / cases, seed, now or datetime.now(UTC))
    for address in (consultation.owner_database or consultation.database, consultation.keys_database):
        await _analyze(address)
    return _filled(seed, crowd, tally, perf_counter() - began)


async def _fill_cases(settings: Settings, crowd: Crowd, count: int, talk: float, seed: int, now: datetime) -> _Tally:
    tally, numbers = _Tally(), dict[tuple[str, str, int], int]()
    codes = _Codes(seed)
    waiting: asyncio.Task[None] | None = None
    voices: list[Voice] = []
    told_in_full = min(count, IN_FULL)
    plans = _plans(crowd, told_in_full, talk * count / told_in_full, Random(f"plans {seed}"), now)
    calendar = Calendar((now - timedelta(days=1300)).date(), (now + timedelta(days=400)).date())
    while batch := list(islice(plans, BATCH)):
        rows, keys = Rows(), Keys(settings)
        world = World(
            rows, Ids(Random(f"{seed} {tally.cases}")), calendar, known_lines(), now, Random(seed).getrandbits
        )
        cast = crowd.cast(codes.new, keys.make, lambda reference: fingerprint(settings, reference), needed_disciplines)
        for number, (plan, until) in enumerate(batch):
            course = Course(replace(world, until=until), cast, plan, Random(f"{seed} {tally.cases} {number}"))
            course.tell()
            for case in course.cases:
                tally.note(case)
                if (voice := voice_of(case)) and len(voices) < VOICES:
                    voices.append(voice)
        numbers = number_answers(world.answers, rows, numbers)
        tally.messages += len(rows.tables["messages"])
        tally.events += len(rows.tables["event"])
        if waiting:
            await waiting
        waiting = asyncio.create_task(write_cases(settings, keys, rows, numbers))
        await asyncio.sleep(0)
    if waiting:
        await waiting
    await _echo(
        settings, Echoes(voices, Ids(Random(f"echo ids {seed}")), Random(f"echoes {seed}"), codes.new), tally, count
    )
    return tally


async def _echo(settings: Settings, echoes: Echoes, tally: _Tally, count: int) -> None:
    """In batches, so that no more than one is held in memory."""
    while (missing := count - tally.cases) > 0:
        rows, keys = Rows(), Keys(settings)
        echoes.add(min(missing, ECHOES_AT_ONCE), rows, keys)
        await write_cases(settings, keys, rows, {})
        tally.cases += min(missing, ECHOES_AT_ONCE)


class _Codes:
    """Codes of cases, none twice: every body in turn, in an order that looks like chance."""

    def __init__(self, seed: int) -> None:
        self._next: dict[str, int] = {}
        self._seed = seed

    def new(self, yta: str) -> str:
        number = self._next[yta] = self._next.get(yta, self._seed * 7919) + 1
        body = number * 179_821 % len(ALPHABET) ** 4
        places = iter(body // 25**power % 25 for power in range(4))
        return new_code(yta, lambda alphabet: alphabet[next(places)])


# ---- what is asked, and when ----------------------------------------------------------------------------------------

_AGES = (("0-2",), ("3-6",), ("7-9",), ("10-13",), ("14-17",), ("14-17",), ("10-13", "14-17"))
_ENDED = {"team": 70, "direct": 9, "elsewhere": 7, "declined": 5, "withdrawn": 4, "urgent": 2, "merged": 1}
_OPEN = {"submitted": 9, "accepted": 12, "in_consultation": 26, "answered": 13, "in_follow_up": 36, "draft": 4}
_AGE_IN_DAYS = {
    "draft": (0, 20),
    "submitted": (0, 1),
    "accepted": (1, 3),
    "in_consultation": (5, 14),
    "answered": (20, 26),
    "in_follow_up": (32, 100),
}


def _plans(crowd: Crowd, count: int, talk: float, random: Random, now: datetime) -> Iterator[tuple[Plan, datetime]]:
    """The oldest first; the open ones last, begun so long ago as their state asks."""
    ended = round(count * (1 - OPEN_SHARE))
    first, last = now - timedelta(days=1200), now - timedelta(days=240)
    for number in range(ended):
        begins = first + (last - first) * (number / ended)
        way = random.choices(list(_ENDED), weights=list(_ENDED.values()))[0]
        yield _plan(crowd, random, begins, way, talk), now - timedelta(days=1)
    for _ in range(count - ended):
        state = random.choices(list(_OPEN), weights=list(_OPEN.values()))[0]
        low, high = _AGE_IN_DAYS[state]
        begins = now - timedelta(days=random.uniform(low, high), hours=2)
        yield _plan(crowd, random, begins, "draft" if state == "draft" else "team", talk), now


def _plan(crowd: Crowd, random: Random, begins: datetime, way: str, talk: float) -> Plan:
    asker = crowd.askers[min(int(random.expovariate(1 / 90)), len(crowd.askers) - 1)]
    area = crowd.area_of[asker.id]
    theme, language = random.choice(_themes()), "sv" if random.random() < 0.06 else "fi"
    line = line_for(theme, language, no_follow_up=False, random=random)
    codes = {
        "line": line.slug,
        "area": area,
        "themes": [theme],
        "age_groups": list(random.choice(_AGES)),
        "client_languages": [language],
        "language": language,
        "urgency": random.choices(("normal", "soon", "urgent"), weights=(80, 17, 3))[0],
        "form": random.choice(line.forms),
        "identification": "anonymous",
        "handing_on": random.random() < 0.5,
        "professional_role": "sosiaalityontekija",
    }
    messages = int(random.expovariate(0.8 / talk)) if talk else 0
    yta = ytas_of_areas()[area] or ""
    return Plan(way, asker, yta, area, language, begins, codes, good=random.random(), messages=messages)


def _themes() -> list[str]:
    return [slug for slug in known_themes() if slug != "muu"]


async def _analyze(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute("vacuum analyze")


def _filled(seed: int, crowd: Crowd, tally: _Tally, seconds: float) -> Filled:
    by_work = sorted(crowd.askers, key=lambda one: -tally.asked.get(one.id, 0))
    seated = sorted(crowd.knowers, key=lambda one: -tally.seated.get(one.who.id, 0))[:40]
    return Filled(
        seed=seed,
        cases=tally.cases,
        open_cases=tally.open_cases,
        messages=tally.messages,
        experts=len(crowd.knowers),
        events=tally.events,
        seconds=seconds,
        askers=tuple(_actor(one, area=crowd.area_of[one.id]) for one in by_work[:40]),
        coordinators=tuple(_actor(one, yta=yta) for yta, one in sorted(crowd.coordinators.items())),
        experts_acting=tuple(_actor(one.who, yta=one.yta, area=one.area, expert=one.expert) for one in seated),
        open_cases_of={yta: tuple(ids) for yta, ids in sorted(tally.open_of.items())},
        case_ids=tuple(one for one, _ in tally.sample),
        case_codes=tuple(code for _, code in tally.sample),
        answered=tuple(tally.answered),
        drafts=tuple(tally.drafts[:SAMPLE]),
        search_words=words_to_search(Random(f"search {seed}")),
    )


def _actor(who: Somebody, *, yta: str | None = None, area: str | None = None, expert: UUID | None = None) -> Actor:
    return Actor(who.id, who.name, who.organisation, who.unit, yta, area, expert)

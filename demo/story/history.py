"""Three years of older, ended cases before the story's day, so that reports have something to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import psycopg

from demo.story.history_answers import number_answers
from demo.story.history_calendar import Calendar
from demo.story.history_case import PastCase, World
from demo.story.history_course import Cast, Course
from demo.story.history_lines import known_lines, needed_disciplines
from demo.story.history_people import coordinators, knowers, old_askers
from demo.story.history_plans import YEARS, Planned, planned_cases
from demo.story.history_rows import Ids, Rows
from demo.story.history_write import Keys, write_cases, write_people
from demo.story.ids import person_id
from services.consultation.cases.codes import new_code
from services.consultation.cases.consents import fingerprint
from services.consultation.workflow import ENDS
from services.shared.settings import Settings

ENDED = frozenset(state.value for state in ENDS)


@dataclass
class History:
    """What was told. `cases` in the order they were asked."""

    rows: Rows
    keys: Keys
    cases: list[PastCase]
    numbers: dict[tuple[str, str, int], int]


async def load_history(registry: Settings, consultation: Settings, last: date) -> int:
    """How many cases there are now that weren't before. `last`: the story's last working day.

    Nothing where older cases are there already: which day they led up to is then another.
    """
    askers = [one for area in old_askers().values() for one in area]
    if await _is_there(consultation, [person_id(one.slug) for one in askers]):
        return 0
    history = tell_history(consultation, last)
    await write_people(registry, askers)
    await write_cases(consultation, history.keys, history.rows, history.numbers)
    return len(history.cases)


@dataclass
class Beginning:
    """Nothing told yet, and all there is to tell it with."""

    world: World
    cast: Cast
    keys: Keys


def begin(settings: Settings, last: date) -> Beginning:
    calendar = Calendar(last - timedelta(days=YEARS * 365 + 40), last + timedelta(days=500))
    random, keys, codes = Random("rows of history"), Keys(settings), set[str]()
    until = datetime.combine(last, datetime.min.time()).astimezone()
    world = World(Rows(), Ids(random), calendar, known_lines(), until, random.getrandbits)

    def code_for(yta: str) -> str:
        while (code := new_code(yta, random.choice)) in codes:
            pass
        codes.add(code)
        return code

    cast = Cast(
        coordinators=coordinators(),
        knowers=knowers(),
        needed=needed_disciplines,
        new_code=code_for,
        new_key=keys.make,
        fingerprint=lambda reference: fingerprint(settings, reference),
    )
    return Beginning(world, cast, keys)


def tell_history(settings: Settings, last: date) -> History:
    beginning = begin(settings, last)
    world, keys = beginning.world, beginning.keys
    cases = list(_told(world, beginning.cast, keys, last))
    return History(world.rows, keys, cases, number_answers(world.answers, world.rows))


def _told(world: World, cast: Cast, keys: Keys, last: date) -> Iterator[PastCase]:
    for number, planned in enumerate(planned_cases(last, world.calendar)):
        before = world.rows.mark(), len(keys.rows), len(world.answers)
        course = _course(world, cast, planned, number)
        if course.tell() and all(case.row["state"] in ENDED for case in course.cases):
            yield from course.cases
        else:
            world.rows.back_to(before[0])
            del keys.rows[before[1] :], world.answers[before[2] :]


def _course(world: World, cast: Cast, planned: Planned, number: int) -> Course:
    world.until = planned.until
    return Course(world, cast, planned.plan, Random(f"history {number}"))


async def _is_there(settings: Settings, askers: Sequence[UUID]) -> bool:
    async with await psycopg.AsyncConnection.connect(settings.database) as connection:
        await connection.execute("select set_config('ot.duty', 'story', true)")
        query = "select 1 from cases where asker = any(%s) limit 1"
        return await (await connection.execute(query, [list(askers)])).fetchone() is not None

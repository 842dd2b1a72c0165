"""`python -m demo.story.check [FILE…]`: what is wrong with the story's files, one fault a line, before it is played."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from demo.story import people
from demo.story.answer_steps import FollowUpStep
from demo.story.days import NOW
from demo.story.files import case_files
from demo.story.lines import lines
from demo.story.organisations import organisations, ytas_of_areas
from demo.story.script import Case, File, read_file
from demo.story.steps import (
    AnyStep,
    CompleteStep,
    DraftStep,
    GapStep,
    HoldMeetingStep,
    InviteStep,
    MeetingStep,
    MergeStep,
    RemoveMemberStep,
    SubmitStep,
    TransferStep,
)
from demo.story.unfolding import Unfolding
from services.consultation.cases.rules import REQUIRED_ON_SUBMIT
from services.registry.reference import read_data

_DATE = re.compile(
    r"(?<![\d.])\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)\d{2})?(?!\d)|(?<!\d)(?:19|20)\d{2}(?:-\d{2}-\d{2})?(?!\d)"
)


@dataclass(frozen=True)
class Fault:
    file: str
    case: str
    place: str
    says: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.case, self.place, self.says)))


@dataclass
class Known:
    """All that the files may name."""

    people: set[str] = field(default_factory=set)
    askers: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or case_files()
    faults = list(faults_of(paths))
    for fault in faults:
        print(fault)
    print(f"{len(paths)} files, {len(faults)} faults")
    return 1 if faults else 0


def faults_of(paths: Sequence[Path]) -> Iterator[Fault]:
    told: dict[str, File] = {}
    for path in paths:
        try:
            told[path.name] = read_file(path)
        except json.JSONDecodeError as broken:
            yield Fault(path.name, "", "", f"not JSON: {broken}")
        except ValidationError as wrong:
            yield from _of_schema(path.name, json.loads(path.read_text(encoding="utf-8")), wrong)
    known = _known(told)
    yield from _repeated(told)
    for name, file in told.items():
        yield from _of_people(name, file)
        for case in file.cases:
            yield from (Fault(name, case.slug, place, says) for place, says in _of_case(case, known))


def _of_schema(name: str, raw: Any, wrong: ValidationError) -> Iterator[Fault]:
    for error in wrong.errors(include_url=False, include_context=False):
        places = [str(part) for part in error["loc"]]
        case = ""
        if places[:1] == ["cases"] and len(places) > 1:
            case = str(raw["cases"][int(places[1])].get("slug", f"case {places[1]}"))
            places = places[2:]
        yield Fault(name, case, ".".join(places), error["msg"])


def _known(told: dict[str, File]) -> Known:
    known = Known({human.slug for human in people.humans()})
    for one in people.roles():
        if one.role in ("professional", "coordinator", "expert"):
            known.askers[one.person] = one.organisation
    for file in told.values():
        known.people |= {person.slug for person in file.people}
        known.askers |= {person.slug: person.organisation for person in file.people}
        known.cases |= {case.slug: case for case in file.cases}
    return known


def _repeated(told: dict[str, File]) -> Iterator[Fault]:
    slugs = Counter(case.slug for file in told.values() for case in file.cases)
    names = Counter(person.slug for file in told.values() for person in file.people)
    yield from (Fault("", slug, "slug", "used twice") for slug, times in slugs.items() if times > 1)
    yield from (Fault("", "", f"people {slug}", "told twice") for slug, times in names.items() if times > 1)


def _of_people(name: str, file: File) -> Iterator[Fault]:
    taken = {human.slug for human in people.known_humans()}
    for person in file.people:
        if person.slug in taken:
            yield Fault(name, "", f"people {person.slug}", "exists already: leave it out here")
        if person.organisation not in organisations():
            yield Fault(name, "", f"people {person.slug}", f"no such organisation: {person.organisation}")


def _of_case(case: Case, known: Known) -> Iterator[tuple[str, str]]:
    if case.asker not in known.askers:
        yield "asker", f"{case.asker} holds no role from which to ask"
    if case.request.partner not in (None, *known.people):
        yield "request.partner", f"nobody is called {case.request.partner}"
    yield from _of_request(case, known)
    yield from _of_dates("request", case.request.model_dump(mode="json"))
    for place, step in enumerate(case.steps):
        where = f"step {place + 1} ({step.do} {step.at})"
        yield from ((where, says) for says in _of_step(case, step, known))
        yield from _of_dates(where, step.model_dump(mode="json", exclude={"at", "starts_at", "ends_at", "due"}))
    yield from _of_order(case)
    yield from Unfolding(case).faults()


def _of_request(case: Case, known: Known) -> Iterator[tuple[str, str]]:
    request = case.request
    if case.handed_on_from is not None:
        if case.handed_on_from not in known.cases:
            yield "handed_on_from", f"no case {case.handed_on_from}"
        return
    if not isinstance(case.steps[0], DraftStep):
        yield "steps", "the first step is draft"
    sent = any(isinstance(step, SubmitStep) for step in case.steps)
    for name in REQUIRED_ON_SUBMIT:
        if sent and not getattr(request, name):
            yield f"request.{name}", "missing, and the request is submitted"
    for scheme, given in (("themes", request.themes), ("languages", [*request.client_languages, request.language])):
        yield from ((f"request.{scheme}", f"unknown: {one}") for one in given if one and one not in words(scheme))
    if request.area is not None and not ytas_of_areas().get(request.area):
        yield "request.area", f"{request.area} is no county of an OT centre"
    yield from _of_line(case, known)


def _of_line(case: Case, known: Known) -> Iterator[tuple[str, str]]:
    request = case.request
    line = lines().get(request.line or "")
    if request.line is None:
        return
    if line is None:
        yield "request.line", f"no such line: {request.line}"
        return
    if request.form and request.form not in line["forms"]:
        yield "request.form", f"{request.form.value} is not a form of {request.line}: {line['forms']}"
    if line["area"] not in (None, request.area) or line["yta"] not in (None, ytas_of_areas().get(request.area or "")):
        yield "request.line", f"{request.line} does not serve area {request.area}"
    if request.identification == "statement" and not line["group_14"]:
        yield "request.identification", "a statement is asked only on a 14 § line"
    organisation = organisations().get(known.askers.get(case.asker, ""))
    if line["who_may_ask"] and organisation and organisation["type"] not in line["who_may_ask"]:
        yield "request.line", f"{request.line} is asked only by {line['who_may_ask']}"


def _of_step(case: Case, step: AnyStep, known: Known) -> Iterator[str]:
    if step.by is None and not step.asking:
        yield "say by whom"
    if step.by is not None and step.by not in known.people:
        yield f"nobody is called {step.by}"
    match step:
        case InviteStep():
            yield from (f"{one.expert} is no expert" for one in step.members if one.expert not in experts())
            if sum(one.role == "chair" for one in step.members) > 1:
                yield "two chairs"
        case RemoveMemberStep() if step.expert not in experts():
            yield f"{step.expert} is no expert"
        case MergeStep():
            into = known.cases.get(step.into)
            if into is None:
                yield f"no case {step.into}"
            elif into.asker != case.asker:
                yield f"{step.into} is asked by somebody else"
        case HoldMeetingStep():
            yield from (f"nobody is called {one}" for one in step.attended if one not in known.people)
            if step.meeting not in [one.slug for one in case.steps if isinstance(one, MeetingStep)]:
                yield f"no meeting {step.meeting}"
        case GapStep() if step.discipline not in words("disciplines"):
            yield f"unknown discipline: {step.discipline}"
        case TransferStep() if step.line is not None and step.line not in lines():
            yield f"no such line: {step.line}"
        case CompleteStep():
            yield from (f"unknown theme: {one}" for one in step.themes or () if one not in words("themes"))
        case _:
            pass


def _of_order(case: Case) -> Iterator[tuple[str, str]]:
    before: tuple[int, float] = (-9999, 0)
    for place, step in enumerate(case.steps):
        at = _place(step.at)
        where = f"step {place + 1} ({step.do} {step.at})"
        if at < before:
            yield where, "is told after something that happens later"
        if at >= (0, float(NOW.hour)):
            yield where, f"the story ends at 0 {NOW.hour}.00"
        if isinstance(step, MeetingStep) and _place(step.starts_at) >= _place(step.ends_at):
            yield where, "ends before it starts"
        if isinstance(step, HoldMeetingStep) and (held := _meeting(case, step.meeting)) and at < _place(held.starts_at):
            yield where, "is held before it starts"
        if isinstance(step, FollowUpStep) and not step.rows and not step.goals:
            yield where, "without rows"
        before = max(before, at)


def _place(moment: str) -> tuple[int, float]:
    day, time = moment.split(" ")
    hours, minutes = time.split(".")
    return int(day), int(hours) + int(minutes) / 60


def _meeting(case: Case, slug: str) -> MeetingStep | None:
    return next((step for step in case.steps if isinstance(step, MeetingStep) and step.slug == slug), None)


def _of_dates(where: str, told: Any) -> Iterator[tuple[str, str]]:
    if isinstance(told, str):
        yield from ((where, f"an absolute date or year: {found.group()!r}") for found in _DATE.finditer(told))
    elif isinstance(told, dict):
        for name, value in told.items():
            yield from _of_dates(f"{where}.{name}", value)
    elif isinstance(told, list):
        for value in told:
            yield from _of_dates(where, value)


@cache
def words(scheme: str) -> frozenset[str]:
    data = read_data(scheme)
    more = data["themes_without_a_source"]["themes"] if scheme == "themes" else []
    return frozenset(row.get("slug") or row["code"] for row in (*data[scheme], *more))


@cache
def experts() -> frozenset[str]:
    return frozenset(expert["slug"] for expert in people.experts())


if __name__ == "__main__":
    sys.exit(main())

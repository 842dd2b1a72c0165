"""The example's cases as they are told, before anybody plays them. Playing them all is among the long tests."""

from __future__ import annotations

import re

from demo.environment import ROOT
from demo.story.check import faults_of
from demo.story.files import case_files
from demo.story.organisations import ytas_of_areas
from demo.story.play import PARTS
from demo.story.script import Case, all_cases, cases_of
from demo.story.unfolding import Unfolding
from gateway.language import catalogs
from services.consultation.workflow import State

README = ROOT / "README.md"


def test_the_files_tell_nothing_impossible() -> None:
    assert [str(fault) for fault in faults_of(case_files())] == []


def test_something_waits_for_each_of_the_walks() -> None:
    cases = {case.slug: case for case in all_cases()}
    states = {slug: _state_of(case) for slug, case in cases.items()}
    to_answer = [case for case in cases.values() if case.asker == "maria" and states[case.slug] is State.ANSWERED]
    assert {one.opinion for case in to_answer for one in case.steps if one.do == "sign"} >= {"agree", "dissent"}
    assert [case for case in cases.values() if case.asker == "maria" and states[case.slug] is State.DRAFT]
    fresh = [case for case in cases.values() if case.asker == "maria" and states[case.slug] is State.SUBMITTED]
    assert [step.at for case in fresh for step in case.steps if step.do == "submit"] == ["-1 15.20"]
    assert [slug for slug, case in cases.items() if _invited_and_silent(case, "tuomas")]


def test_the_walks_name_what_is_there() -> None:
    """What the README says to press is written in Finnish on some page, or is the subject of a case."""
    walks = README.read_text(encoding="utf-8").split("## Try it")[1].split("## ")[0]
    named = {" ".join(words.split()) for words in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", walks)}
    written = set(catalogs()["fi"].texts.values())
    subjects = " ".join(case.request.subject or "" for case in all_cases())
    assert len(named) > 15
    assert {words for words in named if words not in written and words not in subjects} == set()


def _state_of(case: Case) -> State:
    unfolding = Unfolding(case)
    assert list(unfolding.faults()) == []
    return unfolding.state


def _invited_and_silent(case: Case, person: str) -> bool:
    asked = {one.expert for step in case.steps if step.do == "invite" for one in step.members}
    said = {step.by for step in case.steps if step.do in ("accept_invitation", "decline_invitation", "recuse")}
    return person in asked - said and _state_of(case) in (State.ACCEPTED, State.IN_CONSULTATION)


def test_every_file_has_its_part() -> None:
    assert [len(cases_of([path.stem])) for path in case_files()] == [
        len(cases_of([name])) for name in sorted(name for part in PARTS for name in part)
    ]


def test_no_case_leaves_the_centres_it_is_played_with() -> None:
    """Each part of the story is at a moment of its own: elsewhere a case would be watched at another's."""
    cases = [(part, case) for part in PARTS for case in cases_of(part)]
    asked = [(part, ytas_of_areas()[case.request.area]) for part, case in cases if case.request.area]
    moved = [(part, step.yta) for part, case in cases for step in case.steps if step.do == "transfer" and step.yta]
    assert moved
    assert [yta for part, yta in (*asked, *moved) if yta not in part] == []

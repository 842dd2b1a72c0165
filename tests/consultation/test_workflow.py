"""The table of acts holds together, and the page made from it is the one people read."""

from pathlib import Path

import pytest

from services.consultation import workflow
from services.consultation.access import Relation, groups_of, may_read_team_notes
from services.consultation.clocks import CLOCKS
from services.consultation.workflow import ACTS, ENDS, MOVES, OPEN, TURNS, Group, State, acts_in
from services.consultation.workflow_page import page

DOCS = Path(__file__).parents[2] / "docs" / "workflow.md"


def test_the_page_in_docs_is_made_from_the_tables() -> None:
    assert DOCS.read_text(encoding="utf-8") == page(), (
        "python -m services.consultation.workflow_page > docs/workflow.md"
    )


def test_every_state_but_the_first_can_be_reached_and_every_one_but_the_last_can_be_left() -> None:
    reached = {after for act in MOVES for after in act.after}
    left = {before for act in MOVES for before in act.before}
    assert reached == set(State) - {State.DRAFT}
    assert left == set(State) - {State.DISPOSED}


def test_every_open_state_has_somebody_whose_turn_it_is_and_who_may_do_the_awaited_act() -> None:
    assert set(TURNS) == {State.DRAFT, *OPEN}
    for state, turn in TURNS.items():
        act = ACTS[turn.act]
        assert state in act.before
        assert turn.who in act.who


def test_nothing_is_offered_to_anybody_in_a_disposed_case() -> None:
    assert acts_in(State.DISPOSED, list(Group)) == ()


@pytest.mark.parametrize("state", ENDS)
def test_an_ended_case_offers_no_act_but_reopening_or_correcting(state: State) -> None:
    assert {act.name for act in acts_in(state, list(Group))} <= {"reopen", "correct_answer"}


def test_what_a_person_is_offered_grows_with_what_they_are_to_the_case() -> None:
    for state in State:
        alone = set(acts_in(state, groups_of([Relation.MEMBER])))
        assert alone <= set(acts_in(state, groups_of([Relation.CHAIR])))
        assert acts_in(state, []) == ()


def test_an_invited_person_is_offered_nothing_of_the_case_itself() -> None:
    for state in State:
        assert not [act for act in acts_in(state, groups_of([Relation.INVITED])) if act.moves]


def test_the_clocks_name_only_acts_that_exist() -> None:
    named = {act for clock in CLOCKS for act in (*clock.starts, *clock.stops)}
    assert named <= set(ACTS)


def test_each_event_belongs_to_one_act() -> None:
    events = [act.event for act in ACTS.values() if act.event]
    assert len(events) == len(set(events))


@pytest.mark.parametrize("relation", [Relation.ASKER, Relation.PARTNER])
@pytest.mark.parametrize("also", [*Relation])
def test_whoever_asks_never_reads_the_notes_of_the_team_whatever_else_they_are(
    relation: Relation, also: Relation
) -> None:
    assert not may_read_team_notes({relation, also})


def test_moves_and_deeds_share_no_name() -> None:
    assert len(ACTS) == len(workflow.MOVES) + len(workflow.DEEDS)

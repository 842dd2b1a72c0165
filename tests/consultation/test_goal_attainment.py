"""The T score of goal attainment scaling, against values that can be worked out by hand."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.consultation.follow_ups.rules import (
    LEVELS,
    Attainment,
    Change,
    Promise,
    counts,
    gas_change,
    gas_score,
)

attainments = st.lists(
    st.builds(Attainment, weight=st.integers(1, 5), level=st.sampled_from(LEVELS)), min_size=1, max_size=5
)


@pytest.mark.parametrize(
    ("goals", "score"),
    [
        ([(1, 1), (1, 1), (1, 1)], 63.69),
        ([(1, 0), (1, 0), (1, 0)], 50.0),
        ([(1, -1), (1, -1), (1, -1)], 36.31),
        ([(1, 2)], 70.0),
        ([(1, -2)], 30.0),
        ([(5, 1)], 60.0),
        ([(1, 1), (1, 0)], 56.2),
        ([(2, 1), (1, -1)], 54.02),
        ([(1, 2), (1, 2), (1, 2), (1, 2), (1, 2)], 80.15),
    ],
)
def test_the_score_is_the_published_one(goals: list[tuple[int, int]], score: float) -> None:
    assert round(gas_score([Attainment(weight, level) for weight, level in goals]) or 0, 2) == score


def test_no_goals_have_no_score_rather_than_fifty() -> None:
    assert gas_score([]) is None
    assert gas_change([], []) is None


@given(attainments)
def test_goals_as_expected_are_fifty_whatever_they_weigh(goals: list[Attainment]) -> None:
    expected = [Attainment(goal.weight, 0) for goal in goals]
    assert gas_score(expected) == 50


@given(attainments, st.integers(2, 4))
def test_only_the_proportions_of_the_weights_matter(goals: list[Attainment], factor: int) -> None:
    heavier = [Attainment(goal.weight * factor, goal.level) for goal in goals]
    assert isclose(gas_score(goals) or 0, gas_score(heavier) or 0)


@given(attainments)
def test_mirrored_levels_mirror_the_score_around_fifty(goals: list[Attainment]) -> None:
    mirrored = [Attainment(goal.weight, -goal.level) for goal in goals]
    assert isclose((gas_score(goals) or 0) + (gas_score(mirrored) or 0), 100)


@given(attainments, st.integers(0, 4))
def test_a_goal_that_rises_never_lowers_the_score(goals: list[Attainment], which: int) -> None:
    index = which % len(goals)
    risen = [
        Attainment(goal.weight, min(goal.level + 1, 2)) if place == index else goal for place, goal in enumerate(goals)
    ]
    assert (gas_score(risen) or 0) >= (gas_score(goals) or 0)


def test_change_is_the_difference_of_the_two_scores_as_they_are_shown() -> None:
    start, end = [Attainment(1, -1)] * 3, [Attainment(1, 1)] * 3
    assert gas_change(start, end) == 27.38 == round(63.69 - 36.31, 2)
    assert gas_change(end, start) == -27.38


def test_counts_tell_a_zero_from_nothing() -> None:
    assert counts(Promise, [Promise.will_do, Promise.will_do, Promise.will_not]) == {
        "will_do": 2,
        "partly": 0,
        "not": 1,
    }
    assert counts(Change, []) == {"yes": 0, "partly": 0, "no": 0}

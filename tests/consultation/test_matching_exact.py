"""The solver beside brute force on small instances: the same best score, always."""

from dataclasses import replace
from itertools import combinations

import hypothesis.strategies as st
from hypothesis import given, settings

from services.consultation.matching.dominance import without_dominated
from services.consultation.matching.problem import Candidate, Problem, Score, score
from services.consultation.matching.solver import suggest

DISCIPLINES = ("sosiaalityo_lastensuojelu", "psykologia", "poliisi", "koulu_erityisopetus", "nuorisopsykiatria")
THEMES = ("haastavat_erot", "traumat")
LANGUAGES = ("fi", "sv", "ar")


def candidates() -> st.SearchStrategy[tuple[Candidate, ...]]:
    person = st.builds(
        Candidate,
        expert=st.just(""),
        covers=st.frozensets(st.sampled_from(DISCIPLINES), min_size=1, max_size=2),
        levels=st.dictionaries(st.sampled_from(THEMES), st.integers(1, 3)),
        speaks=st.frozensets(st.sampled_from(LANGUAGES)),
        colleague=st.booleans(),
        distance=st.integers(0, 2),
        load=st.sampled_from([250, 333, 500, 1000]),
    )
    people = st.lists(person, max_size=9)
    return people.map(lambda many: tuple(replace(one, expert=f"e{place}") for place, one in enumerate(many)))


def problems() -> st.SearchStrategy[Problem]:
    def split(order: tuple[list[str], int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        disciplines, at = order
        return tuple(disciplines[:at]), tuple(disciplines[at:])

    return st.builds(
        lambda needs, themes, language, clients, most, people: Problem(
            needs[0], needs[1], tuple(themes), language, tuple(clients), most, people
        ),
        st.tuples(st.permutations(DISCIPLINES), st.integers(0, 3)).map(split),
        st.lists(st.sampled_from(THEMES), unique=True),
        st.sampled_from(LANGUAGES[:2]),
        st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=2),
        st.integers(1, 4),
        candidates(),
    )


def best_by_trying_all(problem: Problem) -> Score:
    return min(
        score(problem, team)
        for size in range(problem.max_people + 1)
        for team in combinations(problem.candidates, size)
    )


@given(problems())
@settings(max_examples=80, deadline=None)
def test_the_suggested_team_is_as_good_as_the_best_of_all_teams(problem: Problem) -> None:
    suggestion = suggest(problem)
    assert suggestion.optimal
    assert suggestion.score == best_by_trying_all(problem)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_leaving_out_dominated_candidates_never_costs_the_best_team(problem: Problem) -> None:
    fewer = replace(problem, candidates=without_dominated(problem))
    assert best_by_trying_all(fewer) == best_by_trying_all(problem)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_same_people_in_another_order_give_the_same_team(problem: Problem, random: object) -> None:
    shuffled = list(problem.candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert suggest(problem).team == suggest(replace(problem, candidates=tuple(shuffled))).team


def test_twins_are_dropped_down_to_as_many_as_a_team_can_use() -> None:
    twins = tuple(Candidate(f"e{n}", frozenset({"psykologia"}), load=500 + n) for n in range(30))
    problem = Problem(("psykologia",), (), (), "fi", (), 3, twins)
    assert [one.expert for one in without_dominated(problem)] == ["e0", "e1", "e2"]


def test_nobody_to_ask_is_an_empty_team_with_everything_missing() -> None:
    suggestion = suggest(Problem(("psykologia", "poliisi"), (), (), "fi", (), 4, ()))
    assert suggestion.team == ()
    assert suggestion.score.missing == 2

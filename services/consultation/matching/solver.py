"""The exact best team: one part of the score after another is made as small as can be, and then held."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from services.consultation.matching.dominance import without_dominated
from services.consultation.matching.problem import (
    BEST_LEVEL,
    ELSEWHERE,
    SOLID_LEVEL,
    Candidate,
    Problem,
    Suggestion,
    score,
)

# Work is bounded in nodes, not seconds: the same question then gets the same answer on a busy machine too.
MOST_NODES = 20_000

Wish = TypeVar("Wish")


def suggest(problem: Problem) -> Suggestion:
    """Blocks for up to some hundred milliseconds: call it in a thread. The same problem always gives the same team."""
    candidates = without_dominated(problem)
    model = _Model(problem, candidates)
    try:
        proved = all([model.minimise(expression) for expression in model.objectives()])
    except _GaveUp:
        proved = False
    return Suggestion(model.team, score(problem, model.team), proved, len(problem.candidates))


def _ranked(*parts: tuple[Any, int]) -> Any:
    """A sum in which an earlier part outweighs all that later ones can reach; each comes with the most it can be."""
    ranked: Any = 0
    for part, most in parts:
        ranked = ranked * (most + 1) + part
    return ranked


class _GaveUp(Exception):
    """The node limit came before any team: what was found for the earlier parts stands."""


class _Model:
    def __init__(self, problem: Problem, candidates: tuple[Candidate, ...]) -> None:
        # Imported here: only the process that proposes teams pays for the solver.
        from ortools.linear_solver import pywraplp

        self.optimal, self.feasible = pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE
        self.solver = pywraplp.Solver.CreateSolver("SCIP")
        self.solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {MOST_NODES}")
        self.problem, self.candidates = problem, candidates
        self.chosen = [self.solver.BoolVar("") for _ in candidates]
        self.highest = self.solver.NumVar(0, self.solver.infinity(), "")
        self.team: tuple[Candidate, ...] = ()
        self.solver.Add(self.solver.Sum(self.chosen) <= problem.max_people)
        for one, taken in zip(candidates, self.chosen, strict=True):
            self.solver.Add(self.highest >= one.load * taken)

    def objectives(self) -> Iterable[Any]:
        """Score's parts in its order, small neighbours as one weighted sum: fewer solves, the same exact team."""
        problem, people = self.problem, self.problem.max_people
        themes, useful = len(problem.themes), sum(problem.useful_weights.values())
        missing = self._lacking(problem.required, lambda one, slug: slug in one.covers)
        levels = self._lacking(
            [(theme, level) for theme in problem.themes for level in range(1, SOLID_LEVEL + 1)],
            lambda one, wish: one.levels.get(wish[0], 0) >= wish[1],
        )
        wished = self._lacking(problem.useful, lambda one, slug: slug in one.covers, problem.useful_weights)
        yield _ranked((missing, len(problem.required)), (levels, SOLID_LEVEL * themes), (wished, useful))
        language = self._total(lambda one: problem.working_language not in one.speaks)
        clients = self._lacking(problem.client_languages, lambda one, language: language in one.speaks)
        conflicts = self._total(lambda one: one.colleague)
        distance = self._total(lambda one: one.distance)
        spoken = len(problem.client_languages)
        yield _ranked((language, people), (clients, spoken), (conflicts, people), (distance, people * ELSEWHERE))
        yield self.highest
        yield self._total(lambda one: one.load)
        evidence = self._total(lambda one: sum(BEST_LEVEL - one.levels.get(theme, 0) for theme in problem.themes))
        yield _ranked((self._total(lambda one: 1), people), (evidence, BEST_LEVEL * themes * people))

    def minimise(self, expression: Any) -> bool:
        """Returns whether the value reached is proved to be the least. A constant part needs no solving."""
        if isinstance(expression, int) or not self.candidates:
            return True
        self.solver.Minimize(expression)
        status = self.solver.Solve()
        if status not in (self.optimal, self.feasible):
            raise _GaveUp
        # Read before the next bound is added: adding one throws the solution away.
        reached = round(self.solver.Objective().Value())
        self.team = tuple(
            one for one, taken in zip(self.candidates, self.chosen, strict=True) if taken.solution_value() > 0.5
        )
        self.solver.Add(expression <= reached)
        return bool(status == self.optimal)

    def _total(self, cost: Callable[[Candidate], int | bool]) -> Any:
        costs = [(int(cost(one)), taken) for one, taken in zip(self.candidates, self.chosen, strict=True)]
        terms = [amount * taken for amount, taken in costs if amount]
        return self.solver.Sum(terms) if terms else 0

    def _lacking(
        self,
        wishes: Iterable[Wish],
        brings: Callable[[Candidate, Wish], bool],
        weights: dict[Wish, int] | None = None,
    ) -> Any:
        """Weighted count of the wishes nobody in the team fulfils."""
        terms: list[Any] = []
        for wish in wishes:
            lacking = self.solver.BoolVar("")
            people = [taken for one, taken in zip(self.candidates, self.chosen, strict=True) if brings(one, wish)]
            self.solver.Add(self.solver.Sum(people) + lacking >= 1)
            terms.append((weights[wish] if weights else 1) * lacking)
        return self.solver.Sum(terms) if terms else 0

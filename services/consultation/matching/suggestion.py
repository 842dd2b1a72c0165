"""One call from the problem to all that is told about it, so that it can run in a thread as a whole."""

from dataclasses import dataclass, replace

from services.consultation.matching.dominance import without_dominated
from services.consultation.matching.problem import Problem, Suggestion
from services.consultation.matching.reasons import (
    MOST_ALTERNATIVES,
    Alternative,
    Missing,
    Reason,
    alternatives,
    missing_from,
    reasons_for,
)
from services.consultation.matching.rules import PassedOver
from services.consultation.matching.solver import suggest


@dataclass(frozen=True)
class Explained:
    suggestion: Suggestion
    reasons: dict[str, tuple[Reason, ...]]
    missing: tuple[Missing, ...]
    alternatives: tuple[Alternative, ...]


def suggest_and_explain(problem: Problem, passed_over: tuple[PassedOver, ...]) -> Explained:
    suggestion = suggest(problem)
    team = suggestion.team
    # As many more are kept as there are alternatives to show: nobody worth showing is left out.
    roomier = replace(problem, max_people=problem.max_people + MOST_ALTERNATIVES)
    return Explained(
        suggestion,
        {one.expert: reasons_for(one, problem, team) for one in team},
        missing_from(problem, team, passed_over),
        alternatives(problem, team, without_dominated(roomier)),
    )

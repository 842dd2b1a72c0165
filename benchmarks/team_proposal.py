"""How long does a team proposal take, and what would a greedy pick have missed?"""

import random
import time

from services.consultation.matching.problem import Candidate, Problem, score
from services.consultation.matching.suggestion import suggest_and_explain

DISCIPLINES = [f"discipline{number:02}" for number in range(12)]
SIZES = ((150, 4), (1_000, 5), (5_000, 8))
ROUNDS = 10


def a_problem(seed: int, experts: int, most: int) -> Problem:
    chance = random.Random(seed)
    people = tuple(_somebody(chance, number) for number in range(experts))
    return Problem(tuple(DISCIPLINES[:4]), tuple(DISCIPLINES[4:]), ("t1", "t2"), "fi", ("ar", "sv"), most, people)


def _somebody(chance: random.Random, number: int) -> Candidate:
    return Candidate(
        expert=f"e{number:05}",
        covers=frozenset(chance.sample(DISCIPLINES, chance.choice([1, 1, 1, 2, 2]))),
        levels={theme: chance.randint(1, 3) for theme in ("t1", "t2") if chance.random() < 0.3},
        speaks=frozenset(code for code, share in (("fi", 0.9), ("sv", 0.25), ("ar", 0.05)) if chance.random() < share),
        colleague=chance.random() < 0.02,
        distance=chance.choice([0, 1, 1, 2, 2, 2, 2]),
        load=chance.choice([250, 333, 500, 667, 750, 1000]),
    )


def greedy(problem: Problem) -> tuple[Candidate, ...]:
    """Adds whoever helps most now, until nobody does."""
    team: tuple[Candidate, ...] = ()
    while len(team) < problem.max_people:
        best = min(problem.candidates, key=lambda one: (score(problem, (*team, one)), one.expert))
        if score(problem, (*team, best)) >= score(problem, team):
            break
        team = (*team, best)
    return team


def main() -> None:
    for experts, most in SIZES:
        spent, worse, proved = [], 0, 0
        for seed in range(ROUNDS):
            problem = a_problem(seed, experts, most)
            began = time.process_time()
            suggestion = suggest_and_explain(problem, ()).suggestion
            spent.append(time.process_time() - began)
            proved += suggestion.optimal
            worse += score(problem, greedy(problem)) > suggestion.score
        median = sorted(spent)[len(spent) // 2] * 1000
        print(
            f"{experts:>5} experts, up to {most}: {median:5.0f} ms CPU (most {max(spent) * 1000:.0f}),"
            f" proved {proved}/{ROUNDS}, greedy worse {worse}/{ROUNDS}"
        )


if __name__ == "__main__":
    main()

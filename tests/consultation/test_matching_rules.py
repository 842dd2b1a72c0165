"""What a case needs, who counts for it, and who is never proposed."""

from dataclasses import replace
from datetime import date

import pytest

from services.consultation.matching.problem import Candidate, Problem
from services.consultation.matching.rules import (
    Need,
    Wanted,
    build_problem,
    covers,
    has_conflict,
    is_away,
    meant_by,
    most_people,
    wanted,
)
from services.consultation.matching.suggestion import suggest_and_explain
from services.consultation.registry_answers import Concept, ExpertFound, Names, ThemeLevel, Tie

NAME = Names(fi="x", sv="x")
CHILD, YOUTH = "lastenpsykiatria", "nuorisopsykiatria"
SOCIAL, PSYCHOLOGY, POLICE = "sosiaalityo_lastensuojelu", "psykologia", "poliisi"
DISCIPLINES = {
    SOCIAL: Concept(
        slug=SOCIAL, name=NAME, professions=["sosiaalityontekija"], professions_with_competence=["sosionomi"]
    ),
    CHILD: Concept(slug=CHILD, name=NAME, professions=["lastenpsykiatri"], age_groups=["0-2", "3-6", "7-9", "10-13"]),
    YOUTH: Concept(slug=YOUTH, name=NAME, professions=["nuorisopsykiatri"], age_groups=["14-17", "18-"]),
    PSYCHOLOGY: Concept(slug=PSYCHOLOGY, name=NAME, professions=["psykologi"]),
    POLICE: Concept(slug=POLICE, name=NAME, professions=["poliisi"]),
}
THEMES = {
    "sijaishuolto": Concept(
        slug="sijaishuolto",
        name=NAME,
        required_disciplines=[SOCIAL, CHILD, YOUTH],
        useful_disciplines=[PSYCHOLOGY, POLICE],
    ),
    "traumat": Concept(
        slug="traumat", name=NAME, required_disciplines=[PSYCHOLOGY, CHILD, YOUTH], useful_disciplines=[SOCIAL]
    ),
}
NEED = Need(
    themes=("sijaishuolto",),
    age_groups=("14-17",),
    language="fi",
    client_languages=("fi",),
    form="team",
    area="10",
    yta="ita",
    asking_organisation="organisation-asking",
    taking_part=frozenset({"person-asking"}),
    today=date(2026, 11, 24),
)


def an_expert(slug: str, profession: str, **facts: object) -> ExpertFound:
    usual: dict[str, object] = {
        "expert": f"expert-{slug}",
        "person": f"person-{slug}",
        "name": slug,
        "profession": profession,
        "languages": ["fi"],
        "area": "13",
        "yta": "ita",
        "capacity_month": 4,
    }
    return ExpertFound.model_validate(usual | facts)


TEAM = [
    an_expert("tuomas", "sosiaalityontekija", themes=[ThemeLevel(slug="sijaishuolto", level=3)]),
    an_expert("leena", "nuorisopsykiatri"),
    an_expert("pia", "psykologi"),
]


@pytest.mark.parametrize(
    ("age_groups", "psychiatry"),
    [(("14-17",), [YOUTH]), (("7-9",), [CHILD]), (("10-13", "14-17"), [CHILD, YOUTH]), ((), [CHILD, YOUTH])],
)
def test_the_age_groups_decide_between_child_and_adolescent_psychiatry(
    age_groups: tuple[str, ...], psychiatry: list[str]
) -> None:
    assert wanted(replace(NEED, age_groups=age_groups), THEMES, DISCIPLINES).required == (SOCIAL, *psychiatry)


def test_two_themes_need_the_disciplines_of_both_once_and_a_required_one_is_not_also_useful() -> None:
    wish = wanted(replace(NEED, themes=("sijaishuolto", "traumat")), THEMES, DISCIPLINES)
    assert wish == Wanted(required=(SOCIAL, YOUTH, PSYCHOLOGY), useful=(POLICE,))


def test_a_theme_the_registry_does_not_know_asks_for_nothing() -> None:
    assert wanted(replace(NEED, themes=("gone",)), THEMES, DISCIPLINES) == Wanted((), ())


def test_a_supporting_profession_counts_only_with_a_recorded_competence() -> None:
    assert covers(an_expert("s", "sosionomi"), [SOCIAL], DISCIPLINES) == frozenset()
    assert covers(an_expert("s", "sosionomi", disciplines=[SOCIAL]), [SOCIAL], DISCIPLINES) == {SOCIAL}


def test_a_profession_named_nowhere_does_not_count_by_a_recorded_competence_alone() -> None:
    assert covers(an_expert("o", "opettaja", disciplines=[PSYCHOLOGY]), [PSYCHOLOGY], DISCIPLINES) == frozenset()


@pytest.mark.parametrize(
    "tie", [Tie(organisation="organisation-asking"), Tie(area="10"), Tie(person="person-asking")], ids=str
)
def test_a_declared_tie_to_the_asker_is_a_conflict(tie: Tie) -> None:
    assert has_conflict(an_expert("x", "psykologi", conflicts=[tie]), NEED)


def test_ties_elsewhere_are_no_conflict() -> None:
    assert not has_conflict(an_expert("x", "psykologi", conflicts=[Tie(area="01"), Tie(organisation="other")]), NEED)


def test_whoever_asks_can_not_be_the_expert_of_the_own_case() -> None:
    assert has_conflict(an_expert("x", "psykologi", person="person-asking"), NEED)


@pytest.mark.parametrize(
    ("away_from", "away_until", "away"),
    [
        (None, None, False),
        (None, date(2026, 11, 24), True),
        (None, date(2026, 11, 23), False),
        (date(2026, 11, 25), date(2026, 12, 4), False),
        (date(2026, 11, 1), date(2026, 12, 4), True),
        (date(2026, 11, 1), None, True),
        (date(2026, 11, 25), None, False),
    ],
)
def test_an_absence_holds_from_its_first_to_its_last_day(
    away_from: date | None, away_until: date | None, away: bool
) -> None:
    assert is_away(an_expert("x", "psykologi", away_from=away_from, away_until=away_until), NEED.today) is away


@pytest.mark.parametrize(
    ("facts", "open_cases", "code"),
    [
        ({"conflicts": [Tie(area="10")]}, 0, "conflict"),
        ({"away_until": date(2026, 12, 4)}, 0, "away"),
        ({"capacity_month": 2}, 2, "no_capacity"),
        ({"capacity_month": 0}, 0, "no_capacity"),
    ],
)
def test_who_has_a_conflict_is_absent_or_full_is_never_proposed_and_the_reason_is_told(
    facts: dict[str, object], open_cases: int, code: str
) -> None:
    only = an_expert("leena", "nuorisopsykiatri", **facts)
    wish = wanted(NEED, THEMES, DISCIPLINES)
    problem, passed_over = build_problem(NEED, wish, DISCIPLINES, [*TEAM[:1], only], {only.person: open_cases})
    explained = suggest_and_explain(problem, passed_over)
    assert [one.expert for one in explained.suggestion.team] == ["expert-tuomas"]
    assert [(gap.discipline, gap.code) for gap in explained.missing] == [(YOUTH, code)]


def test_the_whole_team_is_suggested_with_reasons_for_each() -> None:
    wish = wanted(NEED, THEMES, DISCIPLINES)
    problem, passed_over = build_problem(NEED, wish, DISCIPLINES, TEAM, {})
    explained = suggest_and_explain(problem, passed_over)
    assert [one.expert for one in explained.suggestion.team] == ["expert-leena", "expert-pia", "expert-tuomas"]
    assert explained.suggestion.optimal
    assert explained.missing == ()
    codes = [reason.code for reason in explained.reasons["expert-tuomas"]]
    assert codes == [
        "discipline",
        "only_one_with",
        "theme",
        "languages",
        "same_collaborative_area",
        "load",
        "no_known_conflict",
    ]


def test_a_discipline_nobody_has_is_missing_as_such_and_one_without_a_seat_as_such() -> None:
    need = replace(NEED, form="one_to_one")
    wish = wanted(need, THEMES, DISCIPLINES)
    problem, passed_over = build_problem(need, wish, DISCIPLINES, [TEAM[0], TEAM[1]], {})
    explained = suggest_and_explain(problem, passed_over)
    assert len(explained.suggestion.team) == 1
    assert [gap.code for gap in explained.missing] == ["team_full"]
    alone, _ = build_problem(NEED, wish, DISCIPLINES, TEAM[:1], {})
    assert [(gap.discipline, gap.code) for gap in suggest_and_explain(alone, ()).missing] == [(YOUTH, "nobody")]


def test_people_already_in_the_team_are_not_sought_again() -> None:
    need = replace(NEED, covered=frozenset({SOCIAL}), in_team=1)
    problem, _ = build_problem(need, wanted(need, THEMES, DISCIPLINES), DISCIPLINES, TEAM, {})
    assert problem.required == (YOUTH,)
    assert problem.max_people == 3


def test_an_expert_of_another_collaborative_area_is_proposed_where_nobody_nearer_is_and_marked() -> None:
    far = an_expert("leena", "nuorisopsykiatri", area="01", yta="etela")
    problem, _ = build_problem(NEED, wanted(NEED, THEMES, DISCIPLINES), DISCIPLINES, [TEAM[0], far], {})
    explained = suggest_and_explain(problem, ())
    assert "cross_area" in {reason.code for reason in explained.reasons["expert-leena"]}


def two(first: Candidate, second: Candidate) -> str:
    """Which of two is chosen for one seat."""
    problem = Problem(("psykologia",), (), ("traumat",), "fi", ("ar",), 1, (first, second))
    return suggest_and_explain(problem, ()).suggestion.team[0].expert


PLAIN = Candidate("b-plain", frozenset({"psykologia"}), speaks=frozenset({"fi"}), distance=1, load=500)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"levels": {"traumat": 1}, "speaks": frozenset()}, {}),
        ({"distance": 2, "load": 900}, {"speaks": frozenset({"sv", "ar"}), "distance": 0}),
        ({"speaks": frozenset({"fi", "ar"}), "colleague": True}, {}),
        ({"distance": 2}, {"colleague": True, "distance": 0}),
        ({"distance": 0, "load": 900}, {"load": 100}),
        ({"load": 250}, {}),
        ({"levels": {"traumat": 2}, "distance": 0}, {"levels": {"traumat": 3}}),
        ({"levels": {"traumat": 3}}, {"levels": {"traumat": 2}}),
    ],
    ids=[
        "theme before language",
        "language before area",
        "client's language",
        "conflict",
        "area before load",
        "load",
        "solid and near before strong and far",
        "strong where all else is equal",
    ],
)
def test_the_order_of_what_counts_is_kept(better: dict[str, object], worse: dict[str, object]) -> None:
    assert two(replace(PLAIN, expert="z-better", **better), replace(PLAIN, **worse)) == "z-better"  # type: ignore[arg-type]


def test_an_alternative_tells_what_it_costs() -> None:
    near = replace(PLAIN, expert="a", distance=0)
    far = replace(PLAIN, expert="b", distance=2, speaks=frozenset())
    problem = Problem(("psykologia",), (), (), "fi", (), 1, (near, far))
    [alternative] = suggest_and_explain(problem, ()).alternatives
    assert (alternative.instead_of, alternative.expert) == ("a", "b")
    assert alternative.price == ("language", "distance")


def test_one_as_good_is_offered_as_an_alternative_without_a_price() -> None:
    problem = Problem(("psykologia",), (), (), "fi", (), 1, (PLAIN, replace(PLAIN, expert="c-twin")))
    [alternative] = suggest_and_explain(problem, ()).alternatives
    assert (alternative.expert, alternative.price) == ("c-twin", ())


@pytest.mark.parametrize(
    ("form", "required", "most"), [("one_to_one", 3, 1), ("written", 1, 2), ("written", 3, 3), ("unheard_of", 0, 4)]
)
def test_the_size_of_a_team_follows_the_form_and_what_is_required(form: str, required: int, most: int) -> None:
    assert most_people(form, required) == most


def test_a_merged_word_is_meant_by_what_stands_for_it_now() -> None:
    old = Concept(slug="vanha", name=NAME, merged=True, replaced_by="traumat")
    retired = Concept(slug="poistettu", name=NAME, replaced_by="traumat")
    known = {**THEMES, "vanha": old, "poistettu": retired}
    assert meant_by(["vanha", "sijaishuolto", "traumat"], known) == ("traumat", "sijaishuolto")
    assert meant_by(["poistettu", "tuntematon"], known) == ("poistettu", "tuntematon")

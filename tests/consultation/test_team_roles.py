"""Who is suggested to lead a team. The coordinator decides."""

from services.consultation.teams.rules import Role, suggested_roles


def test_whoever_brings_what_is_required_first_leads_however_much_another_brings() -> None:
    roles = suggested_roles(["experience", "social_work", "police"], [(-1, 2, 3), (0, 1, 0), (-2, 1, 0)])
    assert roles == {"social_work": Role.CHAIR, "experience": Role.SECRETARY, "police": Role.MEMBER}


def test_among_equals_the_one_who_brings_most_leads() -> None:
    assert suggested_roles(["a", "b"], [(0, 1, 5), (0, 2, 0)]) == {"b": Role.CHAIR, "a": Role.MEMBER}


def test_the_same_team_gets_the_same_roles_in_any_order() -> None:
    strength = {"a": (0, 1, 1), "b": (0, 1, 1), "c": (0, 1, 1)}
    one = suggested_roles(list(strength), list(strength.values()))
    assert one == suggested_roles(list(reversed(strength)), list(strength.values()))


def test_somebody_alone_leads() -> None:
    assert suggested_roles(["a"], [(0, 0, 0)]) == {"a": Role.CHAIR}
    assert suggested_roles([], []) == {}


def test_a_team_that_has_a_chair_gets_no_second_one() -> None:
    assert suggested_roles(["a", "b"], [(0, 1, 5), (0, 2, 0)], has_chair=True) == {"a": Role.MEMBER, "b": Role.MEMBER}

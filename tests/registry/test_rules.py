from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from services.registry.access import ACCESS, EDITABLE, GRANTABLE, GROUNDS, MEMBERS, About, Ground, grounds_for
from services.registry.experts.rules import Absence, Claim, is_available, keeps_assurance, repeated
from services.registry.members.rules import Login, Rule, Validity
from services.registry.texts import Line, Prose, Reason, person_sort_key, searchable, sort_key
from services.registry.vocabulary.rules import CountsFor, disciplines_of
from services.registry.waiting.rules import end_of, order, urgency
from services.shared.identity import ANONYMOUS, Caller
from services.shared.personal_codes import holds_code
from tests.builders.people import a_person, a_stranger, a_system

DAY = date(2026, 11, 24)


# words


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "Asiakas 131052-308t tuli",
        "131052–308T",
        "131052−308T",
        "(131052-308T)",
        "131052-308T.",
        "syntynyt131052 131052-308T",
        "131052308T",
        "131052 - 308T",
        "131052\u200b-308T",
        "131052-308 T",
        "13.10.52-308T",
        "131052/308T",
        "hetu131052-308T",
        "131052-308Tlle",
    ],
)
def test_a_personal_identity_code_is_seen_however_it_is_written(text: str) -> None:
    assert holds_code(text)


@pytest.mark.parametrize(
    "text",
    ["131052-308U", "311352-308T", "1131052-308T", "131052-308T9", "24.11.2026", "", "OT-I-7K42M"],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_code(text)


class Words(BaseModel):
    line: Line = "x"
    prose: Prose = ""
    reason: Reason = "x"


def test_a_line_is_one_line() -> None:
    assert Words(line="  Kaksi\n  riviä\t ").line == "Kaksi riviä"


def test_prose_keeps_its_lines_and_loses_what_can_not_be_seen() -> None:
    assert Words(prose="a\r\nb\x07\x1b[31m").prose == "a\nb[31m"


def test_letters_written_in_two_parts_become_one() -> None:
    assert Words(line="Ma\u0308kinen").line == "Mäkinen"


@pytest.mark.parametrize("field", ["line", "reason"])
@pytest.mark.parametrize("text", ["", "  ", "\u0007", "a\u0000", "131052-308T"])
def test_a_needed_text_is_neither_empty_nor_broken(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        Words(**{field: text})


@given(st.text(max_size=60))
def test_any_text_is_either_kept_printable_or_refused(text: str) -> None:
    try:
        kept = Words(prose=text).prose
    except ValidationError:
        return
    assert kept == kept.strip()
    assert "\x00" not in kept
    kept.encode()


def test_finnish_letters_come_after_z_in_their_own_order() -> None:
    words = ["öljy", "äiti", "åland", "zorro", "šakki", "saari", "élan", "ero"]
    assert sorted(words, key=sort_key) == ["élan", "ero", "saari", "šakki", "zorro", "åland", "äiti", "öljy"]


def test_people_are_sorted_by_family_name() -> None:
    assert person_sort_key("Maria Lehtola") == "lehtola maria"
    assert person_sort_key("Hodan") == "hodan"
    assert person_sort_key("") == ""


def test_searchable_text_skips_what_is_missing() -> None:
    assert searchable("Kuopion  yliopisto", None, "KYS") == "kuopion yliopisto kys"


# who counts for what

TABLE = [
    CountsFor("psykologia", frozenset({"psykologi"}), frozenset({"psykoterapeutti"})),
    CountsFor("paihdetyo", frozenset(), frozenset({"psykologi"})),
]


@pytest.mark.parametrize(
    ("profession", "competent_in", "found"),
    [
        ("psykologi", [], ["psykologia"]),
        ("psykologi", ["paihdetyo"], ["paihdetyo", "psykologia"]),
        ("psykoterapeutti", [], []),
        ("psykoterapeutti", ["psykologia"], ["psykologia"]),
        ("tutkija", ["psykologia", "paihdetyo"], []),
    ],
)
def test_a_profession_counts_alone_or_with_a_competence(
    profession: str, competent_in: list[str], found: list[str]
) -> None:
    assert disciplines_of(profession, competent_in, TABLE) == found


# experts


@pytest.mark.parametrize(
    ("start", "end", "away"),
    [
        (None, None, False),
        (DAY, DAY, True),
        (date(2026, 11, 25), None, False),
        (date(2026, 11, 1), None, True),
        (date(2026, 11, 1), date(2026, 11, 23), False),
    ],
)
def test_an_absence_holds_on_its_first_and_last_day(start: date | None, end: date | None, away: bool) -> None:
    assert Absence(start, end).covers(DAY) == away
    assert is_available(active=True, capacity_month=1, absence=Absence(start, end), today=DAY) != away


def test_who_is_inactive_or_full_is_not_available() -> None:
    nothing = Absence(None, None)
    assert not is_available(active=False, capacity_month=1, absence=nothing, today=DAY)
    assert not is_available(active=True, capacity_month=0, absence=nothing, today=DAY)


def test_an_absence_needs_a_beginning_and_does_not_end_before_it() -> None:
    assert Absence(DAY, None).is_possible()
    assert not Absence(None, DAY).is_possible()
    assert not Absence(DAY, date(2026, 11, 23)).is_possible()


def test_more_than_was_checked_is_not_assured() -> None:
    checked = Claim("themes", "traumat", 2, "Koulutus 2020")
    assert keeps_assurance(checked, Claim("themes", "traumat", 1, "Koulutus 2020"))
    assert not keeps_assurance(checked, Claim("themes", "traumat", 3, "Koulutus 2020"))
    assert not keeps_assurance(checked, Claim("themes", "traumat", 2, "Koulutus 2021"))


def test_a_repeated_claim_is_found_where_it_repeats() -> None:
    one, other = Claim("themes", "a", 1, ""), Claim("disciplines", "a", 1, "")
    assert repeated([one, other, one, one]) == [2, 3]


# roles


@pytest.mark.parametrize(
    ("start", "end", "revoked", "state"),
    [
        (DAY, DAY, None, "current"),
        (DAY, None, None, "current"),
        (date(2026, 11, 25), None, None, "future"),
        (date(2026, 1, 1), date(2026, 11, 23), None, "ended"),
        (DAY, None, datetime(2026, 11, 24, tzinfo=UTC), "revoked"),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last(
    start: date, end: date | None, revoked: datetime | None, state: str
) -> None:
    assert Validity(start, end, revoked).state_on(DAY) == state


def test_a_domain_counts_only_when_verified() -> None:
    assert Login("i", None, "a@B.example", True).domain == "b.example"
    assert Login("i", None, "a@b.example", False).domain is None
    assert Login("i", None, "a@x@b.example", True).domain is None
    assert Login("i", None, None, True).domain is None


@given(
    domain=st.sampled_from(["b.example", "a.b.example", "xb.example", "b.example.evil"]),
    tenant=st.none() | st.just("t"),
)
def test_a_rule_lets_in_its_whole_domain_and_nothing_near_it(domain: str, tenant: str | None) -> None:
    login = Login("i", tenant, f"a@{domain}", True)
    assert Rule("i", None, "b.example").lets_in(login) == (domain == "b.example")
    assert not Rule("other", None, "b.example").lets_in(login)
    assert Rule("i", "t", "b.example").lets_in(login) == (domain == "b.example" and tenant == "t")


# what waits


def test_a_day_ends_at_midnight_in_finland() -> None:
    zone = ZoneInfo("Europe/Helsinki")
    assert end_of(date(2026, 11, 30), zone) == datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    assert end_of(date(2026, 7, 31), zone) == datetime(2026, 7, 31, 21, 0, tzinfo=UTC)


def test_what_is_due_comes_first_and_what_has_no_day_last() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    later = datetime(2026, 12, 24, tzinfo=UTC)
    assert urgency(None, now) == "ok"
    assert urgency(now, now) == "late"
    assert urgency(datetime(2026, 11, 30, tzinfo=UTC), now) == "soon"
    assert urgency(later, now) == "ok"
    assert order(later, now) < order(None, now)


# the tables of who may what

IN_ITA = About(person="p", organisation="o", ytas=frozenset({"ita"}))


def test_every_ground_is_grantable_or_said_not_to_be() -> None:
    assert set(GRANTABLE) == set(Ground)
    assert GRANTABLE[Ground.COORDINATOR] < MEMBERS


def test_every_act_with_fields_says_how_far_each_of_its_grounds_reaches() -> None:
    for act, reach in EDITABLE.items():
        assert set(reach) == set(GROUNDS[act])


@pytest.mark.parametrize("act", sorted(GROUNDS))
def test_a_ground_holds_for_its_own_entry_only(act: str) -> None:
    holders: dict[Ground, Caller] = {
        Ground.OWN: a_person("expert", person="p"),
        Ground.EDITOR: a_person("organisation_editor", organisation="o"),
        Ground.COORDINATOR: a_person("coordinator", yta="ita"),
        Ground.ADMIN: a_person("admin"),
    }
    for ground, caller in holders.items():
        found = grounds_for(act, caller, IN_ITA)
        assert (ground in found) == (ground in GROUNDS[act])
    others = (
        a_person("expert"),
        a_person("organisation_editor"),
        a_person("coordinator", yta="lansi"),
        a_person("professional", organisation="o"),
        a_person("national"),
        a_person("auditor"),
        a_stranger(),
        a_system("registry:read"),
        ANONYMOUS,
    )
    for caller in others:
        assert grounds_for(act, caller, IN_ITA) == ()


def test_an_entry_about_nobody_is_nobody_s_own() -> None:
    assert grounds_for("change_expert", ANONYMOUS, About()) == ()
    assert grounds_for("change_expert", a_system("registry:read"), About(person="")) == ()


def test_no_human_and_no_system_may_speak_for_the_gateway_or_consultation() -> None:
    for operation in ("sign_in", "sign_in_system", "look_up_people", "match_candidates"):
        who = ACCESS[operation]
        assert not any(who.permits(a_person(role)) for role in MEMBERS)
        assert not who.permits(a_system("registry:read", "cases:read"))
        assert not who.permits(ANONYMOUS)

"""Dates, durations, numbers and names as people read them; and the catalogs they come from."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateway import dates, words
from gateway.addresses import safe_next
from gateway.language import Catalog, Language, catalogs, preferred_language
from gateway.pages.case_names import Names
from gateway.pages.team_words import heads_of, with_employers
from gateway.problems import add_sentences, messages
from gateway.rendering import View, environment, looking
from gateway.waiting_words import KINDS, in_words
from services.consultation.workflow import ACTS
from services.shared.errors import FieldProblem, Invalid

NOW = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
TODAY = date(2026, 11, 24)
# Done where they belong on a page, with words of their own; or by nobody.
DONE_ELSEWHERE = {
    "accept_invitation",
    "decline_invitation",
    "hold_meeting",
    "remove_member",
    "write_team_note",
    "team_ready",
    "dispose",
}


def drawn(template: str, language: Language = "fi", **context: object) -> str:
    with looking(View(language, catalogs()[language], NOW, None, "token", lambda: "key")):
        return environment().from_string(template).render(context).strip()


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "ti 24.11.2026 klo 9.40"), ("sv", "tis 24.11.2026 kl. 9.40"), ("en", "Tue 24.11.2026 at 9.40")],
)
def test_a_moment_is_said_in_helsinki_time(language: Language, said: str) -> None:
    assert dates.when("2026-11-24T07:40:00Z", language) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-24T07:40:00Z", "tänään klo 9.40"),
        ("2026-11-23T22:30:00Z", "tänään klo 0.30"),
        ("2026-11-25T11:00:00+02:00", "huomenna klo 11.00"),
        ("2026-11-23", "eilen"),
        ("2026-11-26T12:12:00Z", "to 26.11. klo 14.12"),
        ("2027-01-31", "su 31.1.2027"),
    ],
)
def test_what_is_near_is_said_in_words_and_another_year_is_named(at: str, said: str) -> None:
    assert dates.short_when(at, "fi", TODAY) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-12-04", "pe 4.12.2026"), ("ennen joulua", "ennen joulua"), ("2026-13-40", "2026-13-40")],
)
def test_a_time_limit_in_somebodys_own_words_stays_as_it_is(written: str, said: str) -> None:
    assert drawn("{{ written|day_or_words }}", written=written) == said


def test_what_ends_at_midnight_ends_with_the_day_before() -> None:
    assert dates.deadline("2026-11-30T22:00:00Z", "fi") == "ma 30.11.2026"
    assert dates.deadline("2026-11-30T14:00:00Z", "fi") == "ma 30.11.2026 klo 16.00"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (187_200, "2 pv 4 t"),
        (86_400, "1 pv"),
        (21_000, "5 t 50 min"),
        (720, "12 min"),
        (-720, "12 min"),
        (5, "0 min"),
        (9_154_800, "105 pv"),
    ],
)
def test_a_duration_is_its_two_largest_units(seconds: int, said: str) -> None:
    assert dates.duration(seconds, "fi") == said


def test_numbers_have_a_space_between_thousands_and_a_comma() -> None:
    assert dates.number(6000, "fi") == "6\N{NO-BREAK SPACE}000"
    assert dates.number(4.56, "sv") == "4,6"
    assert dates.number(-2, "en") == "\N{MINUS SIGN}2"


def test_a_name_falls_back_to_finnish_where_a_language_lacks_it() -> None:
    assert drawn("{{ it|name }}", "sv", it={"fi": "Itä-Suomi", "sv": "Östra Finland"}) == "Östra Finland"
    assert drawn("{{ it|name }}", "en", it={"fi": "Itä-Suomi", "sv": "Östra Finland", "en": None}) == "Itä-Suomi"


def test_typed_text_is_never_markup() -> None:
    shown = drawn("{{ it|paragraphs }}", it="<script>x</script>\n\ntoinen\nrivi")
    assert shown == "<p>&lt;script&gt;x&lt;/script&gt;</p>\n<p>toinen<br>rivi</p>"
    assert "&lt;b&gt;" in drawn("{{ _('Good day, %(name)s', name=it) }}", it="<b>")
    assert "&lt;" in drawn("{{ ui.field('a', 'A', 'textarea', it) }}", it="</textarea><script>")


def test_a_field_tells_its_error_to_the_summary_and_to_screen_readers() -> None:
    field = drawn("{{ ui.field('questions.0', 'Kysymys', errors={'questions.0': 'Täytä tämä.'}) }}")
    assert 'id="f-questions-0"' in field
    assert 'aria-describedby="f-questions-0-e"' in field
    assert 'aria-invalid="true"' in field
    summary = drawn("{{ ui.error_summary({'questions.0': 'Täytä tämä.'}, labels={'questions.0': 'Kysymys'}) }}")
    assert '<a href="#f-questions-0">Kysymys: Täytä tämä.</a>' in summary
    assert 'role="alert"' in summary


def test_late_is_said_in_words_not_by_colour_alone() -> None:
    clock = {"name": "answer", "due": "2026-11-23T12:00:00Z", "state": "late", "left_seconds": -70_000, "share": 1}
    assert "myöhässä 19\N{NO-BREAK SPACE}t\N{NO-BREAK SPACE}26\N{NO-BREAK SPACE}min" in drawn(
        "{{ ui.clock(it) }}", it=clock
    )


@pytest.mark.parametrize("state", sorted(words.STATES))
def test_every_state_of_a_case_has_a_sign_and_a_word(state: str) -> None:
    shown = drawn("{{ ui.stage(it) }}", it=state)
    assert "<svg" in shown
    assert state not in shown.split("</svg>")[1]


def test_the_conversation_and_the_teams_notes_are_told_apart_by_words() -> None:
    assert "Vain tiimi" in drawn("{{ ui.team_notes([], '/x') }}")
    assert "Vain tiimi" not in drawn("{{ ui.thread([], '/x') }}")


def test_a_refusal_becomes_a_sentence_at_each_field() -> None:
    refusal = Invalid(
        fields=[
            FieldProblem(path="subject", code="too_long", limit=120),
            FieldProblem(path="situation", code="hetu_found"),
            FieldProblem(path="situation", code="too_long"),
        ]
    )
    told = messages(refusal, "fi")
    assert told["subject"] == "Tämä on liian pitkä: enintään 120 merkkiä."
    assert "henkilötunnus" in told["situation"]


def test_a_code_nobody_knows_still_gets_a_sentence() -> None:
    refusal = Invalid()
    refusal.code = "brand_new"  # type: ignore[misc]
    assert messages(refusal, "sv") == {"": "Detta godkändes inte."}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_everything_that_waits_leads_somewhere(kind: str) -> None:
    item = {"kind": kind, "subject": "S1", "code": "OT-I-7K42M", "title": "", "due": "2026-11-26T12:12:00Z", "data": {}}
    shown = in_words(item, "fi")
    assert shown.href.startswith("/")
    assert "{" not in shown.href
    assert shown.title
    assert shown.act


def test_the_language_is_the_best_of_ours_that_the_browser_wants() -> None:
    assert preferred_language("de,sv;q=0.5,en;q=0.8") == "en"
    assert preferred_language("sv-FI") == "sv"
    assert preferred_language("") == "fi"
    assert preferred_language("sv;q=x,*") == "sv"


def test_plurals_follow_the_number() -> None:
    catalog = Catalog("fi", {}, {"%(num)s expert": ("%(num)s asiantuntija", "%(num)s asiantuntijaa")})
    assert catalog.plural("%(num)s expert", "%(num)s experts", 1) == "%(num)s asiantuntija"
    assert catalog.plural("%(num)s expert", "%(num)s experts", 0) == "%(num)s asiantuntijaa"
    assert catalog.plural("%(num)s other", "%(num)s others", 2) == "%(num)s others"


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil", "evil", "", "/a\nb", "/" + "a" * 600]
)
def test_only_a_path_of_ours_is_a_way_back(address: str) -> None:
    assert safe_next(address) == "/"
    assert safe_next("/cases/OT-I-7K42M?tab=1") == "/cases/OT-I-7K42M?tab=1"


@pytest.mark.parametrize("act", sorted(set(ACTS) - DONE_ELSEWHERE))
def test_every_act_that_may_be_offered_has_words(act: str) -> None:
    assert act in words.WORDS["act"]


@pytest.mark.parametrize(("hour", "said"), [(2, "Hello"), (8, "Good morning"), (12, "Good day"), (20, "Good evening")])
def test_the_greeting_fits_the_hour_in_helsinki(hour: int, said: str) -> None:
    assert dates.part_of_day(datetime(2026, 11, 22, hour, tzinfo=dates.HELSINKI)).startswith(said)


def test_a_stage_that_was_passed_over_is_left_out_and_the_last_reached_is_now() -> None:
    at = "2026-11-24T07:40:00Z"
    reached = {"submitted": at, "answered": at}
    states = ("submitted", "accepted", "in_consultation", "answered", "in_follow_up", "closed")
    steps = [{"state": state, "at": reached.get(state), "due": None} for state in states]
    track = drawn("{{ ui.track(steps) }}", steps=steps)
    assert track.count("<li") == 4
    assert track.split('aria-current="step"')[1].split("</b>")[0].count("Vastattu") == 1


def test_a_county_that_employs_is_named_in_the_readers_language() -> None:
    county = {"fi": "Pohjanmaan hyvinvointialue", "sv": "Österbottens välfärdsområde", "en": None}
    names = Names({"areas": {"pohjanmaa": county}}, {})
    employers = ("Pohjanmaan hyvinvointialue", "Kotisilta ry", None)
    members = with_employers([{"employer_name": one} for one in employers], names, "sv")
    assert [one["employer_name"] for one in members] == ["Österbottens välfärdsområde", "Kotisilta ry", ""]


def test_two_of_one_surname_are_told_apart_at_the_head_of_a_table() -> None:
    assert heads_of(["Maria Rantanen", "Timo Immonen", "Niina Rantanen"]) == [
        "Maria Rantanen",
        "Immonen",
        "Niina Rantanen",
    ]


def test_a_code_is_said_in_one_way_whichever_page_is_loaded_last() -> None:
    add_sentences({"not_found": "It does not exist, or it is not yours to see."})
    with pytest.raises(ValueError, match="missing"):
        add_sentences({}, fields={"missing": "Something of this page's own."})
    refusal = Invalid(fields=[FieldProblem(path="slug", code="string_pattern_mismatch")])
    assert messages(refusal, "fi") == {"slug": "Tätä ei ole kirjoitettu oikeassa muodossa."}

"""What free text may not hold: a personal identity code never, the rest is pointed out."""

from datetime import date
from itertools import pairwise
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.consultation.cases.codes import ALPHABET, is_code, new_code
from services.consultation.cases.privacy import FreeText, Kind, cleaned, find_all, find_hetus

TODAY = date(2026, 11, 24)
Text = TypeAdapter(Annotated[str, FreeText(200)])


def kinds(text: str) -> list[str]:
    return [finding.kind.value for finding in find_all(text, today=TODAY)]


@pytest.mark.parametrize(
    "hetu",
    [
        "131052-308T",
        "131052+308T",
        "010114A900Z",
        "010190-123a",
        "010190 - 123A",
        "010190\u2013123A",
        "010190\u2011123A",
        "010190\u00a0-\u00a0123A",
        "\uff10\uff11\uff10\uff11\uff19\uff10\u2212\uff11\uff12\uff13\uff21",
        "010190Y123A",
        "010106F123A",
        "131052308T",
        "131052 308T",
        "1310 52-308T",
        "131052-308 T",
        "131052_308T",
        "13.10.52-308T",
        "131052\ufe0f-308T",
    ],
)
def test_a_personal_identity_code_is_found_however_it_is_typed(hetu: str) -> None:
    found = find_hetus(f"Lapsen tunnus on {hetu}, muuta ei tiedetä.")
    assert [finding.quote for finding in found] == [hetu]


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "(131052-308T)",
        "hetu:131052-308T.",
        "131052-308T\n",
        "eka\n131052-308T",
        "hetu131052-308T",
        "131052-308Tlle",
    ],
)
def test_it_is_found_wherever_it_stands(text: str) -> None:
    assert len(find_hetus(text)) == 1


def test_a_mistyped_check_character_does_not_hide_it() -> None:
    assert find_hetus("131052-308A")


@pytest.mark.parametrize(
    "text", ["991352-308T", "Y-tunnus 0116297-6", "puh 0401234567", "131052/308A", "OT-I-7K42M", "2026-093", ""]
)
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert find_hetus(text) == []


def test_ten_characters_without_a_sign_need_the_right_check_character() -> None:
    assert find_hetus("131052308T")
    assert not find_hetus("131052308A")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Soita 040 123 4567.", "phone"),
        ("numero +358 50 1234567", "phone"),
        ("kirjoita maija@esimerkki.fi", "email"),
        ("Asuu osoitteessa Esimerkkikatu 12 B 4.", "address"),
        ("Bor på Storgatan 5.", "address"),
        ("syntynyt 3.11.2026", "birth_date"),
        ("född 3.11.2026", "birth_date"),
        ("Lapsi 12.3.2013", "birth_date"),
        ("Lapsi 2013-03-12", "birth_date"),
        ("tilinumero 123456789012", "long_number"),
        ("Kerroimme Marialle asiasta", "name"),
        ("Isä Pekka Virtanen soitti", "name"),
    ],
)
def test_what_may_point_at_a_person_is_pointed_out(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kokous pidetään 25.11.2026 klo 13.",
        "Kolme tapaamista viikossa 45.",
        "Perheessä on 4 lasta, 3–6 ja 7–12 v.",
        "1.2.",
    ],
)
def test_ordinary_text_is_left_in_peace(text: str) -> None:
    assert kinds(text) == []


def test_only_an_identity_code_blocks() -> None:
    found = find_all("131052-308T, 040 123 4567, Maija", today=TODAY)
    assert {finding.kind: finding.blocking for finding in found} == {
        Kind.HETU: True,
        Kind.PHONE: False,
        Kind.NAME: False,
    }


def test_the_quote_is_cut_from_the_text_as_it_was_written() -> None:
    text = "Äiti ja 131052-308T"
    finding = find_hetus(text)[0]
    assert text[finding.start : finding.end] == finding.quote == "131052-308T"


@given(st.text(max_size=200))
def test_no_text_breaks_the_check_and_findings_never_overlap(text: str) -> None:
    found = find_all(text, today=TODAY)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[one.start : one.end] == one.quote for one in found)


@given(st.text(max_size=100), st.text(max_size=100))
def test_no_surrounding_hides_an_identity_code(before: str, after: str) -> None:
    assert find_hetus(f"{before} 131052-308T {after}")


def test_free_text_refuses_an_identity_code_and_quotes_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Text.validate_python("Lapsi 131052-308T")
    error = refused.value.errors()[0]
    assert (error["type"], error["ctx"]) == ("hetu_found", {"quote": "131052-308T"})


@pytest.mark.parametrize(
    "hidden",
    ["131052\u200b-308T", "1\u00ad31052-308T", "131052-308T\x00", "131\u206052-308T".replace("131", "1310", 1)],
)
def test_invisible_characters_do_not_help(hidden: str) -> None:
    with pytest.raises(ValidationError):
        Text.validate_python(hidden)


def test_free_text_says_what_is_too_long_and_what_is_missing() -> None:
    for text, kind in (("x" * 201, "too_long"), ("", "missing"), (" \n ", "missing")):
        with pytest.raises(ValidationError) as refused:
            Text.validate_python(text)
        assert refused.value.errors()[0]["type"] == kind


@given(st.text())
def test_cleaning_leaves_nothing_that_a_database_or_a_log_could_choke_on(text: str) -> None:
    clean = cleaned(text)
    assert clean == cleaned(clean)
    assert "\x00" not in clean
    clean.encode()


def test_a_code_is_its_own_check() -> None:
    for yta, letter in (("etela", "E"), ("ita", "I"), ("sisa", "S"), ("lansi", "L"), ("pohjoinen", "P"), (None, "V")):
        code = new_code(yta)
        assert code.startswith(f"OT-{letter}-")
        assert is_code(code)
        assert is_code(code.lower())


@given(st.integers(0, 4), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_seen(place: int, other: str) -> None:
    code = new_code("ita")
    at = 5 + place
    mistyped = code[:at] + other + code[at + 1 :]
    assert is_code(mistyped) == (mistyped == code)


@given(st.integers(0, 2))
def test_two_neighbours_that_changed_places_are_always_seen(place: int) -> None:
    code = new_code("lansi")
    at = 5 + place
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert is_code(swapped) == (swapped == code)


@pytest.mark.parametrize(
    "text", ["", "OT", "OT-I-", "OT-I-7K42", "OT-Q-7K42M", "XX-I-7K42M", "OT-I-7K4OM", "OT-I-7K42M-1"]
)
def test_what_is_not_a_code_is_none(text: str) -> None:
    assert not is_code(text)


def test_the_code_of_the_handbook_is_right() -> None:
    assert is_code("OT-I-7K42M")

"""Who must have signed, what a number looks like, what stands in the answer when nobody wrote anything."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.consultation.answers.rules import (
    LIMITS,
    AnswerKind,
    Opinion,
    SignatureState,
    Signer,
    digest_of,
    number_of,
    number_year,
    signature_state,
    still_waited_for,
    written_date,
)

NOW = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(seconds=1)


def test_an_open_signature_holds_the_answer_back_until_its_deadline() -> None:
    signers = [Signer("a", Opinion.agree), Signer("b", None)]
    assert still_waited_for(signers, due=LATER, now=NOW) == ["b"]
    assert still_waited_for(signers, due=EARLIER, now=NOW) == []
    assert still_waited_for(signers, due=NOW, now=NOW) == []


def test_without_a_deadline_an_open_signature_is_waited_for_without_end() -> None:
    assert still_waited_for([Signer("a", None)], due=None, now=NOW) == ["a"]


@pytest.mark.parametrize("opinion", list(Opinion))
def test_a_given_opinion_stands_before_and_after_the_deadline(opinion: Opinion) -> None:
    for due in (EARLIER, LATER, None):
        assert signature_state(opinion, due=due, now=NOW).value == opinion.value


def test_silence_past_the_deadline_reads_did_not_sign() -> None:
    assert signature_state(None, due=EARLIER, now=NOW) is SignatureState.not_signed
    assert signature_state(None, due=LATER, now=NOW) is SignatureState.open


def test_a_dissent_does_not_hold_the_answer_back() -> None:
    assert still_waited_for([Signer("a", Opinion.dissent)], due=LATER, now=NOW) == []


def test_notes_and_statements_are_numbered_apart() -> None:
    assert number_of(yta="ita", kind=AnswerKind.note, year=2026, serial=93) == "I-M-2026-093"
    assert number_of(yta="ita", kind=AnswerKind.statement, year=2026, serial=12) == "I-L-2026-012"
    assert number_of(yta="pohjoinen", kind=AnswerKind.note, year=2027, serial=1) == "P-M-2027-001"


def test_a_thousandth_answer_of_a_year_keeps_all_its_digits() -> None:
    assert number_of(yta="etela", kind=AnswerKind.note, year=2026, serial=1000) == "E-M-2026-1000"


def test_the_year_turns_at_midnight_in_finland() -> None:
    assert number_year(datetime(2026, 12, 31, 21, 59, tzinfo=UTC)) == 2026
    assert number_year(datetime(2026, 12, 31, 22, 0, tzinfo=UTC)) == 2027


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_default_limits_say_what_it_rests_on_and_that_it_binds_nobody(language: str) -> None:
    rests, binds = {
        "fi": ("vain", "ei sido ketään"),
        "sv": ("bara", "inte bindande för någon"),
        "en": ("only", "binds nobody"),
    }[language]
    assert rests in LIMITS[language]
    assert binds in LIMITS[language]


def test_the_digest_changes_with_any_word_and_not_with_the_order_of_the_parts() -> None:
    assert digest_of({"a": "x", "b": "y"}) == digest_of({"b": "y", "a": "x"})
    assert digest_of({"a": "x"}) != digest_of({"a": "x."})


def test_a_time_limit_may_be_a_day_or_words() -> None:
    assert written_date("2026-12-04") == date(2026, 12, 4)
    assert written_date("heti") is None

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.encryption import SealingKey, TextNotReadable

KEY = SealingKey(uuid4(), bytes(range(32)))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    assert KEY.open(KEY.seal(text, "cases.situation"), "cases.situation") == text


def test_the_sealed_bytes_do_not_hold_the_text() -> None:
    assert b"turvakielto" not in KEY.seal("turvakielto", "cases.situation")


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert KEY.seal("sama", "cases.situation") != KEY.seal("sama", "cases.situation")


def test_a_text_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(TextNotReadable):
        KEY.open(KEY.seal("teksti", "team_note.text"), "message.text")


def test_a_text_moved_to_another_record_does_not_open() -> None:
    other = SealingKey(uuid4(), KEY.secret)
    with pytest.raises(TextNotReadable):
        other.open(KEY.seal("teksti", "message.text"), "message.text")


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_one_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(KEY.seal("teksti joka muuttuu", "message.text"))
    sealed[at] ^= 1
    with pytest.raises(TextNotReadable):
        KEY.open(bytes(sealed), "message.text")


def test_a_key_never_shows_its_secret() -> None:
    assert repr(KEY.secret) not in repr(KEY)

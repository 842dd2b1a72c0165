from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.paging import BadCursor, decode_cursor, encode_cursor


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(-(2**40), 2**40))
def test_a_cursor_gives_back_what_it_was_made_of(moment: datetime, row: UUID, number: int) -> None:
    assert decode_cursor(encode_cursor([moment, row, number]), [datetime, UUID, int]) == [moment, row, number]


def test_a_cursor_keeps_what_is_missing() -> None:
    row = uuid4()
    assert decode_cursor(encode_cursor([None, row]), [datetime, UUID]) == [None, row]


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "äö", "bnVsbA", encode_cursor(["x"]), encode_cursor(["2026-01-01", "x"]), encode_cursor([1, 2, 3])],
)
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(cursor, [datetime, UUID])


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode_cursor(encode_cursor(["2026-01-01T00:00:00"]), [datetime])


def test_a_null_character_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode_cursor(encode_cursor(["a\x00b"]), [str])

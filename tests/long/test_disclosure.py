"""Many attacks on two divisions of one table; a few are among the tests of reporting."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.reporting.test_disclosure import divided, few, two_divisions

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@settings(few, max_examples=60)
@divided
def test_two_divisions_of_one_table_do_not_give_back_together_what_each_hides(
    cells: dict[tuple[str, str], int], random: object, overlapping: bool
) -> None:
    two_divisions(cells, random, overlapping)

"""One service doesn't answer: the pages that need it are missing, and all the others go on, for everybody."""

from __future__ import annotations

import pytest

from tests.journeys.test_a_service_is_down import without_a_service
from tests.support.apps import House
from tests.support.visitors import Visitors

pytestmark = [pytest.mark.anyio, pytest.mark.long, pytest.mark.timeout(300)]


@pytest.mark.parametrize("subject", ["maria", "tuomas", "admin"])
async def test_only_the_pages_that_need_a_service_are_missing_without_it(
    visitors: Visitors, house: House, subject: str
) -> None:
    await without_a_service(visitors, house, subject)

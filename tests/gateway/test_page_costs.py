"""How often a page asks each database, however many cases there are: nothing is asked anew for each row."""

from __future__ import annotations

from functools import partial

import pytest

from tests.journeys.test_whole_case import asked
from tests.support.counting import statements_of
from tests.support.visitors import Visitors

pytestmark = pytest.mark.anyio

MOST = {"gateway": 3, "registry": 4, "consultation": 12}
"""Of the queue: the login; what waits in the registry; the menu's numbers, the list with its log row."""


async def test_a_queue_of_three_costs_no_more_statements_than_one_of_one(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    look = partial(sanna.client.get, "/queue")
    costs = []
    for more in (1, 2):
        for _ in range(more):
            await asked(maria)
        costs.append({name: await statements_of(visitors.gateway.house, name, look) for name in MOST})
    assert costs[0] == costs[1]
    assert all(costs[1][name] <= most for name, most in MOST.items()), costs

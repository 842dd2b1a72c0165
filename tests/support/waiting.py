"""What waits for somebody: the list, and that the number in the menu is the same."""

from __future__ import annotations

from typing import Any

import httpx2


async def what_waits(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    answers = [await client.get(path) for path in ("/v1/waiting", "/v1/notifications/count")]
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
    items: list[dict[str, Any]] = answers[0].json()["items"]
    assert answers[1].json()["waiting"] == sum(item["turn"] for item in items), items
    return items

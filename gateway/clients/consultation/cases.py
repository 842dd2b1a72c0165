from typing import Any

from gateway.clients.base import Body, ServiceClient, segment

Case = dict[str, Any]
ListedCases = dict[str, Any]


class Cases:
    """Cases of the consultation service: a method for each operation, named like it.

    `case` is an id or a code; `expected` the version the person was looking at; `key` makes a repeat harmless.
    """

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def create_case(self, draft: Body, *, key: str) -> Case:
        return dict(await self.service.post("/cases", draft, key=key))

    async def save_draft(self, case: str, draft: Body, *, expected: int) -> Case:
        return dict(await self.service.patch(f"/cases/{segment(case)}", draft, expected=expected))

    async def read_case(self, case: str) -> Case:
        return dict(await self.service.get(f"/cases/{segment(case)}"))

    async def list_cases(self, scope: str, **filters: str | int | None) -> ListedCases:
        return dict(await self.service.get("/cases", scope=scope, **filters))

    async def count_cases(self) -> dict[str, int]:
        return dict(await self.service.get("/cases/counts"))

    async def check_privacy(self, texts: Body) -> dict[str, Any]:
        return dict(await self.service.post("/privacy-checks", {"texts": dict(texts)}))

    async def submit_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "submit", body, expected, key)

    async def return_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "return", body, expected, key)

    async def complete_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "complete", body, expected, key)

    async def accept_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "accept", body, expected, key)

    async def advise_elsewhere(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "advise-elsewhere", body, expected, key)

    async def redirect_urgent(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "redirect-urgent", body, expected, key)

    async def decline_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "decline", body, expected, key)

    async def withdraw_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "withdraw", body, expected, key)

    async def withdraw_consent(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "withdraw-consent", body, expected, key)

    async def reopen_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "reopen", body, expected, key)

    async def transfer_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "transfer", body, expected, key)

    async def merge_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "merge", body, expected, key)

    async def close_case(self, case: str, body: Body, *, expected: int, key: str) -> Case:
        return await self._act(case, "close", body, expected, key)

    async def list_consents(self, case: str) -> list[dict[str, Any]]:
        return list(await self.service.get(f"/cases/{segment(case)}/consents"))

    async def record_consent(self, case: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return await self._act(case, "consents", body, expected, key)

    async def _act(self, case: str, act: str, body: Body, expected: int, key: str) -> Case:
        return dict(await self.service.post(f"/cases/{segment(case)}/{act}", body, expected=expected, key=key))

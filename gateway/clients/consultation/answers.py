from typing import Any

from gateway.clients.base import Body, ServiceClient, segment

Answer = dict[str, Any]


class Answers:
    """The answer of a case: written in blocks by many hands, signed by all, published once."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def read_answer(self, case: str) -> Answer:
        return dict(await self.service.get(self._path(case)))

    async def start_answer(self, case: str, *, key: str) -> Answer:
        return dict(await self.service.post(self._path(case), {}, key=key))

    async def save_block(self, case: str, block: str, text: str, *, expected: int) -> Answer:
        path = self._path(case, f"/blocks/{segment(block)}")
        return dict(await self.service.put(path, {"text": text}, expected=expected))

    async def add_recommendation(self, case: str, row: Body, *, key: str) -> Answer:
        return dict(await self.service.post(self._path(case, "/recommendations"), row, key=key))

    async def change_recommendation(self, case: str, row_id: str, row: Body, *, expected: int) -> Answer:
        path = self._path(case, f"/recommendations/{segment(row_id)}")
        return dict(await self.service.put(path, row, expected=expected))

    async def remove_recommendation(self, case: str, row_id: str, *, expected: int) -> None:
        """A row somebody has changed meanwhile is not removed."""
        await self.service.delete(self._path(case, f"/recommendations/{segment(row_id)}"), expected=expected)

    async def ask_signatures(self, case: str, due: str, *, expected: int, key: str) -> Answer:
        path = self._path(case, "/ask-signatures")
        return dict(await self.service.post(path, {"due": due}, expected=expected, key=key))

    async def sign_answer(self, case: str, body: Body, *, expected: int, key: str) -> Answer:
        return dict(await self.service.post(self._path(case, "/signature"), body, expected=expected, key=key))

    async def publish_answer(self, case: str, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/publish", {}, expected=expected, key=key))

    async def answer_directly(self, case: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(
            await self.service.post(f"/cases/{segment(case)}/answer-directly", body, expected=expected, key=key)
        )

    async def correct_answer(self, case: str, reason: str, *, key: str) -> Answer:
        return dict(await self.service.post(self._path(case, "/corrections"), {"reason": reason}, key=key))

    async def read_answer_pdf(self, case: str, *, lang: str | None) -> bytes:
        return await self.service.download(f"/cases/{segment(case)}/answer.pdf", lang=lang)

    def _path(self, case: str, rest: str = "") -> str:
        return f"/cases/{segment(case)}/answer{rest}"

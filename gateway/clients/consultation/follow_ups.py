from typing import Any

from gateway.clients.base import Body, ServiceClient, segment


class FollowUps:
    """What the asker does with the answer: the reply, the goals, and the follow-up months later."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def read_reply(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/reply"))

    async def read_follow_up(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/follow-up"))

    async def reply_to_answer(self, case: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/reply", body, expected=expected, key=key))

    async def list_goals(self, case: str) -> dict[str, Any]:
        return dict(await self.service.get(f"/cases/{segment(case)}/goals"))

    async def set_goals(self, case: str, goals: list[Body], *, expected: int) -> dict[str, Any]:
        return dict(await self.service.put(f"/cases/{segment(case)}/goals", {"goals": goals}, expected=expected))

    async def follow_up_case(self, case: str, body: Body, *, expected: int, key: str) -> dict[str, Any]:
        return dict(await self.service.post(f"/cases/{segment(case)}/follow-up", body, expected=expected, key=key))

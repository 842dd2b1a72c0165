from typing import Any

from gateway.clients.base import ServiceClient, segment

Figure = dict[str, Any]


class Figures:
    """What is measured, and what it amounts to. `division`: period, yta, area, by; what is left out is chosen there."""

    def __init__(self, service: ServiceClient) -> None:
        self.service = service

    async def list_indicators(self) -> list[dict[str, Any]]:
        return list(await self.service.get("/indicators"))

    async def list_periods(self) -> dict[str, Any]:
        return dict(await self.service.get("/periods"))

    async def read_figure(self, indicator: str, **division: str) -> Figure:
        return dict(await self.service.get(f"/figures/{segment(indicator)}", **division))

    async def read_figure_csv(self, indicator: str, *, lang: str, **division: str) -> bytes:
        return await self.service.download(f"/figures/{segment(indicator)}/table.csv", lang=lang, **division)

    async def read_chart(self, indicator: str, *, lang: str, w: int, scheme: str, **division: str) -> bytes:
        path = f"/charts/{segment(indicator)}.svg"
        return await self.service.download(path, lang=lang, w=w, scheme=scheme, **division)

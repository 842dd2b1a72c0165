"""The lines an installation begins with, brought when the service starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.consultation.lines.operations import load_lines


@asynccontextmanager
async def lines_part(app: FastAPI) -> AsyncIterator[None]:
    async with app.state.database.duty("lines") as session:
        await load_lines(session)
    yield

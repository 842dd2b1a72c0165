"""The post for as long as the process runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from services.consultation.notifications.post import Post
from services.consultation.settings import ConsultationSettings


@asynccontextmanager
async def mail_part(app: FastAPI) -> AsyncIterator[None]:
    """After the registry's part: the post asks it who people are. A process that sweeps nothing sends nothing."""
    settings: ConsultationSettings = app.state.settings
    app.state.post = Post(app.state.database, app.state.registry, settings, app.state.clock)
    if not settings.sweep_seconds or not settings.mail_seconds:
        yield
        return
    task = asyncio.create_task(app.state.post.keep_going(settings.mail_seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

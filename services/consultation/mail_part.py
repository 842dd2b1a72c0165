"""The post for as long as the process runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.consultation.notifications.post import Post
from services.consultation.settings import ConsultationSettings
from services.shared.jobs import while_open


@asynccontextmanager
async def mail_part(app: FastAPI) -> AsyncIterator[None]:
    """After the registry's part: the post asks it who people are. A process that sweeps nothing sends nothing."""
    settings: ConsultationSettings = app.state.settings
    app.state.post = Post(app.state.database, app.state.registry, settings, app.state.clock)
    if not settings.sweep_seconds or not settings.mail_seconds:
        yield
        return
    async with while_open(app.state.post.keep_going(settings.mail_seconds)):
        yield

"""Is the process alive, can it work, and how is it doing."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.shared.database import Database
from services.shared.errors import ServiceUnavailable

router = APIRouter(tags=["health"], include_in_schema=False)


class Health(BaseModel):
    status: str


@router.get("/health/live", operation_id="is_alive")
async def is_alive() -> Health:
    return Health(status="ok")


@router.get("/health/ready", operation_id="is_ready")
async def is_ready(request: Request) -> Health:
    """Asks the own database only: a neighbour that is down must not take this process down with it."""
    database: Database = request.app.state.database
    try:
        async with database.engine.connect() as connection:
            await connection.execute(text("select 1"))
    except SQLAlchemyError as failed:
        raise ServiceUnavailable("the database does not answer", service="database") from failed
    return Health(status="ok")


@router.get("/metrics", operation_id="read_metrics")
async def read_metrics(request: Request) -> Response:
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/.well-known/jwks.json", operation_id="read_public_keys")
async def read_public_keys(request: Request) -> dict[str, object]:
    keys: dict[str, object] = request.app.state.tokens.public_keys()
    return keys

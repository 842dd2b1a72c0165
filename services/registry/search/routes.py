from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from services.registry.search import operations
from services.registry.search.filters import Limits
from services.registry.search.schemas import Hits, Kind, Language
from services.registry.texts import Query as Words
from services.registry.texts import without_code
from services.shared.requests import Reading, SignedIn

router = APIRouter(tags=["search"])
Slugs = Annotated[list[Annotated[str, Query(max_length=100)]], Query(max_length=20)]


@router.get("/search", operation_id="search_registry", summary="Everything in the registry, by words")
async def search_registry(
    session: Reading,
    caller: SignedIn,
    q: Annotated[
        Words,
        AfterValidator(without_code),
        Query(description="Words, in Finnish, Swedish or English", examples=["kunniaväkivalta"]),
    ],
    kind: Annotated[list[Kind], Query(max_length=20)] = [],  # noqa: B006 (FastAPI copies it)
    theme: Slugs = [],  # noqa: B006
    profession: Slugs = [],  # noqa: B006
    area: Slugs = [],  # noqa: B006
    language: Slugs = [],  # noqa: B006
    available: bool = False,
    lang: Language = Language.FI,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Hits:
    """Kinds that tell of people answer members only. Inflected words, compounds and slips of typing are understood."""
    limits = Limits(
        kinds=[one.value for one in kind],
        about={"themes": theme, "professions": profession, "areas": area, "languages": language},
        available=available,
    )
    return await operations.search_registry(session, caller, q, limits, lang=lang, limit=limit)

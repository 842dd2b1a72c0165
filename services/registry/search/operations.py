from services.registry.organisations.operations import is_known
from services.registry.search import store
from services.registry.search.schemas import Hit, Hits, Kind
from services.shared.database import ReadSession
from services.shared.identity import Caller

MOST_WORDS = 6


async def search_registry(session: ReadSession, caller: Caller, q: str, kinds: list[Kind], *, limit: int) -> Hits:
    """Kinds that hold people answer only those who are members."""
    words = [word for word in q.lower().split() if len(word) > 1][:MOST_WORDS]
    wanted = {kind.value for kind in kinds or list(Kind)}
    if not is_known(caller):
        wanted.discard(Kind.EXPERTS.value)
    if not words or not wanted:
        return Hits(items=[])
    rows = await store.find(session, words, wanted, limit=limit)
    return Hits(
        items=[
            Hit.model_validate(
                {
                    "kind": row["kind"],
                    "id": row["id"],
                    "slug": row["slug"],
                    "label": {"fi": row["name_fi"], "sv": row["name_sv"], "en": row["name_en"]},
                    "snippet": row["snippet"],
                    "score": round(min(row["score"], 1), 3),
                }
            )
            for row in rows
        ]
    )

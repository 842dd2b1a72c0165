from services.registry.organisations.operations import is_known
from services.registry.search import store
from services.registry.search.experts import words_in
from services.registry.search.schemas import Hits, Kind
from services.shared.database import ReadSession
from services.shared.identity import Caller

MOST_WORDS = 6


async def search_registry(session: ReadSession, caller: Caller, q: str, kinds: list[Kind], *, limit: int) -> Hits:
    """Kinds that hold people answer only those who are members."""
    words = words_in(q)[:MOST_WORDS]
    wanted = {kind.value for kind in kinds or list(Kind)}
    if not is_known(caller):
        wanted.discard(Kind.EXPERTS.value)
    if not words or not wanted:
        return Hits(items=[])
    return Hits(items=await store.find(session, words, wanted, limit=limit))

"""What the loop after an answer needs of it."""

from dataclasses import dataclass
from uuid import UUID

from services.consultation.answers import store
from services.consultation.answers.errors import AnswerNotFound
from services.consultation.cases.store import OpenCase
from services.shared.database import ReadSession


@dataclass(frozen=True)
class PublishedAnswer:
    id: UUID
    recommendations: list[UUID]


async def published_recommendations(session: ReadSession, case: OpenCase) -> PublishedAnswer:
    """The newest published edition. Raises AnswerNotFound."""
    published = await store.published_of(session, case.id)
    if not published:
        raise AnswerNotFound()
    contents = await store.contents_of(session, published[0], case.key)
    return PublishedAnswer(published[0].id, [row.id for row in contents.recommendations])

"""A vocabulary as a file for others' use."""

import asyncio
from dataclasses import dataclass

from services.registry.vocabulary.operations import content_tag, list_concepts
from services.registry.vocabulary.schemas import Form, Scheme
from services.registry.vocabulary.views import base_of
from services.shared.database import ReadSession


@dataclass(frozen=True)
class Exported:
    """`content` is None where the reader has it already."""

    tag: str
    media_type: str
    content: bytes | None


async def export_concepts(session: ReadSession, scheme: Scheme, form: Form, *, known: str | None) -> Exported:
    # asked for seldom, and slow to load: a service that starts shouldn't wait for it
    from services.registry.vocabulary import skos

    concepts, base = await list_concepts(session, scheme), base_of(session)
    tag, media_type = content_tag(concepts, base, form), skos.MEDIA[form][1]
    if known == tag:
        return Exported(tag, media_type, None)
    return Exported(tag, media_type, await asyncio.to_thread(skos.written, scheme, concepts, base, form))

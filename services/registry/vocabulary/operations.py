import hashlib
from collections.abc import Mapping

from services.registry.errors import UnknownConcept
from services.registry.vocabulary import store
from services.registry.vocabulary.rules import CountsFor
from services.registry.vocabulary.schemas import ConceptView, Scheme
from services.registry.vocabulary.tables import Concept
from services.shared.database import ReadSession
from services.shared.errors import FieldProblem

_LISTS = {
    "required": "required_disciplines",
    "useful": "useful_disciplines",
    "profession": "professions",
    "profession_with_competence": "professions_with_competence",
    "age_group": "age_groups",
}
_SINGLE = ("group", "broader")


async def list_concepts(session: ReadSession, scheme: Scheme) -> list[ConceptView]:
    related: dict[str, dict[str, list[str]]] = {}
    for row in await store.relations_of(session, scheme):
        related.setdefault(row["slug"], {}).setdefault(row["kind"], []).append(row["other_slug"])
    return [_view(concept, related.get(concept.slug, {})) for concept in await store.concepts_of(session, scheme)]


def content_tag(concepts: list[ConceptView]) -> str:
    """The ETag of a list: the same content always has the same one."""
    digest = hashlib.sha256("\n".join(concept.model_dump_json() for concept in concepts).encode())
    return f'"{digest.hexdigest()[:32]}"'


async def known_concepts(session: ReadSession, wanted: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], Concept]:
    """`wanted`: field path → (scheme, slug). Raises UnknownConcept naming every field that is wrong."""
    found = await store.names_of(session, wanted.values())
    wrong = [path for path, pair in wanted.items() if pair not in found]
    if wrong:
        raise UnknownConcept(fields=[FieldProblem(path=path, code="unknown_concept") for path in wrong])
    return found


async def what_counts(session: ReadSession) -> list[CountsFor]:
    """Which professions count for which discipline."""
    alone: dict[str, set[str]] = {}
    with_competence: dict[str, set[str]] = {}
    for row in await store.relations_of(session, Scheme.DISCIPLINES):
        if row["kind"] == "profession":
            alone.setdefault(row["slug"], set()).add(row["other_slug"])
        elif row["kind"] == "profession_with_competence":
            with_competence.setdefault(row["slug"], set()).add(row["other_slug"])
    return [
        CountsFor(slug, frozenset(alone.get(slug, ())), frozenset(with_competence.get(slug, ())))
        for slug in sorted({*alone, *with_competence})
    ]


def _view(concept: Concept, related: dict[str, list[str]]) -> ConceptView:
    return ConceptView.model_validate(
        {
            "scheme": concept.scheme,
            "slug": concept.slug,
            "name": concept.name,
            "alt": concept.alt,
            "yso": {"uri": concept.yso_uri, "match": concept.yso_match} if concept.yso_uri else None,
            "details": concept.details,
            "sources": concept.sources,
            **{kind: related[kind][0] for kind in _SINGLE if kind in related},
            **{field: related[kind] for kind, field in _LISTS.items() if kind in related},
        }
    )

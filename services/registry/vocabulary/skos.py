"""A vocabulary as SKOS. What SKOS has no word for is told in a namespace of ours."""

from collections.abc import Iterable

from rdflib import DCTERMS, OWL, RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from services.registry.vocabulary.schemas import ConceptView, Form, Match, Scheme

NAMES: dict[Scheme, dict[str, str]] = {
    Scheme.THEMES: {"fi": "Teemat", "sv": "Teman", "en": "Themes"},
    Scheme.THEME_GROUPS: {"fi": "Teemaryhmät", "sv": "Temagrupper", "en": "Theme groups"},
    Scheme.DISCIPLINES: {"fi": "Osaamisalat", "sv": "Kompetensområden", "en": "Fields of expertise"},
    Scheme.PROFESSIONS: {"fi": "Ammatit", "sv": "Yrken", "en": "Professions"},
    Scheme.AGE_GROUPS: {"fi": "Ikäryhmät", "sv": "Åldersgrupper", "en": "Age groups"},
    Scheme.LANGUAGES: {"fi": "Kielet", "sv": "Språk", "en": "Languages"},
    Scheme.ORGANISATION_TYPES: {"fi": "Organisaatiotyypit", "sv": "Organisationstyper", "en": "Organisation types"},
    Scheme.GROUP_TYPES: {"fi": "Asiantuntijaryhmien tyypit", "sv": "Typer av expertgrupper", "en": "Group types"},
    Scheme.OFFERING_KINDS: {"fi": "Palvelujen lajit", "sv": "Slag av tjänster", "en": "Kinds of services"},
    Scheme.SECTORS: {"fi": "Toimialat", "sv": "Sektorer", "en": "Sectors"},
}
MATCHES = {
    Match.EXACT: SKOS.exactMatch,
    Match.CLOSE: SKOS.closeMatch,
    Match.BROADER: SKOS.broadMatch,
    Match.NARROWER: SKOS.narrowMatch,
    Match.RELATED: SKOS.relatedMatch,
}
MEDIA = {Form.TURTLE: ("turtle", "text/turtle; charset=utf-8"), Form.JSON_LD: ("json-ld", "application/ld+json")}
OURS = {
    "group": ("themeGroup", "theme_groups"),
    "required_disciplines": ("requiredDiscipline", "disciplines"),
    "professions": ("profession", "professions"),
    "professions_with_competence": ("professionWithCompetence", "professions"),
    "age_groups": ("ageGroup", "age_groups"),
}
USEFUL = "usefulDisciplines"
"""A list of RDF: its order is what the field says."""


def written(scheme: Scheme, concepts: Iterable[ConceptView], base: str, form: Form) -> bytes:
    return graph_of(scheme, concepts, base).serialize(format=MEDIA[form][0], encoding="utf-8")


def graph_of(scheme: Scheme, concepts: Iterable[ConceptView], base: str) -> Graph:
    graph = Graph()
    graph.bind("ot", Namespace(f"{base}/terms#"))
    whole = URIRef(f"{base}/{scheme}")
    graph.add((whole, RDF.type, SKOS.ConceptScheme))
    for language, label in NAMES[scheme].items():
        graph.add((whole, SKOS.prefLabel, Literal(label, lang=language)))
    for concept in concepts:
        _add_labels(graph, concept)
        _add_relations(graph, concept, whole, base)
        _add_ours(graph, concept, base)
    return graph


def _add_labels(graph: Graph, concept: ConceptView) -> None:
    about = URIRef(concept.uri)
    graph.add((about, RDF.type, SKOS.Concept))
    graph.add((about, SKOS.notation, Literal(concept.slug)))
    for language in ("fi", "sv", "en"):
        if name := getattr(concept.name, language):
            graph.add((about, SKOS.prefLabel, Literal(name, lang=language)))
        for label in getattr(concept.alt, language):
            graph.add((about, SKOS.altLabel, Literal(label, lang=language)))
        if text := getattr(concept.definition, language):
            graph.add((about, SKOS.definition, Literal(text, lang=language)))
    for source in concept.sources:
        graph.add((about, DCTERMS.source, Literal(source)))


def _add_relations(graph: Graph, concept: ConceptView, whole: URIRef, base: str) -> None:
    about = URIRef(concept.uri)
    graph.add((about, SKOS.inScheme, whole))
    if concept.retired_on is not None:
        graph.add((about, OWL.deprecated, Literal(True)))
        if concept.replaced_by:
            graph.add((about, DCTERMS.isReplacedBy, URIRef(f"{base}/{concept.scheme}/{concept.replaced_by}")))
    elif concept.broader is None:
        graph.add((about, SKOS.topConceptOf, whole))
        graph.add((whole, SKOS.hasTopConcept, about))
    if concept.broader is not None:
        above = URIRef(f"{base}/{concept.scheme}/{concept.broader}")
        graph.add((about, SKOS.broader, above))
        graph.add((above, SKOS.narrower, about))
    for other in concept.related:
        graph.add((about, SKOS.related, URIRef(f"{base}/{concept.scheme}/{other}")))
    for mapping in concept.mappings:
        graph.add((about, MATCHES[mapping.match], URIRef(mapping.uri)))


def _add_ours(graph: Graph, concept: ConceptView, base: str) -> None:
    about, ours = URIRef(concept.uri), Namespace(f"{base}/terms#")
    for field, (term, scheme) in OURS.items():
        value = getattr(concept, field)
        for slug in [value] if isinstance(value, str) else value or ():
            graph.add((about, ours[term], URIRef(f"{base}/{scheme}/{slug}")))
    if concept.useful_disciplines:
        head = BNode()
        Collection(graph, head, [URIRef(f"{base}/disciplines/{slug}") for slug in concept.useful_disciplines])
        graph.add((about, ours[USEFUL], head))

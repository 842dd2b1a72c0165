"""Words as people keep them: changed, retired, merged, given out; and what refers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from rdflib import OWL, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

from services.registry.reference import load_reference
from services.shared.identity import Caller
from tests.builders.people import a_person
from tests.builders.work import an_expert, ok, refused, version
from tests.support.apps import App

pytestmark = pytest.mark.anyio

Rows = Callable[..., list[tuple[Any, ...]]]
Answer = dict[str, Any]
THEMES = "/v1/vocabularies/themes"
DISCIPLINES = "/v1/vocabularies/disciplines"
VALID_HETU = "131052-308T"
TWO_LINES = 'Vain "esimerkki".\nToinen rivi.'


def keeper(name: str = "Kaisa Mäki") -> Caller:
    return a_person("national", yta=None, name=name)


@pytest.fixture
async def words(registry: App) -> App:
    await load(registry)
    return registry


async def load(app: App) -> None:
    async with app.app.state.database.duty("builder") as session:
        await load_reference(session)


def said(text: str, **more: Any) -> Answer:
    return {"name": {"fi": text, "sv": f"{text} (sv)"}, "group": "vakivalta", **more}


async def add(app: App, text: str, *, path: str = THEMES, **more: Any) -> Answer:
    body = said(text, **more)
    return dict(
        ok(await app.as_(keeper()).post(path, json={**body, "group": body["group"] if path == THEMES else None}))
    )


async def read(app: App, slug: str, *, path: str = THEMES) -> Answer:
    return dict(ok(await app.client.get(f"{path}/{slug}")))


async def change(app: App, slug: str, *, path: str = THEMES, **fields: Any) -> httpx2.Response:
    seen = await read(app, slug, path=path)
    return await app.as_(keeper()).patch(f"{path}/{slug}", json=fields, headers=version(seen))


async def act(app: App, slug: str, what: str, *, path: str = THEMES, **body: Any) -> httpx2.Response:
    seen = await read(app, slug, path=path)
    body = {"reason": "Sama asia kahdella nimellä.", **body}
    return await app.as_(keeper()).post(f"{path}/{slug}/{what}", json=body, headers=version(seen))


async def test_a_word_is_added_changed_and_its_history_tells_each_field(words: App) -> None:
    client = words.as_(keeper("Kaisa Mäki"))
    body = said(
        "Väkivalta lähisuhteessa", alt={"fi": ["parisuhdeväkivalta", "Parisuhdeväkivalta", "väkivalta lähisuhteessa"]}
    )
    made = ok(await client.post(THEMES, json=body, headers={"Idempotency-Key": "once"}))
    assert made["slug"] == "vakivalta_lahisuhteessa"
    assert made["alt"]["fi"] == ["parisuhdeväkivalta"]
    again = ok(await client.post(THEMES, json=body, headers={"Idempotency-Key": "once"}))
    assert again["slug"] == made["slug"]
    twin = refused(await client.post(THEMES, json=body), 422, "label_taken")
    assert twin["fields"][0] == {"path": "name.fi", "code": "label_taken", "concept": made["slug"]}

    uri = "http://www.yso.fi/onto/yso/p9623"
    changed = ok(
        await change(
            words,
            made["slug"],
            definition={"fi": "Puolison tai entisen puolison väkivalta."},
            mappings=[{"uri": uri, "match": "close"}],
            required_disciplines=["poliisi", "psykologia"],
            useful_disciplines=["psykologia", "nuorisopsykiatria", "poliisi"],
        )
    )
    assert changed["version"] == 2
    assert changed["yso"] == {"uri": uri, "match": "close"}
    assert changed["useful_disciplines"] == ["psykologia", "nuorisopsykiatria", "poliisi"], "in the order given"
    history = ok(await client.get(f"{THEMES}/{made['slug']}/history"))["items"]
    assert [(one["act"], one["by"]) for one in history] == [
        ("change_concept", "Kaisa Mäki"),
        ("create_concept", "Kaisa Mäki"),
    ]
    fields = {one["field"]: one["after"] for one in history[0]["fields"]}
    assert set(fields) == {"definition", "mappings", "required_disciplines", "useful_disciplines"}
    lacking = {one["slug"]: one["missing"] for one in ok(await words.client.get("/v1/lacking-concepts"))}
    assert lacking[made["slug"]] == ["name.en", "definition.sv", "definition.en"]


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (said("Kunnia", group=None), "group", "missing"),
        (said("Kunnia", group="ei_ole"), "group", "unknown_concept"),
        (said("Kunnia", professions=["muu"]), "professions", "not_of_this_vocabulary"),
        (said("Kunnia", mappings=[{"uri": "yso:p1", "match": "exact"}]), "mappings.0.uri", "string_pattern_mismatch"),
        (
            said("Kunnia", mappings=[{"uri": "http://www.yso.fi/onto/yso/p1", "match": "same"}]),
            "mappings.0.match",
            "enum",
        ),
        (said("Kunnia", definition={"fi": f"Kuten {VALID_HETU}"}), "definition.fi", "hetu_found"),
        (said("Kunnia", alt={"sv": [VALID_HETU]}), "alt.sv.0", "hetu_found"),
        ({"name": {"fi": "Kunnia"}, "group": "vakivalta"}, "name.sv", "missing"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(words: App, body: Answer, path: str, code: str) -> None:
    answer = await words.as_(keeper()).post(THEMES, json=body)
    assert answer.status_code == 422
    assert (path, code) in {(one["path"], one["code"]) for one in answer.json()["fields"]}, answer.text


@pytest.mark.parametrize("role", ["professional", "coordinator", "expert", "organisation_editor", "auditor"])
async def test_words_are_the_nations(words: App, role: str) -> None:
    client = words.as_(a_person(role))
    assert (await client.post(THEMES, json=said("Oma sana"))).status_code == 403
    seen = ok(await client.get(f"{THEMES}/kunniavakivalta"))
    assert seen["allowed"] == []
    for what, body in {"retire": {}, "merge": {"into": "muu"}, "restore": {}}.items():
        url = f"{THEMES}/kunniavakivalta/{what}"
        answer = await client.post(url, json={"reason": "En saa.", **body}, headers=version(seen))
        assert answer.status_code == 403, what
    for who in (keeper(), a_person("admin")):
        assert "merge_concept" in ok(await words.as_(who).get(f"{THEMES}/kunniavakivalta"))["allowed"]


async def test_who_comes_second_is_told_and_replaces_nothing(words: App) -> None:
    seen = await read(words, "kunniavakivalta")
    client, url = words.as_(keeper()), f"{THEMES}/kunniavakivalta"
    ok(await client.patch(url, json={"alt": {"fi": ["kunniaan liittyvä"]}}, headers=version(seen)))
    second = await client.patch(url, json={"alt": {"fi": ["muu"]}}, headers=version(seen))
    assert refused(second, 412, "stale_version")["current"] == 2
    assert (await read(words, "kunniavakivalta"))["alt"]["fi"] == ["kunniaan liittyvä"]


async def test_levels_stand_in_a_tree_and_a_loop_is_named(words: App) -> None:
    top, middle, low = [(await add(words, name))["slug"] for name in ("Ylin", "Keskimmäinen", "Alin")]
    ok(await change(words, low, broader=middle, related=["kunniavakivalta"]))
    ok(await change(words, middle, broader=top))
    assert (await read(words, top))["narrower"] == [middle]
    assert (await read(words, "kunniavakivalta"))["related"] == [low], "nearness holds in both directions"
    problem = refused(await change(words, top, broader=low), 422, "concept_cycle")["fields"][0]
    assert problem["path"] == "broader"
    assert problem["loop"] == [top, low, middle, top]
    assert [name["fi"] for name in problem["names"]] == ["Ylin", "Alin", "Keskimmäinen", "Ylin"]
    assert refused(await change(words, top, broader=top), 422, "concept_cycle")["fields"][0]["loop"] == [top, top]


async def test_a_release_renews_what_nobody_has_changed_and_leaves_the_rest(words: App, rows: Rows) -> None:
    ok(await change(words, "kunniavakivalta", name={"fi": "kunniaväkivalta", "sv": "hedersvåld", "en": "honour"},
                    required_disciplines=["poliisi"]))  # fmt: skip
    own = await add(words, "Oma teema")
    async with words.app.state.database.duty("builder") as session:
        from services.registry.vocabulary.store import get_concept

        (await get_concept(session, "themes", "traumat")).name_fi = "vanhan julkaisun nimi"
    await load(words)
    kept = await read(words, "kunniavakivalta")
    assert (kept["name"]["en"], kept["required_disciplines"]) == ("honour", ["poliisi"])
    assert (await read(words, own["slug"]))["group"] == "vakivalta"
    renewed = await read(words, "traumat")
    assert renewed["name"]["fi"] != "vanhan julkaisun nimi"
    assert renewed["required_disciplines"]


async def test_a_retired_word_keeps_its_name_and_may_come_back(words: App) -> None:
    ok(await act(words, "traumat", "retire", replaced_by="kunniavakivalta"))
    listed = {one["slug"]: one for one in ok(await words.client.get(THEMES))}
    assert (listed["traumat"]["retired_on"] is None, listed["traumat"]["replaced_by"]) == (False, "kunniavakivalta")
    assert not listed["traumat"]["merged"]
    found = ok(await words.client.get("/v1/search", params={"q": "traumat", "kind": "themes"}))
    assert "traumat" not in [one["slug"] for one in found["items"]]
    expert = await an_expert(words, "Outi Saari", "psykologi", competences=[{"concept": "traumat", "level": 2}])
    assert [one["concept"] for one in expert.entry["competences"]] == ["traumat"], "it may still be said"
    refused(await act(words, "traumat", "retire"), 409, "concept_retired")
    assert ok(await act(words, "traumat", "restore"))["retired_on"] is None
    refused(await act(words, "traumat", "restore"), 409, "concept_in_use")


async def test_a_merge_moves_what_refers_to_a_word_and_the_old_slug_is_found_for_ever(words: App, rows: Rows) -> None:
    gone = await add(words, "Kunniakulttuurit", alt={"fi": ["kunnianormit"]}, mappings=[
        {"uri": "http://www.yso.fi/onto/yso/p5", "match": "exact"}])  # fmt: skip
    ok(await change(words, "traumat", related=[gone["slug"]]))
    below = await add(words, "Suvun valta", broader=gone["slug"])
    claims = [
        {"concept": gone["slug"], "level": 3, "evidence": "Väitöskirja."},
        {"concept": "kunniavakivalta", "level": 1},
    ]
    both = await an_expert(words, "Anna Koski", "psykologi", competences=claims)
    one = await an_expert(words, "Outi Saari", "psykologi", competences=claims[:1])

    kept = ok(await act(words, gone["slug"], "merge", into="kunniavakivalta"))
    assert (kept["slug"], kept["aliases"]) == ("kunniavakivalta", [gone["slug"]])
    assert {"Kunniakulttuurit", "kunnianormit"} <= set(kept["alt"]["fi"])
    assert {"uri": "http://www.yso.fi/onto/yso/p5", "match": "close"} in kept["mappings"]
    assert kept["related"] == ["traumat"]
    assert kept["narrower"] == [below["slug"]]

    client = words.as_(a_person("coordinator", yta="ita"))
    for expert in (both, one):
        entry = ok(await client.get(f"/v1/experts/{expert.id}"))
        claim = [(one["concept"], one["level"], one["evidence"]) for one in entry["competences"]]
        assert claim == [("kunniavakivalta", 3, "Väitöskirja.")]
    assert rows("select distinct themes from expert where name in ('Anna Koski', 'Outi Saari')") == [
        (["kunniavakivalta"],)
    ]
    old = await read(words, gone["slug"])
    assert (old["merged"], old["replaced_by"], old["name"]["fi"]) == (True, "kunniavakivalta", "Kunniakulttuurit")
    found = ok(await words.client.get("/v1/search", params={"q": "kunnianormit", "kind": "themes"}))
    assert [one["slug"] for one in found["items"]][:1] == ["kunniavakivalta"]

    candidates = {"themes": [gone["slug"]], "area": "13", "yta": "ita", "languages": ["fi"]}
    asked = await words.as_service("consultation").post("/v1/candidates", json=candidates)
    assert {one["name"] for one in ok(asked)["items"]} == {"Anna Koski", "Outi Saari"}
    body = {"name": "Uusi", "title": "psykologi", "profession": "psykologi", "area": "13", "areas": ["13"],
        "languages": ["fi"], "capacity_month": 1, "consent_listed": True, "competences": claims[:1]}  # fmt: skip
    new = await client.post("/v1/experts", json=body)
    assert refused(new, 422, "concept_merged")["fields"][0]["replaced_by"] == "kunniavakivalta"

    events = rows("select type, data from event where type like 'concept.%%' order by entered")
    data = next(data for type, data in events if type == "concept.merged")
    assert (data["scheme"], data["slug"], data["into"]) == ("themes", gone["slug"], "kunniavakivalta")
    assert "Kunnia" not in str(events)
    await load(words)
    assert (await read(words, gone["slug"]))["merged"]


async def test_a_merge_chain_is_followed_and_a_loop_by_merging_is_refused(words: App) -> None:
    first, second, third = [(await add(words, name))["slug"] for name in ("Eka", "Toka", "Kolmas")]
    ok(await act(words, first, "merge", into=second))
    kept = ok(await act(words, second, "merge", into=third))
    assert kept["aliases"] == sorted([first, second])
    assert {"Eka", "Toka"} <= set(kept["alt"]["fi"])
    assert refused(await act(words, first, "merge", into=third), 422, "concept_merged")["replaced_by"] == third
    refused(await act(words, third, "merge", into=third), 422, "invalid")
    refused(await act(words, third, "merge", into=first), 422, "concept_merged")
    middle = await add(words, "Väli", broader=third)
    low = await add(words, "Alla", broader=middle["slug"])
    assert (
        refused(await act(words, third, "merge", into=low["slug"]), 422, "concept_cycle")["fields"][0]["path"] == "into"
    )


async def test_what_counts_for_a_discipline_is_counted_anew_when_the_words_change(words: App) -> None:
    expert = await an_expert(words, "Outi Saari", "psykologi")
    client = words.as_(a_person("coordinator", yta="ita"))
    assert expert.entry["disciplines"] == ["psykologia"]
    await add(words, "Traumapsykologia", path=DISCIPLINES, professions=["psykologi"])
    now = ok(await client.get(f"/v1/experts/{expert.id}"))["disciplines"]
    assert now == ["psykologia", "traumapsykologia"]
    ok(await act(words, "traumapsykologia", "merge", path=DISCIPLINES, into="psykologia"))
    assert ok(await client.get(f"/v1/experts/{expert.id}"))["disciplines"] == ["psykologia"]


@pytest.mark.parametrize(
    ("form", "media", "parser"), [("ttl", "text/turtle", "turtle"), ("jsonld", "application/ld+json", "json-ld")]
)
async def test_a_vocabulary_is_given_out_as_skos_and_reads_back_the_same(
    words: App, form: str, media: str, parser: str
) -> None:
    low = await add(words, "Alin", broader="kunniavakivalta", related=["traumat"], alt={"sv": ["lägst"]},
        useful_disciplines=["poliisi", "lastenpsykiatria"], definition={"fi": TWO_LINES})  # fmt: skip
    ok(await act(words, "traumat", "retire", replaced_by="kunniavakivalta"))
    answer = await words.client.get(f"{THEMES}.{form}")
    assert answer.headers["content-type"].startswith(media)
    graph = Graph().parse(data=answer.content, format=parser)
    assert isomorphic(graph, Graph().parse(data=graph.serialize(format=parser), format=parser))

    concepts = {one["slug"]: one for one in ok(await words.client.get(THEMES))}
    about = {slug: URIRef(one["uri"]) for slug, one in concepts.items()}
    told = {one for one in graph.subjects(SKOS.inScheme)}
    assert told == set(about.values()), "every concept, the retired ones too"
    for slug, one in concepts.items():
        labels = {(str(label), label.language) for label in graph.objects(about[slug], SKOS.prefLabel)}  # type: ignore[attr-defined]
        assert labels == {(text, language) for language, text in one["name"].items() if text}, slug
    alin = about[low["slug"]]
    assert (alin, SKOS.broader, about["kunniavakivalta"]) in graph
    assert (about["kunniavakivalta"], SKOS.narrower, alin) in graph
    assert (alin, SKOS.related, about["traumat"]) in graph
    assert (alin, SKOS.altLabel, Literal("lägst", lang="sv")) in graph
    assert (alin, SKOS.definition, Literal(TWO_LINES, lang="fi")) in graph
    assert (about["traumat"], OWL.deprecated, Literal(True)) in graph
    exact = concepts["radikalisoituminen"]["yso"]
    assert (about["radikalisoituminen"], SKOS.exactMatch, URIRef(exact["uri"])) in graph
    ours = alin.rsplit("/", 2)[0] + "/terms#usefulDisciplines"
    useful = [str(one).rsplit("/", 1)[1] for one in Collection(graph, graph.value(alin, URIRef(ours)))]  # type: ignore[arg-type]
    assert useful == ["poliisi", "lastenpsykiatria"], "in the order given"

    tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await words.client.get(f"{THEMES}.{form}", headers=tag)).status_code == 304
    ok(await change(words, low["slug"], alt={}))
    assert (await words.client.get(f"{THEMES}.{form}", headers=tag)).status_code == 200

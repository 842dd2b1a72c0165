"""What codes are called: asked from their owners now and then, so that pictures and files have names in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.intake import store
from services.shared.database import Database
from services.shared.errors import Refusal
from services.shared.http import Client
from services.shared.identity import Tokens
from services.shared.logging import log

SCHEMES = {"themes": "theme", "age_groups": "age_group", "disciplines": "discipline", "languages": "language"}
LANGUAGES = ("fi", "sv", "en")


async def refresh_labels(database: Database, registry: Client, consultation: Client, tokens: Tokens) -> int:
    """How many names were kept. An owner that does not answer leaves the names we have."""
    rows: list[dict[str, Any]] = []
    rows += _areas(await _items(registry, "/v1/areas"))
    rows += _rows("yta", await _items(registry, "/v1/collaborative-areas"), key="key")
    for scheme, ours in SCHEMES.items():
        rows += _rows(ours, await _items(registry, f"/v1/vocabularies/{scheme}"), key="slug")
    rows += _rows("line", await _items(consultation, "/v1/lines", tokens), key="slug")
    async with database.duty("labels") as session:
        await store.keep_labels(session, rows)
    return len(rows)


async def _items(client: Client, path: str, tokens: Tokens | None = None) -> list[Mapping[str, Any]]:
    token = tokens.for_service(client.service) if tokens else None
    try:
        answer = (await client.request("GET", path, token=token)).json()
    except Refusal as refused:
        log.warning("labels_not_read", service=client.service, path=path, code=refused.code)
        return []
    return list(answer["items"] if isinstance(answer, dict) else answer)


def _areas(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    # one that is to come has no figures yet; one that has ended keeps its own
    known = [item for item in items if item.get("state") != "coming"]
    areas = [item for item in known if item.get("in_ot_scope", True) and item.get("yta")]
    return [{**row, "parent": area["yta"]} for row, area in zip(_rows("area", areas, key="code"), areas, strict=True)]


def _rows(scheme: str, items: Iterable[Mapping[str, Any]], *, key: str) -> list[dict[str, Any]]:
    return [
        {
            "scheme": scheme,
            "key": str(item[key]),
            **_names(item),
            "parent": None,
            "counted_as": item.get("replaced_by") if item.get("merged") else None,
            "rank": rank,
        }
        for rank, item in enumerate(items)
    ]


def _names(item: Mapping[str, Any]) -> dict[str, str]:
    name = item.get("name") or {}
    known = next((name[language] for language in LANGUAGES if name.get(language)), "")
    return {language: name.get(language) or known for language in LANGUAGES}

"""What in the registry names concepts, and how all of it comes to name another one.

A column is known by its name: `themes`, `languages`, `profession` hold slugs of that vocabulary in every table, so a
new kind of entry is moved too without being listed here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import ARRAY, Column, CursorResult, Table, Text, TextClause, func, text, update

from services.registry.base import metadata
from services.shared.database import WriteSession

NAMED: Mapping[str, tuple[str, ...]] = {
    "themes": ("themes", "theme"),
    "theme_groups": ("theme_groups", "theme_group"),
    "disciplines": ("disciplines", "discipline"),
    "professions": ("professions", "profession"),
    "age_groups": ("age_groups", "age_group"),
    "languages": ("languages",),
    "organisation_types": ("organisation_types", "organisation_type"),
    "sectors": ("sectors", "sector"),
    "group_types": ("group_types", "group_type"),
    "offering_kinds": ("offering_kinds", "offering_kind"),
}
OTHERWISE_CALLED: Mapping[str, tuple[tuple[str, str], ...]] = {"organisation_types": (("organisation", "type"),)}

# Who claims both is left the stronger claim: the higher level, or of two alike the assured one.
_WEAKER_CLAIMS = text("""
    delete from competence as weaker using competence as other
    where weaker.expert_id = other.expert_id and weaker.scheme = :scheme and other.scheme = :scheme
        and weaker.concept in (:gone, :kept) and other.concept in (:gone, :kept)
        and (other.level, other.assured_on is not null, other.concept = :kept)
            > (weaker.level, weaker.assured_on is not null, weaker.concept = :kept)
        and weaker.concept <> other.concept
""")
_CLAIMS = text("update competence set concept = :kept where scheme = :scheme and concept = :gone")
# What others name, and the nearness that holds in both directions. What the gone one itself named goes with it.
_NAMED_BY_OTHERS = text("""
    insert into concept_relation (scheme, slug, kind, other_scheme, other_slug, position)
    select scheme, slug, kind, other_scheme, :kept, position from concept_relation
    where other_scheme = :scheme and other_slug = :gone and not (scheme = :scheme and slug = :kept)
    on conflict do nothing
""")
_NEAR = text("""
    insert into concept_relation (scheme, slug, kind, other_scheme, other_slug, position)
    select scheme, :kept, kind, other_scheme, other_slug, position from concept_relation
    where scheme = :scheme and slug = :gone and kind = 'related' and other_slug <> :kept
    on conflict do nothing
""")
_FORGET = text("""
    delete from concept_relation
    where scheme = :scheme and slug = :gone or other_scheme = :scheme and other_slug = :gone
""")
_DISCIPLINES = text("""
    update expert set disciplines = now.slugs
    from (
        select one.id, coalesce((
            select array_agg(distinct counts.slug collate "C" order by counts.slug collate "C")
            from concept_relation as counts
            where counts.scheme = 'disciplines' and counts.other_slug = one.profession and (
                counts.kind = 'profession'
                or counts.kind = 'profession_with_competence' and exists (
                    select from competence
                    where expert_id = one.id and scheme = 'disciplines' and concept = counts.slug
                )
            )
        ), '{}') as slugs
        from expert as one
    ) as now
    where now.id = expert.id and expert.disciplines <> now.slugs
""")


def columns_naming(scheme: str) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that holds slugs of the vocabulary, one or several."""
    others = OTHERWISE_CALLED.get(scheme, ())
    for table in metadata.sorted_tables:
        for column in table.columns:
            named = column.name in NAMED[scheme] and isinstance(column.type, ARRAY | Text)
            if named or (table.name, column.name) in others:
                yield table, column


async def move_references(session: WriteSession, scheme: str, gone: str, kept: str) -> dict[str, int]:
    """What names the one names the other from now on. How many rows of each table were changed."""
    await session.flush()
    moved = {"competence": 0}
    for table, column in columns_naming(scheme):
        moved[table.name] = moved.get(table.name, 0) + await _move_column(session, table, column, gone, kept)
    pair = {"scheme": scheme, "gone": gone, "kept": kept}
    await _changed(session, _WEAKER_CLAIMS, pair)
    moved["competence"] = await _changed(session, _CLAIMS, pair)
    moved["concept_relation"] = await _changed(session, _NAMED_BY_OTHERS, pair)
    await _changed(session, _NEAR, pair)
    await _changed(session, _FORGET, pair)
    if scheme in ("disciplines", "professions"):
        await count_disciplines_anew(session)
    return {table: number for table, number in sorted(moved.items()) if number}


async def count_disciplines_anew(session: WriteSession) -> None:
    """What each expert counts for, after it was changed which professions count (rules.disciplines_of)."""
    await session.flush()
    await session.execute(_DISCIPLINES)


async def _move_column(session: WriteSession, table: Table, column: Column[Any], gone: str, kept: str) -> int:
    if not isinstance(column.type, ARRAY):
        return await _changed(session, update(table).where(column == gone).values({column: kept}))
    named = update(table).where(column.contains([gone]))
    both = await _changed(
        session, named.where(column.contains([kept])).values({column: func.array_remove(column, gone)})
    )
    alone = await _changed(session, named.values({column: func.array_replace(column, gone, kept)}))
    return both + alone


async def _changed(session: WriteSession, statement: TextClause | Any, values: Mapping[str, str] | None = None) -> int:
    result = cast(CursorResult[Any], await session.execute(statement, values or {}))
    return result.rowcount

"""Everything is searched through one narrow table, which the database keeps itself, and a dictionary of word forms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.registry.searched import Searched

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Small letters without their dots and accents: how the dictionary spells.
FOLDED = r"""
create function folded(said text) returns text language sql immutable strict parallel safe as $$
    select translate(
        regexp_replace(normalize(lower(said), NFKD), '[\u0300-\u036f]', '', 'g'), 'æøđŧŋßð', 'aodtnsd')
$$
"""

# A form's stem in Finnish: without its ending, then without what changes before endings (valta : vallan, riita :
# riidan, lapsi : lasten, sairaus : sairauden). Two words may share one by chance; whoever searches weighs them again.
FINNISH = r"""
create function finnish_root(stem text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        regexp_replace(
        regexp_replace(stem,
        '^(.{3,}?)[uy]+(s|d|t|ks|de|te)?$', '\1'),
        '^(.{3,}[aouye])is$', '\1'),
        '^(.{3,}?)[aeiouy]{1,2}$', '\1'),
        '[pk]s$', 's'),
        '([lmnr])[ptkdgvlmnr]$', '\1'),
        'h[tdk]$', 'h'),
        '(d|tt)$', 't'),
        '(v|pp)$', 'p')
$$;
create function finnish_stem(form text) returns text language sql immutable strict parallel safe as $$
    select finnish_root(regexp_replace(form, '^(.{3,}?)('
        '(?<=i)(se|si)?(ssa|sta|lla|lta|lle|ksi|tta|na)|(?<=i)(nen|sen|set|sten|seen|sia|sti|sesti)'
        '|[eij]?(ssa|sta|lla|lta|lle|ksi|tta|na)|(?<=[aeiouy])(seen|siin|h[aeiou]n)|aan|een|iin|oon|uun|yyn'
        '|iden|itten|ten|ien|jen|en|in|n|ita|ja|ia|ta|a|it|et|t)$', '\1'))
$$
"""

SWEDISH = r"""
create function swedish_stem(form text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace(regexp_replace(regexp_replace(form,
        '^(.{3,}?)(ernas|arnas|ornas|erna|arna|orna|ens|ets|ers|ars|ors|ing|en|et|er|ar|or|na|ns|ts|an|at|n|t|s|a|e)$',
        '\1'),
        '^(.{3,}?)[aeiouy]+$', '\1'),
        '(.)\1$', '\1')
$$
"""

# Taken for an inflected form, for a form of the dictionary ("valta" ends like an ablative), and for Swedish.
STEMS = """
create function stems(form text) returns text[] language sql immutable strict parallel safe as $$
    select array['fi ' || finnish_stem(form), 'fi ' || finnish_root(form), 'sv ' || swedish_stem(form)]
$$
"""

TOKENS = r"""
create function tokens(said text) returns table (form text) language sql immutable parallel safe rows 10 as $$
    select form from regexp_split_to_table(folded(said), '[^[:alnum:]]+') as of (form)
    where length(form) > 1 or form ~ '[0-9]'
$$
"""

# What a view of migrations/registry/searched.py tells of an entry; and a word of it with its place: 0 the name,
# 1 another name, 2 the title, 3 the text.
TYPES = """
create type searched as (kind text, slug text, source uuid, listed boolean, label_fi text, label_sv text,
    label_en text, others text[], title text, body text, about text[], people boolean, takes boolean, away_from date,
    away_to date);
create type searched_form as (kind text, slug text, place integer, form text)
"""

# What an entry is about stands among its words as the negative number of the entry that is meant, so that a renamed
# theme is found without touching its experts; and once more by itself, as far as searches are narrowed by it.
PUT = """
create function put_searched(shown text, key text, keys text[]) returns void language plpgsql as $$
declare
    told searched[];
    said searched_form[];
begin
    execute format('select array_agg((kind, slug, source, listed, label_fi, label_sv, label_en, others, title, body,
        about, people, takes, away_from, away_to)::searched) from %I where %I = any ($1::%s[])',
        shown, key, case key when 'source' then 'uuid' else 'text' end) into told using keys;

    select array_agg((one.kind, one.slug, text.place, word.form)::searched_form) into said
    from unnest(told) as one cross join lateral (values
        (0, concat_ws(' ', one.label_fi, one.label_sv, one.label_en)), (1, array_to_string(one.others, ' ')),
        (2, one.title), (3, one.body)) as text (place, content)
    cross join lateral tokens(text.content) as word (form);

    -- in their order: two who write at once then wait for each other, and never in a circle
    insert into search_word (form, stems)
    select form, stems(form) from (select distinct form from unnest(said)) as new
    where not exists (select from search_word where search_word.form = new.form) order by form
    on conflict (form) do nothing;

    insert into search_entry as known (kind, slug, source, listed, people, names, takes, away_from, away_to)
    select kind, slug, source, listed, people, (select count(*) from tokens(label_fi)), takes, away_from, away_to
    from unnest(told)
    on conflict (kind, slug) do update set listed = excluded.listed, names = excluded.names,
        takes = excluded.takes, away_from = excluded.away_from, away_to = excluded.away_to
    where (known.listed, known.names, known.takes, known.away_from, known.away_to)
        is distinct from (excluded.listed, excluded.names, excluded.takes, excluded.away_from, excluded.away_to);

    with placed as (
        select spoken.kind, spoken.slug, search_word.id, min(spoken.place) as place
        from unnest(said) as spoken join search_word on search_word.form = spoken.form
        group by spoken.kind, spoken.slug, search_word.id
    ), belonging as (
        select distinct one.kind, one.slug, meant.id, meant.kind = any (array['themes', 'professions', 'areas',
            'languages']) as counted
        from unnest(told) as one cross join unnest(one.about) as about (name) join search_entry as meant
            on meant.kind = split_part(about.name, '/', 1) and meant.slug = split_part(about.name, '/', 2)
    ), spoken as (
        select kind, slug, array_agg(id order by id) as words,
            coalesce(array_agg(id order by id) filter (where place < 2), '{}') as named
        from placed group by kind, slug
    ), held as (
        select kind, slug, array_agg(- id order by - id) as words,
            coalesce(array_agg(id order by id) filter (where counted), '{}') as about
        from belonging group by kind, slug
    ), new as (
        select one.kind, one.slug, coalesce(held.words, '{}') || coalesce(spoken.words, '{}') as words,
            coalesce(spoken.named, '{}') as named, coalesce(held.about, '{}') as about
        from unnest(told) as one left join spoken using (kind, slug) left join held using (kind, slug)
    )
    update search_entry as known set words = new.words, named = new.named, about = new.about from new
    where known.kind = new.kind and known.slug = new.slug
        and (known.words, known.named, known.about) is distinct from (new.words, new.named, new.about);

    insert into search_card as known (entry, label_fi, label_sv, label_en, others, title, body)
    select entry.id, one.label_fi, one.label_sv, one.label_en, one.others, one.title, one.body
    from unnest(told) as one join search_entry as entry on entry.kind = one.kind and entry.slug = one.slug
    on conflict (entry) do update set label_fi = excluded.label_fi, label_sv = excluded.label_sv,
        label_en = excluded.label_en, others = excluded.others, title = excluded.title, body = excluded.body
    where known is distinct from excluded;
end $$
"""

# tg_argv: the view, the column of it that names an entry, and how that is made of a row of the table
KEEP = """
create function keep_searched() returns trigger language plpgsql as $$
declare
    keys text[];
begin
    execute format('select array_agg(%s) from fresh', tg_argv[2]) into keys;
    perform put_searched(tg_argv[0], tg_argv[1], keys);
    return null;
end $$
"""

FORGET = """
create function forget_searched() returns trigger language plpgsql as $$
begin
    execute format('delete from search_entry using gone where kind = %s and slug = %s', tg_argv[0], tg_argv[1]);
    return null;
end $$
"""

NOBODY = "false as people, null::boolean as takes, null::date as away_from, null::date as away_to"

CONCEPTS = Searched(
    table="concept",
    key="key",
    made="scheme || '/' || slug",
    kind="scheme",
    slug="slug",
    view=f"""
        select scheme || '/' || slug as key, scheme as kind, slug, null::uuid as source, true as listed,
            name_fi as label_fi, name_sv as label_sv, name_en as label_en,
            array(select label from jsonb_each(alt) as of (language, labels),
                jsonb_array_elements_text(labels) as other (label)) as others,
            '' as title, '' as body,
            '{{}}'::text[] as about, {NOBODY}
        from concept""",
)
AREAS = Searched(
    table="area",
    key="key",
    made="code",
    kind="'areas'",
    slug="code",
    view=f"""
        select code as key, 'areas' as kind, code as slug, null::uuid as source, true as listed,
            name_fi as label_fi, name_sv as label_sv, name_en as label_en, '{{}}'::text[] as others,
            '' as title, '' as body, array['collaborative_areas/' || yta, 'areas/' || code] as about, {NOBODY}
        from area""",
)
COLLABORATIVE_AREAS = Searched(
    table="collaborative_area",
    key="key",
    made="key",
    kind="'collaborative_areas'",
    slug="key",
    view=f"""
        select key, 'collaborative_areas' as kind, key as slug, null::uuid as source, true as listed,
            name_fi as label_fi, name_sv as label_sv, name_en as label_en, '{{}}'::text[] as others,
            '' as title, '' as body, '{{}}'::text[] as about, {NOBODY}
        from collaborative_area""",
)
ORGANISATIONS = Searched(
    table="organisation",
    key="source",
    made="id",
    kind="'organisations'",
    slug="slug",
    view=f"""
        select 'organisations' as kind, slug, id as source, true as listed,
            name_fi as label_fi, name_sv as label_sv, name_en as label_en, array[slug] as others,
            '' as title, '' as body,
            array['organisation_types/' || type, 'areas/' || area] || array(select 'areas/' || unnest(areas))
                || array(select 'languages/' || unnest(languages)) as about, {NOBODY}
        from organisation""",
)
EXPERTS = Searched(
    table="expert",
    key="source",
    made="id",
    kind="'experts'",
    slug="id::text",
    view="""
        select 'experts' as kind, id::text as slug, id as source,
            active and consent_listed as listed, name as label_fi, name as label_sv, name as label_en,
            '{}'::text[] as others, title, bio as body,
            array['professions/' || profession, 'areas/' || area,
                    (select 'organisations/' || slug from organisation where organisation.id = employer_id)]
                || array(select 'themes/' || unnest(themes)) || array(select 'disciplines/' || unnest(disciplines))
                || array(select 'areas/' || unnest(areas)) || array(select 'languages/' || unnest(languages)) as about,
            true as people, capacity_month > 0 as takes, away_from, away_to
        from expert""",
)
KINDS = (CONCEPTS, AREAS, COLLABORATIVE_AREAS, ORGANISATIONS, EXPERTS)


def upgrade() -> None:
    _drop_what_was()
    for function in (FOLDED, FINNISH, SWEDISH, STEMS, TOKENS):
        op.execute(function)
    _tables()
    for function in (TYPES, PUT, KEEP, FORGET):
        op.execute(function)
    for kind in KINDS:
        kind.begin()
        kind.fill()


def _drop_what_was() -> None:
    for act in ("insert", "update"):
        op.execute(f"drop trigger expert_{act}_is_searched on expert")
    op.execute("drop function keep_expert_search()")
    op.drop_table("expert_search")
    op.drop_table("word")


def _tables() -> None:
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("stems", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_word"),
        sa.UniqueConstraint("form", name="uq_search_word_form"),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Boolean(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("words", ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("named", ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("about", ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column("takes", sa.Boolean(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("kind", "slug", name="uq_search_entry_kind_slug"),
    )
    op.create_table(
        "search_card",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("label_fi", sa.Text(), nullable=False),
        sa.Column("label_sv", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=True),
        sa.Column("others", ARRAY(sa.Text()), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["search_entry.id"], name="fk_search_card_entry_search_entry", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry", name="pk_search_card"),
    )
    _index("ix_search_word_form", "search_word", "form", "gin_trgm_ops")
    _index("ix_search_word_stems", "search_word", "stems")
    op.create_index("ix_search_word_beginning", "search_word", ["form"], postgresql_ops={"form": "text_pattern_ops"})
    _index("ix_search_entry_words", "search_entry", "words", "gin__int_ops")
    _index("ix_search_entry_named", "search_entry", "named", "gin__int_ops")
    _index("ix_search_entry_named_things", "search_entry", "named", "gin__int_ops", where="not people")
    op.create_index("ix_search_entry_source", "search_entry", ["source"])


def _index(name: str, table: str, column: str, operators: str | None = None, where: str | None = None) -> None:
    # without a list of what waits to be sorted in: whoever searches would have to read through it
    op.create_index(
        name,
        table,
        [column],
        postgresql_using="gin",
        postgresql_ops={column: operators} if operators else {},
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text(where) if where else None,
    )


def downgrade() -> None:
    raise NotImplementedError("the dictionary before this one is made by 0003: go back to a backup")

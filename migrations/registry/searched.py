"""How a table becomes searchable: a view that says what its entries are found by, and triggers that follow the table.

The view has these columns: `kind` and `slug` (as the search answers them), `source` (its id, where it has one; others
have `key`, a text), `listed` (whether it may be found), the labels in three languages, `others` (further names),
`title`, `body`, `about` (what it belongs to, as kind/slug), and for people `people`, `takes`, `away_from`, `away_to`.
"""

from __future__ import annotations

from dataclasses import dataclass

from alembic import op


@dataclass(frozen=True)
class Searched:
    """`key` is the column of the view that names an entry: source or key.

    `made`, `kind` and `slug` are expressions over a row of the table that give the view's key, kind and slug.
    """

    table: str
    key: str
    made: str
    kind: str
    slug: str
    view: str

    @property
    def name(self) -> str:
        return f"searched_{self.table}"

    def begin(self) -> None:
        op.execute(f"create view {self.name} as {self.view}")
        quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in (self.name, self.key, self.made))
        for act in ("insert", "update"):
            op.execute(
                f"create trigger {self.table}_{act}_is_searched after {act} on {self.table}"
                f" referencing new table as fresh for each statement execute function keep_searched({quoted})"
            )
        gone = ", ".join("'" + word.replace("'", "''") + "'" for word in (self.kind, f"gone.{self.slug}"))
        op.execute(
            f"create trigger {self.table}_delete_is_searched after delete on {self.table}"
            f" referencing old table as gone for each statement execute function forget_searched({gone})"
        )

    def fill(self) -> None:
        """Those that are there already."""
        op.execute(f"select put_searched('{self.name}', '{self.key}', array(select {self.key}::text from {self.name}))")

    def end(self) -> None:
        for act in ("insert", "update", "delete"):
            op.execute(f"drop trigger {self.table}_{act}_is_searched on {self.table}")
        op.execute(f"drop view {self.name}")

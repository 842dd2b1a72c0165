"""What can come as a file: each kind says what its columns are, what would become of a row, and how it is written.

A kind is added by giving it a `Kind` and naming it in `KINDS`; preview, pages of rows, writing once and forgetting are
the same for all. Texts of its columns, fates and codes belong to the gateway's `import_words`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.registry.experts.importing import Experts
from services.registry.imports.columns import Columns, Row
from services.registry.imports.entries import Entries
from services.registry.invitations.importing import People
from services.registry.organisations.importing import Organisations
from services.shared.database import WriteSession
from services.shared.identity import Caller

WRONG = "wrong"


class Kind(Protocol):
    columns: Columns
    most: int
    """Rows of one file."""
    written: frozenset[str]
    """The fates of rows that are written; the others are left as they are."""

    async def judge(self, session: WriteSession, caller: Caller, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        """Each with its fate: `wrong` where it has problems, otherwise a word of its kind (`invite`, `already_member`).

        In the rows' order, in a few statements however many there are.
        """
        ...

    async def write(self, session: WriteSession, caller: Caller, rows: Sequence[Row]) -> None:
        """All of them; they have just been judged in the same transaction."""
        ...


ENTRIES: Mapping[str, Entries] = {"organisations": Organisations(), "experts": Experts()}
KINDS: Mapping[str, Kind] = {"people": People(), **ENTRIES}

"""An answer's texts, opened: what the store gives and the operations work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.consultation.answers.rules import Block, Opinion, SignatureState


@dataclass(frozen=True)
class Written:
    """A block as it stands. Version 0 is the text that stands there while nobody has written another."""

    text: str
    version: int = 0
    person: UUID | None = None
    name: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Advice:
    """One recommendation. `by_when` is a day (2026-12-04) or words ("at once")."""

    id: UUID
    order: int
    version: int
    what: str
    who: str
    by_when: str
    method: str | None


@dataclass(frozen=True)
class Signed:
    id: UUID
    person: UUID
    name: str
    state: SignatureState
    text: str
    recommendation: UUID | None
    of_version: int
    at: datetime
    voided_at: datetime | None


@dataclass(frozen=True)
class Contents:
    blocks: Mapping[Block, Written]
    recommendations: Sequence[Advice]
    signatures: Sequence[Signed]

    def signed_by(self, person: UUID) -> Signed | None:
        """The signature that stands."""
        return next((one for one in self.signatures if one.person == person and one.voided_at is None), None)

    def opinion_of(self, person: UUID) -> Opinion | None:
        signed = self.signed_by(person)
        return None if signed is None else Opinion(signed.state.value)

    def voided_of(self, person: UUID) -> Signed | None:
        """The newest signature that a change of the text took the force from."""
        voided = [one for one in self.signatures if one.person == person and one.voided_at is not None]
        return max(voided, key=lambda one: one.at, default=None)

    def plain(self, blocks: Mapping[Block, Written]) -> dict[str, object]:
        """All that stands in the answer, for the digest."""
        return {
            "blocks": {block.value: written.text for block, written in blocks.items()},
            "recommendations": [[row.what, row.who, row.by_when, row.method or ""] for row in self.recommendations],
            "signatures": sorted(
                [one.name, one.state.value, one.text] for one in self.signatures if one.voided_at is None
            ),
        }

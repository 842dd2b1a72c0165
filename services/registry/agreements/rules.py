"""What an agreement covers. Its days, areas, themes and limit count; money is for people to weigh."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.terms.rules import meet, state_of


@dataclass(frozen=True)
class Terms:
    """An agreement as far as it decides who may be used."""

    id: UUID
    areas: frozenset[str]
    organisations: frozenset[UUID]
    themes: frozenset[str]
    days: tuple[date, date | None]
    month_limit: int | None = None


def concerns(themes: Collection[str], brought: Iterable[str], about: Iterable[str]) -> bool:
    """Whether somebody may be used for a consultation about these themes under an agreement for those.

    What counts is what the expert brings of the consultation's themes; whoever brings none of them, but a discipline,
    is used for all of them.
    """
    if not themes:
        return True
    asked = {*brought} or {*about}
    return bool(asked & {*themes})


def overlap(one: Terms, other: Terms) -> bool:
    """Whether two agreements say something of the same areas, themes and days."""
    parties = one.areas & other.areas or one.organisations & other.organisations
    themes = not one.themes or not other.themes or one.themes & other.themes
    return bool(parties and themes) and meet(one.days, other.days)


def overlapping(one: Terms, others: Sequence[Terms]) -> list[UUID]:
    return [other.id for other in others if other.id != one.id and overlap(one, other)]


@dataclass(frozen=True)
class Covering:
    """An agreement that lets an area use somebody's experts, on its days and for its themes."""

    id: UUID
    themes: frozenset[str]
    month_limit: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Standing:
    """Whether an expert may be used; if so under which agreements (none where the employer serves the area itself)."""

    why_not: str | None
    """`missing`, `ended`, `coming` or `themes`; none = may be used."""
    under: tuple[Covering, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """What an area may use: the experts of those that serve it, and of those that have agreed on it."""

    serving: frozenset[UUID]
    agreements: Mapping[UUID, Sequence[Covering]]
    today: date

    def of(self, employer: UUID | None, *, brought: Iterable[str], about: Iterable[str]) -> Standing:
        if employer in self.serving:
            return Standing(None)
        known = self.agreements.get(employer, ()) if employer else ()
        states = {one.id: state_of(one.valid_from, one.valid_to, self.today) for one in known}
        in_force = [one for one in known if states[one.id] == "in_force"]
        brings, asked = [*brought], [*about]
        if under := tuple(one for one in in_force if concerns(one.themes, brings, asked)):
            return Standing(None, under)
        if in_force:
            return Standing("themes")
        return Standing(next((state for state in ("coming", "ended") if state in states.values()), "missing"))

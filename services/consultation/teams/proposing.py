"""The suggested team: asked of the registry, solved off the event loop, kept with all it was asked from."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from services.consultation.cases.acts import check
from services.consultation.cases.operations import open_case
from services.consultation.cases.ownership import area_now
from services.consultation.cases.store import OpenCase
from services.consultation.matching.rules import Need, PassedOver, Wanted, build_problem, meant_by, wanted
from services.consultation.matching.suggestion import Explained, suggest_and_explain
from services.consultation.registry_answers import Concept, ExpertFound
from services.consultation.registry_client import Registry
from services.consultation.teams import store
from services.consultation.teams.agreements import within_limits
from services.consultation.teams.rules import LIVE, Seat, chairs, suggested_roles
from services.consultation.teams.schemas import (
    AlternativeView,
    Load,
    MissingDiscipline,
    ProposedMember,
    ReasonView,
    TeamProposalView,
)
from services.consultation.teams.tables import TeamProposal
from services.shared.clock import HELSINKI
from services.shared.database import ReadSession, WriteSession, new_id


@dataclass(frozen=True)
class Market:
    """Who could be asked for a case, and what is known of them and of the need."""

    need: Need
    wish: Wanted
    themes: Mapping[str, Concept]
    disciplines: Mapping[str, Concept]
    experts: dict[str, ExpertFound]
    open_cases: dict[str, int]

    def theme_needing(self, discipline: str) -> str:
        """The first of the case's themes that requires it, or else its first theme."""
        requiring = (
            slug
            for slug in self.need.themes
            if slug in self.themes and discipline in self.themes[slug].required_disciplines
        )
        return next(requiring, self.need.themes[0])

    def load_of(self, expert: ExpertFound) -> Load:
        return Load(open=self.open_cases.get(expert.person, 0), capacity=expert.capacity_month)


async def propose_team(session: WriteSession, registry: Registry, case_id: UUID | str) -> TeamProposalView:
    """The best team there is, in the stated order. Raises NotYourAct, ActNotPossible, ServiceUnavailable."""
    case = await open_case(session, case_id, part="team proposal")
    check(case, "invite_team")
    market = await survey(session, registry, case)
    problem, passed_over = build_problem(
        market.need, market.wish, market.disciplines, list(market.experts.values()), market.open_cases
    )
    explained = await asyncio.to_thread(suggest_and_explain, problem, passed_over)
    row = await store.keep_proposal(session, _proposal(session, case, market, explained, passed_over))
    return _view(row, market, explained)


async def survey(session: ReadSession, registry: Registry, case: OpenCase) -> Market:
    """Raises ServiceUnavailable where the registry doesn't answer."""
    themes, disciplines = await registry.concepts("themes"), await registry.concepts("disciplines")
    need = await _in_todays_words(registry, await need_of(session, case))
    wish = wanted(need, themes, disciplines)
    disciplines_asked = (*wish.required, *wish.useful)
    found = await ask_for(registry, need, disciplines=disciplines_asked, themes=need.themes, act=session.caller.person)
    found = await within_limits(session, found)
    work = await store.open_work_of(session, [UUID(one.person) for one in found])
    return Market(need, wish, themes, disciplines, {one.expert: one for one in found}, work)


async def _in_todays_words(registry: Registry, need: Need) -> Need:
    """What is looked for is told with the words that stand for the case's own now. Its own stay as they are."""
    themes, languages = await registry.concepts("themes"), await registry.concepts("languages")
    disciplines, age_groups = await registry.concepts("disciplines"), await registry.concepts("age_groups")
    return replace(
        need,
        themes=meant_by(need.themes, themes),
        age_groups=meant_by(need.age_groups, age_groups),
        client_languages=meant_by(need.client_languages, languages),
        covered=frozenset(meant_by(sorted(need.covered), disciplines)),
        area=await area_now(registry, need.area) or "",
    )


async def ask_for(
    registry: Registry, need: Need, *, disciplines: Sequence[str], themes: Sequence[str], act: str
) -> list[ExpertFound]:
    """Experts with any of the disciplines or themes; with neither, everybody who is listed."""
    return await registry.candidates(
        themes=themes,
        disciplines=disciplines,
        languages=sorted({need.language, *need.client_languages}),
        age_groups=need.age_groups,
        about=need.themes,
        area=need.area,
        yta=need.yta,
        act=act,
    )


async def need_of(session: ReadSession, case: OpenCase) -> Need:
    row = case.row
    asked = await store.seats_of(session, row.id)
    seats = [seat for seat in asked if seat.state in LIVE]
    people = (row.asker, row.partner, row.coordinator)
    return Need(
        themes=tuple(row.themes),
        age_groups=tuple(row.age_groups),
        language=row.language or "fi",
        client_languages=tuple(row.client_languages),
        form=row.form or "team",
        area=row.area or "",
        yta=row.yta or "",
        asking_organisation=str(row.asker_organisation) if row.asker_organisation else None,
        taking_part=frozenset(str(person) for person in people if person),
        today=session.clock.now().astimezone(HELSINKI).date(),
        asked_before=frozenset(str(seat.person_id) for seat in asked if seat.state != Seat.LAPSED),
        covered=frozenset(slug for seat in seats for slug in seat.disciplines),
        in_team=len(seats),
        has_chair=chairs(seat.role for seat in seats) > 0,
    )


def _proposal(
    session: WriteSession, case: OpenCase, market: Market, explained: Explained, passed_over: tuple[PassedOver, ...]
) -> TeamProposal:
    inputs = _inputs(market, passed_over)
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
    return TeamProposal(
        id=new_id(),
        case_id=case.id,
        inputs_hash=digest,
        inputs=inputs,
        result=_result(explained),
        made_by=UUID(session.caller.person),
        made_at=session.clock.now(),
        shown_at=session.clock.now(),
    )


def _inputs(market: Market, passed_over: tuple[PassedOver, ...]) -> dict[str, Any]:
    """Codes and ids only, in an order that doesn't depend on how the registry happened to answer."""
    need = {name: _plain(value) for name, value in asdict(market.need).items()}
    experts = [one.model_dump(mode="json", exclude={"name", "employer_name"}) for one in market.experts.values()]
    return {
        "need": need,
        "required": list(market.wish.required),
        "useful": list(market.wish.useful),
        "experts": sorted(experts, key=lambda one: str(one["expert"])),
        "open_cases": dict(sorted(market.open_cases.items())),
        "passed_over": sorted([one.expert, one.code] for one in passed_over),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value if isinstance(value, str | int | list | tuple | None) else value.isoformat()


def _result(explained: Explained) -> dict[str, Any]:
    suggestion = explained.suggestion
    return {
        "members": [one.expert for one in suggestion.team],
        "covers": {one.expert: sorted(one.covers) for one in suggestion.team},
        "reasons": {expert: [asdict(reason) for reason in reasons] for expert, reasons in explained.reasons.items()},
        "missing": [asdict(gap) for gap in explained.missing],
        "score": suggestion.score._asdict(),
        "optimal": suggestion.optimal,
        "compared": suggestion.compared,
    }


def _view(row: TeamProposal, market: Market, explained: Explained) -> TeamProposalView:
    suggestion = explained.suggestion
    return TeamProposalView(
        id=row.id,
        case=row.case_id,
        members=_members(market, explained),
        missing=[MissingDiscipline(discipline=gap.discipline, code=gap.code) for gap in explained.missing],
        required=list(market.wish.required),
        useful=list(market.wish.useful),
        already=sorted(market.need.covered),
        optimal=suggestion.optimal,
        compared=suggestion.compared,
        alternatives=[_alternative(market, one.instead_of, one.expert, one.price) for one in explained.alternatives],
        made_at=row.made_at,
    )


def _members(market: Market, explained: Explained) -> list[ProposedMember]:
    team = explained.suggestion.team
    needed = (*market.wish.required, *market.wish.useful)
    first = [min((needed.index(slug) for slug in one.covers if slug in needed), default=len(needed)) for one in team]
    strength = [(-rank, len(one.covers), sum(one.levels.values())) for rank, one in zip(first, team, strict=True)]
    roles = suggested_roles([one.expert for one in team], strength, has_chair=market.need.has_chair)
    return [
        _member(market, market.experts[one.expert], role=roles[one.expert], covers=one.covers, explained=explained)
        for one in team
    ]


def _member(
    market: Market, expert: ExpertFound, *, role: str, covers: frozenset[str], explained: Explained
) -> ProposedMember:
    return ProposedMember.model_validate(
        {
            **expert.model_dump(
                include={"expert", "person", "name", "title", "profession", "employer_name", "area", "yta"}
                | {"languages", "agreement_ok", "agreement_why"}
            ),
            "role": role,
            "covers": [slug for slug in (*market.wish.required, *market.wish.useful) if slug in covers],
            "load": market.load_of(expert),
            "cross_area": expert.yta != market.need.yta,
            "reasons": [ReasonView(code=one.code, data=one.data) for one in explained.reasons[expert.expert]],
        }
    )


def _alternative(market: Market, instead_of: str, expert: str, price: tuple[str, ...]) -> AlternativeView:
    found = market.experts[expert]
    return AlternativeView.model_validate(
        {
            **found.model_dump(include={"expert", "person", "name", "title", "employer_name", "area"}),
            "instead_of": instead_of,
            "load": market.load_of(found),
            "price": list(price),
        }
    )

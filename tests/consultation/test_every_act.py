"""The table of acts, walked through the API: whatever it doesn't allow is refused, and changes nothing."""

from typing import Any

import pytest

from services.consultation.access import Relation, groups_of
from services.consultation.workflow import ACTS, ENDS, OPEN, Act, State, acts_in
from services.shared.identity import Caller
from tests.builders.cases import CONSENT, USUAL_BODIES, ACase, a_case, got
from tests.builders.people import a_person
from tests.support.apps import App

pytestmark = pytest.mark.anyio

BODIES: dict[str, dict[str, Any]] = {
    **USUAL_BODIES,
    "merge": {"into": "OT-I-7K42M", "reason": "Sama asia."},
    "reply": {"rows": [], "usefulness": 3, "plan_changed": "no", "without_advice": "waited"},
    "follow-up": {"rows": [], "goals": [], "wanted_change": "no"},
    "consents": CONSENT,
    "publish": {},
}
PATHS = {
    **{name: name.replace("_", "-") for name in ("submit", "return", "complete", "accept", "advise_elsewhere")},
    **{name: name.replace("_", "-") for name in ("redirect_urgent", "decline", "answer_directly", "publish", "reply")},
    **{name: name.replace("_", "-") for name in ("follow_up", "close", "withdraw", "reopen", "transfer", "merge")},
    "withdraw_consent": "withdraw-consent",
    "record_consent": "consents",
}


async def put_in(case: ACase, state: State) -> None:
    """Straight in the database: the road there has its own tests."""
    with case.app.house.databases.superuser("consultation") as connection:
        connection.execute(
            "update cases set state = %s, state_before = %s, is_open = %s, yta = 'ita' where id = %s",
            [state.value, "accepted" if state is State.RETURNED else None, state in OPEN, case.id],
        )


async def standing(case: ACase) -> tuple[Any, ...]:
    with case.app.house.databases.superuser("consultation") as connection:
        row = connection.execute("select state, version, changed_at from cases where id = %s", [case.id]).fetchone()
        events = connection.execute("select count(*) from event where subject = %s", [case.id]).fetchone()
    assert row is not None
    assert events is not None
    return (*row, *events)


def test_every_moving_act_has_its_path() -> None:
    moving = {act.name for act in ACTS.values() if act.moves and act.offered}
    assert moving <= set(PATHS)


@pytest.mark.parametrize("name", sorted(PATHS))
async def test_an_act_is_refused_in_every_state_that_is_not_its_own(
    consultation: App, registry: App, name: str
) -> None:
    case = await a_case(consultation, registry, identification="with_consent")
    act = ACTS[name]
    caller = _somebody_who_may(act, case)
    for state in State:
        if (
            state in act.before
            or state is State.DISPOSED
            or (state is State.DRAFT and caller is case.people.coordinator)
        ):
            continue
        await put_in(case, state)
        before = await standing(case)
        response = await case.try_(caller, PATHS[name], BODIES[PATHS[name]])
        # Where nothing was ever written there is nothing to publish, whatever the state.
        assert response.status_code == 409 or response.json()["code"] == "answer_not_found", (state, response.text)
        assert await standing(case) == before


@pytest.mark.parametrize("name", sorted(PATHS))
async def test_an_act_is_refused_to_everybody_who_is_not_its_kind(consultation: App, registry: App, name: str) -> None:
    case = await a_case(consultation, registry, identification="anonymous")
    act = ACTS[name]
    people = {Relation.ASKER: case.people.asker, Relation.COORDINATOR: case.people.coordinator}
    others = [caller for relation, caller in people.items() if not groups_of([relation]) & set(act.who)]
    strangers = [case.people.elsewhere, a_person(), a_person("expert"), a_person("national"), a_person("admin")]
    for state in act.before:
        await put_in(case, state)
        before = await standing(case)
        for caller in [*others, *strangers]:
            response = await case.try_(caller, PATHS[name], BODIES[PATHS[name]])
            assert response.status_code in (403, 404), (state, caller.memberships, response.text)
            if caller in strangers:
                assert response.json()["code"] in ("not_found", "forbidden")
        assert await standing(case) == before


def _somebody_who_may(act: Act, case: ACase) -> Caller:
    asking = groups_of([Relation.ASKER]) & set(act.who)
    return case.people.asker if asking else case.people.coordinator


async def test_what_is_allowed_or_blocked_is_what_the_tables_say(consultation: App, registry: App) -> None:
    case = await a_case(consultation, registry)
    for state in (*OPEN, *ENDS):
        await put_in(case, state)
        for relation, caller in (
            (Relation.ASKER, case.people.asker),
            (Relation.COORDINATOR, case.people.coordinator),
        ):
            view = got(await case.as_(caller).get(case.path))
            shown = {one["act"] for one in (*view["allowed"], *view["blocked"])}
            by_table = {act.name: act for act in acts_in(state, groups_of([relation]))}
            assert shown <= set(by_table)
            assert shown >= {name for name, act in by_table.items() if act.moves}, (state, relation)
            for one in view["allowed"]:
                assert one["needs"] == list(by_table[one["act"]].needs)

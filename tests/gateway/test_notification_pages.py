"""What somebody was told of, and the numbers in the menu, on the real services."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gateway.notification_words import KINDS
from services.consultation.notifications.rules import kinds
from services.shared.clock import MovedClock
from tests.journeys.test_whole_case import asked
from tests.support.apps import House
from tests.support.visitors import Visitor, Visitors

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}


def number(html: str, name: str) -> int:
    """What the menu's badge shows; 0 where it is empty."""
    found = re.search(rf'<span id="badge-{name}"[^>]*>(\d*)', html)
    assert found, f"no badge {name}"
    return int(found[1] or 0)


def tag(visitor: Visitor) -> str:
    found = re.search(r'hx-get="/badges"[^>]*hx-ptag="([^"]*)"', visitor.html)
    assert found
    return found[1]


def test_every_kind_that_the_service_tells_has_its_words() -> None:
    assert set(KINDS) == kinds()


async def test_a_request_is_a_number_then_a_line_then_seen(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    await sanna.look("/me")
    before = number(sanna.html, "waiting")
    code = await asked(maria)
    await sanna.look("/me")
    assert (number(sanna.html, "unseen"), number(sanna.html, "menu")) == (1, 1)
    assert (number(sanna.html, "waiting"), number(sanna.html, "queue")) == (before + 1, 1)
    await sanna.look("/")
    assert number(sanna.html, "waiting") == before + 1, "the first page counts the same"
    await sanna.look("/notifications")
    assert "Uusi pyyntö saapui" in sanna.html
    assert f'href="/cases/{code}"' in sanna.html
    assert "told--unseen" in sanna.html
    await sanna.look(f"/cases/{code}")
    await sanna.look("/notifications")
    assert number(sanna.html, "unseen") == 0
    assert "told--unseen" not in sanna.html
    assert "Merkitse kaikki nähdyiksi" not in sanna.html


async def test_all_are_marked_seen_with_one_button_without_script(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    for _ in range(2):
        await asked(maria)
    await sanna.look("/notifications")
    waiting = number(sanna.html, "waiting")
    assert number(sanna.html, "unseen") == 2
    await sanna.press("/notifications/seen")
    assert (sanna.path, number(sanna.html, "unseen")) == ("/notifications", 0)
    assert number(sanna.html, "waiting") == waiting, "to have seen is not to have done"


async def test_the_menu_is_sent_nothing_where_nothing_changed(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    await sanna.look("/me")
    known = tag(sanna)
    same = await sanna.client.get("/badges", headers={**HTMX, "HX-PTag": known})
    assert (same.status_code, same.content) == (304, b"")
    await asked(maria)
    changed = await sanna.client.get("/badges", headers={**HTMX, "HX-PTag": known})
    assert (changed.status_code, number(changed.text, "unseen")) == (200, 1)
    assert changed.headers["HX-PTag"] != known
    swapped = set(re.findall(r'hx-target="#(badge-\w+)"', changed.text))
    await sanna.look("/me")
    assert swapped == set(re.findall(r'<span id="(badge-\w+)"', sanna.html)), "each number on the page is swapped"
    assert changed.headers["HX-PTag"] == tag(sanna)


async def test_a_tab_that_is_left_open_keeps_no_login_alive(visitors: Visitors, clock: MovedClock) -> None:
    sanna = await visitors.sign_in("sanna")
    await sanna.look("/me")
    for _ in range(5):
        clock.move(timedelta(minutes=15))
        answer = await sanna.client.get("/badges", headers=HTMX)
    assert answer.status_code == 204
    assert "HX-Redirect" not in answer.headers, "nobody is torn from what they are writing"


async def test_a_service_that_is_down_costs_its_number_only(visitors: Visitors, house: House) -> None:
    sanna = await visitors.sign_in("sanna")
    house.down.add("consultation")
    await sanna.look("/organisations")
    assert number(sanna.html, "unseen") == 0
    assert 'hx-trigger="load, every 20s"' in sanna.html
    house.down.clear()
    house.down.add("registry")
    await sanna.look("/notifications")
    assert 'hx-trigger="every 20s"' in sanna.html


async def test_settings_are_saved_and_say_so_and_the_page_speaks_the_new_language(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    await maria.look("/me")
    assert 'href="/me/settings"' in maria.html
    await maria.look("/me/settings")
    assert "maria.lehtola@" in maria.html
    await maria.press("/me/settings", {"mail": "digest", "language": "sv"})
    assert "Inställningarna är sparade." in maria.html
    assert dict(maria.form("/me/settings").fields)["mail"] == "digest"
    await maria.press("/me/settings", {"mail": "hourly", "language": "fi"}, status=422)
    assert dict(maria.form("/me/settings").fields).get("mail") != "digest", (
        "what was chosen wrongly is not shown as saved"
    )
    await maria.press("/me/settings", {"mail": "each", "version": "9" * 5000}, status=412)

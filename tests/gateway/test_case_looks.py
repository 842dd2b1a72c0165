"""What the pages of a consultation show: the queue's views and filters, the answer on paper, days as written."""

from __future__ import annotations

import re

import pytest
from starlette.datastructures import FormData

from gateway.pages.case_forms import day_or_words
from gateway.rendering import FILTERS
from tests.journeys.test_whole_case import asked, teamed
from tests.support.visitors import Visitors

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("4.12.2026", "2026-12-04"),
        ("pe 4.12.2026", "2026-12-04"),
        ("fre 4.12.2026", "2026-12-04"),
        ("2026-12-04", "2026-12-04"),
        ("heti", "heti"),
        ("31.2.2027", "31.2.2027"),
        ("ennen 4.12.2026 klo 12", "ennen 4.12.2026 klo 12"),
    ],
)
def test_a_day_is_taken_as_people_write_it_and_words_stay_words(typed: str, sent: str) -> None:
    assert day_or_words(FormData([("by_when", typed)]), "by_when") == sent


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("1. Aikajana\n2. Tädin rooli;\n", ["Aikajana", "Tädin rooli"]),
        ("1. Läget i dag. 2. Vad krävs?", ["Läget i dag", "Vad krävs?"]),
        ("- Turvasuunnitelma\n\nTapaaminen 23.11. klo 13", ["Turvasuunnitelma", "Tapaaminen 23.11. klo 13"]),
        ("", []),
    ],
)
def test_a_list_is_taken_as_people_type_it(typed: str, points: list[str]) -> None:
    assert FILTERS["points"](typed) == points


async def test_the_queue_says_what_each_view_holds_and_takes_off_one_filter_at_a_time(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    await sanna.look("/queue?view=new&area=12&language=fi")
    assert code in sanna.html
    assert re.search(r'aria-current="true">Uudet <span class="badge-count">1<', sanna.html)
    assert 'href="/queue?view=new&amp;language=fi"' in sanna.html
    await sanna.look("/queue?view=late")
    assert code not in sanna.html
    assert "Näytä kaikki avoimet" in sanna.html
    await sanna.look("/queue?area=13")
    assert code not in sanna.html


async def test_an_answer_is_seen_on_paper_before_it_leaves(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, _ = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    edit, block = f"/cases/{code}/answer/edit", f"/cases/{code}/answer/blocks/considerations"
    await tuomas.press(block, {"text": "Riski on todellinen."}, at=f"{edit}?part=considerations")
    await tuomas.look(f"/cases/{code}/answer/preview")
    paper = tuomas.html[tuomas.html.index('class="paper"') :]
    for told in ("Riski on todellinen.", "Leena Vartiainen", code):
        assert told in paper
    assert (await maria.client.get(f"/cases/{code}/answer/preview")).status_code in (403, 404)

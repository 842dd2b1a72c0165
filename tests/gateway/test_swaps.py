"""A page with an answer swapped in is the page as it is loaded anew, whatever was done on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from services.shared.clock import MovedClock
from tests.gateway.test_case_pages_consent import CONSENT, with_consent
from tests.journeys.test_whole_case import MISTAKE, asked, invited, teamed
from tests.support.apps import House
from tests.support.forms import form_to
from tests.support.swapping import Element, apply, differences, tree_of
from tests.support.visitors import Values, Visitor, Visitors

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
LEVELS: Values = {f"goals.0.levels.{level}": f"Taso {level}" for level in ("-2", "-1", "0", "1", "2")}
GOAL: Values = {"goals.0.title": "Nuori on turvassa kotona", "goals.0.baseline": "-1", **LEVELS}


@dataclass
class Open:
    """A page that stays open in somebody's browser while its parts are swapped."""

    who: Visitor
    address: str
    html: str
    tree: Element

    async def do(
        self, action: str, values: Values | None = None, *, go: str = "", status: int = 200
    ) -> httpx2.Response:
        """Presses a button of the page; the answer is swapped where the form says."""
        form = next(one for one in self.tree.all() if one.tag == "form" and one.attributes.get("hx-post") == action)
        assert form.attributes["action"] == action, "without scripts the form would go elsewhere"
        sent = form_to(_html(form), action).with_values(values or {}, buttons={"go": go} if go else None)
        here = HTMX | {"HX-Current-URL": f"http://gateway.test{self.address}"}
        answer = await self.who.client.post(action, data=sent, headers=here, follow_redirects=True)
        assert answer.status_code == status, answer.text[:2000]
        self._swap(answer, form)
        return answer

    async def narrow(self, action: str, values: Values) -> httpx2.Response:
        """Sends a form of filters; the address becomes what was asked."""
        form = next(one for one in self.tree.all() if one.attributes.get("hx-get") == action and one.tag == "form")
        sent = form_to(_html(form), action).with_values(values)
        answer = await self.who.client.get(action, params=sent, headers=HTMX)
        assert answer.status_code == 200
        assert form.attributes["hx-push-url"] == "true"
        self.address = str(answer.url)
        self._swap(answer, form)
        return answer

    def _swap(self, answer: httpx2.Response, form: Element) -> None:
        whole = answer.headers.get("HX-Retarget") in ("body", "#main")
        assert whole or "<html" not in answer.text, "a part was asked for"
        self.address = answer.headers.get("HX-Push-Url", answer.headers.get("HX-Replace-Url", self.address))
        where, how = form.attributes["hx-target"], form.attributes.get("hx-swap", "innerHTML")
        apply(self.tree, answer.text, target=where, style=how, headers=answer.headers)

    async def is_as_loaded_anew(self) -> None:
        fresh = tree_of((await self.who.client.get(self.address)).text)
        assert differences(_page(self.tree), _page(fresh)) == []

    def said(self) -> str:
        line = self.tree.find(id="status")
        assert line is not None
        return line.text().strip()


async def opened(who: Visitor, address: str) -> Open:
    html = await who.look(address)
    return Open(who, address, html, tree_of(html))


def _page(tree: Element) -> Element:
    parts = [tree.tagged(tag) for tag in ("title", "header", "nav", "main")]
    return Element("page", children=[part for part in parts if part is not None])


def _html(element: Element | str) -> str:
    """Enough of it to read its fields again."""
    if isinstance(element, str):
        return element.replace("&", "&amp;").replace("<", "&lt;")
    told = "".join(f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in element.attributes.items())
    return f"<{element.tag}{told}>{''.join(map(_html, element.children))}</{element.tag}>"


async def test_a_sent_message_leaves_the_page_as_it_is_loaded_anew(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, _ = await teamed(visitors, code)
    for who, said in ((maria, "Siirretäänkö tapaaminen?"), (tuomas, "Sopii, siirretään se.")):
        page = await opened(who, f"/cases/{code}")
        await page.do(f"/cases/{code}/messages", {"message": said})
        await page.is_as_loaded_anew()
        assert page.said() == "Viesti lähetetty"
        assert said in page.tree.find(id="thread-list").text()  # type: ignore[union-attr]


async def test_a_note_and_worked_minutes_leave_it_so_too(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    tuomas, _ = await teamed(visitors, code)
    page = await opened(tuomas, f"/cases/{code}")
    answer = await page.do(f"/cases/{code}/team-notes", {"note": "Riski on suurempi kuin pyynnössä."})
    assert 'id="thread"' not in answer.text
    await page.is_as_loaded_anew()
    assert page.said() == "Tallennettu vain tiimille"
    await page.do(f"/cases/{code}/minutes", {"minutes": "45", "for": "preparation"})
    await page.is_as_loaded_anew()


async def test_an_accepted_request_shows_its_new_stage_next_act_and_counts(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    sanna = await visitors.sign_in("sanna")
    page = await opened(sanna, f"/cases/{code}")
    await page.do(f"/cases/{code}/acts/accept")
    await page.is_as_loaded_anew()
    assert page.said() == "Pyyntö hyväksytty"
    assert "Muodosta tiimi" in page.tree.find(id="next").text()  # type: ignore[union-attr]


async def test_a_refused_text_stays_in_its_form_with_the_summary_above_it(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    tuomas, _ = await teamed(visitors, code)
    page = await opened(tuomas, f"/cases/{code}")
    await page.do(f"/cases/{code}/messages", {"message": MISTAKE}, status=422)
    summary = page.tree.find(id="errors")
    assert summary is not None
    assert "autofocus" in summary.attributes
    assert page.tree.find(id="f-message").text().strip() == MISTAKE  # type: ignore[union-attr]
    assert page.tree.tagged("title").text().startswith("Virhe: ")  # type: ignore[union-attr]
    await page.do(f"/cases/{code}/messages", {"message": "Soittakaa minulle."})
    await page.is_as_loaded_anew()


async def test_what_is_typed_stays_when_a_service_does_not_answer(visitors: Visitors, house: House) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    page = await opened(maria, f"/cases/{code}")
    form = page.tree.find(hx_post=f"/cases/{code}/messages")
    assert form is not None
    house.down.add("consultation")
    sent = form_to(_html(form), f"/cases/{code}/messages").with_values({"message": "Kiitos."})
    answer = await maria.client.post(f"/cases/{code}/messages", data=sent, headers=HTMX)
    house.down.discard("consultation")
    assert answer.status_code == 503
    assert answer.headers["HX-Retarget"] == "closest form"
    assert answer.headers["HX-Reswap"] == "beforeend"
    assert 'hx-target="#status"' in answer.text
    assert "Yritä hetken" in answer.text


async def test_an_answer_is_written_and_signed_without_leaving_its_page(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    tuomas, _ = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    at = f"/cases/{code}/answer"
    page = await opened(tuomas, f"{at}/edit?part=background")
    await page.do(f"{at}/blocks/background", {"text": "Nuori kertoi koulussa."})
    await page.is_as_loaded_anew()
    assert page.address == f"{at}/edit?part=considerations"
    assert page.said() == "Osa tallennettu"
    await page.do(f"{at}/blocks/considerations", {"text": MISTAKE}, status=422)
    assert page.tree.find(id="errors") is not None
    await page.do(f"{at}/blocks/considerations", {"text": "Riski on todellinen."})
    await page.do(f"{at}/recommendations", {"what-new": "Tehkää turvasuunnitelma.", "who-new": "Työntekijä"}, go="save")
    await page.is_as_loaded_anew()
    assert page.said() == "Suositus lisätty"
    await page.do(f"{at}/ask-signatures")
    await page.is_as_loaded_anew()
    await page.do(f"{at}/signature", {"opinion": "agree"})
    await page.is_as_loaded_anew()
    assert page.said() == "Allekirjoituksesi on tallennettu"


async def test_an_open_answer_shows_what_others_wrote_meanwhile(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    tuomas, leena = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    at = f"/cases/{code}/answer"
    mine = await opened(tuomas, f"{at}/edit?part=considerations")
    asker = mine.tree.find(id="work-poll")
    assert asker is not None
    asks = {**HTMX, "OT-Poll": "true", "HX-PTag": asker.attributes["hx-ptag"]}
    assert (await tuomas.client.get(asker.attributes["hx-get"], headers=asks)).status_code == 304
    theirs = await opened(leena, f"{at}/edit?part=background")
    await theirs.do(f"{at}/blocks/background", {"text": "Leena kirjoitti tämän."})
    told = await tuomas.client.get(asker.attributes["hx-get"], headers=asks)
    apply(mine.tree, told.text, target="#work", style="outerMorph", headers=told.headers)
    await mine.is_as_loaded_anew()
    assert "Leena kirjoitti tämän." in mine.tree.find(id="background").text()  # type: ignore[union-attr]


async def test_somebody_elses_saved_part_takes_the_place_of_the_page_with_both_texts(visitors: Visitors) -> None:
    code = await asked(await visitors.sign_in("maria"))
    tuomas, leena = await teamed(visitors, code)
    await tuomas.press(f"/cases/{code}/answer", at=f"/cases/{code}")
    at = f"/cases/{code}/answer"
    theirs, mine = [await opened(who, f"{at}/edit?part=background") for who in (leena, tuomas)]
    await theirs.do(f"{at}/blocks/background", {"text": "Leena kirjoitti tämän."})
    form = mine.tree.find(hx_post=f"{at}/blocks/background")
    assert form is not None
    sent = form_to(_html(form), f"{at}/blocks/background").with_values({"text": "Tuomas kirjoitti tämän."})
    answer = await tuomas.client.post(f"{at}/blocks/background", data=sent, headers=HTMX)
    assert answer.status_code == 412
    apply(mine.tree, answer.text, target="#work", style="outerMorph", headers=answer.headers)
    main = mine.tree.find(id="main")
    assert main is not None
    assert "Leena kirjoitti tämän." in main.text()
    assert "Tuomas kirjoitti tämän." in main.text()


async def test_a_member_taken_out_and_a_recorded_consent_show_at_once(visitors: Visitors) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    await teamed(visitors, code)
    page = await opened(await visitors.sign_in("sanna"), f"/cases/{code}/team")
    forms = [one.attributes.get("hx-post", "") for one in page.tree.all() if one.tag == "form"]
    action = next(one for one in forms if one.endswith("/remove"))
    field = f"reason:{action.split('/')[-2]}"
    await page.do(action, {field: ""}, status=422)
    assert page.tree.find(id="errors") is not None
    await page.do(action, {field: "Hän on estynyt."})
    await page.is_as_loaded_anew()
    consented = await with_consent(maria)
    page = await opened(maria, f"/cases/{consented}/consent")
    await page.do(f"/cases/{consented}/consent", CONSENT)
    await page.is_as_loaded_anew()
    assert page.said() == "Suostumus kirjattu"


@pytest.mark.parametrize(
    ("person", "path", "values"),
    [
        ("sanna", "/queue", {"area": "12"}),
        ("sanna", "/experts", {"theme": "kunniavakivalta"}),
        ("sanna", "/reports", {"indicator": "requests"}),
    ],
)
async def test_what_filters_leave_is_the_page_at_the_address_they_make(
    visitors: Visitors, person: str, path: str, values: Values
) -> None:
    await asked(await visitors.sign_in("maria"))
    page = await opened(await visitors.sign_in(person), path)
    await page.narrow(path, values)
    await page.is_as_loaded_anew()
    assert page.said()


async def test_the_queue_asks_again_and_moves_only_when_something_happened(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    await asked(maria)
    page = await opened(sanna, "/queue")
    asker = page.tree.find(id="queue-poll")
    assert asker is not None
    asks = {**HTMX, "OT-Poll": "true"}
    first = await sanna.client.get(asker.attributes["hx-get"], headers=asks)
    apply(page.tree, first.text, target=asker.attributes["hx-target"], style="outerMorph", headers=first.headers)
    await page.is_as_loaded_anew()
    known = asks | {"HX-PTag": first.headers["HX-PTag"]}
    assert (await sanna.client.get("/queue", headers=known)).status_code == 304
    code = await asked(maria)
    assert code in (await sanna.client.get("/queue", headers=known)).text
    sanna.client.cookies.clear()
    over = await sanna.client.get("/queue", headers=known)
    assert (over.status_code, over.text, "HX-Redirect" in over.headers) == (204, "", False)


async def test_an_open_conversation_fetches_what_was_said_and_looks_at_the_case_for_nothing_else(
    visitors: Visitors, clock: MovedClock
) -> None:
    maria = await visitors.sign_in("maria")
    code = await asked(maria)
    tuomas, _ = await teamed(visitors, code)
    clock.move(timedelta(minutes=1))
    page = await opened(maria, f"/cases/{code}")
    asker = next(one for one in page.tree.all() if one.attributes.get("hx-target") == "#thread-list")
    asks = {**HTMX, "OT-Poll": "true"}
    silent = await maria.client.get(asker.attributes["hx-get"], headers=asks)
    assert silent.status_code == 304
    clock.move(timedelta(minutes=1))
    await tuomas.press(f"/cases/{code}/messages", {"message": "Sopii, siirretään se."}, at=f"/cases/{code}")
    known = asks | {"HX-PTag": silent.headers["HX-PTag"]}
    told = await maria.client.get(asker.attributes["hx-get"], headers=known)
    apply(page.tree, told.text, target="#thread-list", style="outerMorph", headers=told.headers)
    fresh = tree_of(await maria.look(f"/cases/{code}")).find(id="thread-list")
    now = page.tree.find(id="thread-list")
    assert fresh is not None
    assert now is not None
    assert differences(now, fresh) == []
    assert "Sopii, siirretään se." in now.text()
    known = asks | {"HX-PTag": told.headers["HX-PTag"]}
    assert (await maria.client.get(asker.attributes["hx-get"], headers=known)).status_code == 304


async def test_an_act_with_a_form_of_its_own_leads_on_without_loading_anew(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    page = await opened(sanna, f"/cases/{code}/acts/return")
    await page.do(f"/cases/{code}/acts/return", {"text": MISTAKE, "due": "2026-12-01"}, status=422)
    assert page.tree.find(id="errors") is not None
    assert page.tree.find(id="f-text").text().strip() == MISTAKE  # type: ignore[union-attr]
    await page.do(f"/cases/{code}/acts/return", {"text": "Kertokaa lisää.", "due": "2026-12-01"})
    assert (page.address, page.said()) == (f"/cases/{code}", "Lisätietoa pyydetty")
    await page.is_as_loaded_anew()
    page = await opened(maria, f"/cases/{code}/acts/withdraw")
    await page.do(f"/cases/{code}/acts/withdraw", {"reason": "Asia ratkesi."})
    assert (page.address, page.said()) == ("/cases", "Pyyntö peruttu")
    await page.is_as_loaded_anew()


async def test_an_invitation_is_answered_and_a_meeting_held_in_place(visitors: Visitors) -> None:
    maria, sanna = await visitors.sign_in("maria"), await visitors.sign_in("sanna")
    code = await asked(maria)
    tuomas, leena = await invited(visitors, code)
    page = await opened(sanna, f"/cases/{code}/team")
    await page.do(f"/cases/{code}/team", {"members": []}, go="look")
    assert page.tree.tagged("h1").text() == "Tiimiehdotus"  # type: ignore[union-attr]
    for one in (tuomas, leena):
        await one.look("/")
    mine, hers = [re.findall(r"/invitations/[0-9a-f-]{36}", one.html)[0] for one in (tuomas, leena)]
    page = await opened(leena, hers)
    await page.do(f"{hers}/decline", {"reason_code": []}, status=422)
    assert page.tree.find(id="errors") is not None
    await page.do(f"{hers}/decline", {"reason_code": "away"})
    assert (page.address, page.said()) == (hers, "Ilmoitit, ettet pääse mukaan")
    await page.is_as_loaded_anew()
    page = await opened(tuomas, mine)
    await page.do(f"{mine}/accept", {"no_conflict": "yes"})
    assert page.address == f"/cases/{code}"
    await page.is_as_loaded_anew()
    await _meets(tuomas, code)


async def _meets(tuomas: Visitor, code: str) -> None:
    new = f"/cases/{code}/meetings/new"
    page = await opened(tuomas, new)
    when: Values = {"day": "2026-11-25", "starts": "13:00", "ends": "12:00", "place": "Kuopio"}
    await page.do(new, when, status=422)
    assert page.tree.find(id="errors") is not None
    await page.do(new, when | {"ends": "14:00"})
    assert page.said() == "Kokous sovittu"
    await page.is_as_loaded_anew()
    await page.do(f"{page.address}/hold", {"minutes_text": "Käytiin turvasuunnitelma läpi."})
    assert page.said() == "Kokous kirjattu"
    await page.is_as_loaded_anew()
    page = await opened(tuomas, f"/cases/{code}/goals")
    await page.do(f"/cases/{code}/goals", {}, status=422)
    assert page.tree.find(id="errors") is not None
    await page.do(f"/cases/{code}/goals", GOAL)
    assert (page.address, page.said()) == (f"/cases/{code}", "Tavoitteet tallennettu")
    await page.is_as_loaded_anew()

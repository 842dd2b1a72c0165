"""Inviting, joining, confirming, importing: the pages against the real registry, pressed as people press them."""

from __future__ import annotations

import re

import pytest

from demo.story.ids import organisation_id
from tests.gateway.conftest import Door
from tests.gateway.test_registry_pages import first, signed_in

pytestmark = pytest.mark.anyio

SCHOOL = str(organisation_id("opetus_mikkeli"))
INVITED = {
    "email": "ulla@muualla.example",
    "role": "professional",
    "organisation": SCHOOL,
    "language": "fi",
    "delivery": "link",
}
NEW = "/memberships/invitations/new"


async def test_a_link_is_shown_once_and_makes_a_member_of_who_logs_in_with_it(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna, town.browser() as stranger:
        lacking = await sanna.submit("/memberships/invitations", {**INVITED, "email": "ulla"}, page=NEW)
        assert lacking.status_code == 422
        assert "Kirjoita yksi sähköpostiosoite." in lacking.text
        assert 'value="ulla"' in lacking.text
        made = await sanna.submit("/memberships/invitations", {**INVITED, "reason": "Uusi kuraattori"}, page=NEW)
        secret = first(r"http://gateway\.test/join/([\w-]{43})", made.text)
        assert secret not in (await sanna.get("/memberships/invitations")).text
        assert "Teit tämän kutsun itse" in (await sanna.get(f"/join/{secret}", follow_redirects=True)).text

        arrived = await stranger.get(f"/join/{secret}", follow_redirects=True)
        assert arrived.url.path == "/join"
        assert "Sanna Heiskanen" in arrived.text
        assert secret not in arrived.text
        assert "ulla@muualla" not in arrived.text
        assert (await stranger.log_in("outsider", "/join")).headers["location"] == "/join"
        taken = await stranger.submit("/join", page="/join")
        assert taken.status_code == 303, taken.text
        assert "Olet jäsen" in (await stranger.get("/join")).text
        assert "Pyydä konsultaatiota" in (await stranger.get("/")).text, "it works on the next page"
        async with signed_in(town, "uusi") as late:
            used = await late.get(f"/join/{secret}", follow_redirects=True)
            assert "Tämä kutsu on käytetty" in used.text
            gone = await late.get("/join/guess", follow_redirects=True)
            assert (gone.status_code, "Tällaista kutsua ei ole" in gone.text) == (404, True)


async def test_an_invitation_is_taken_back_from_the_list(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna:
        await sanna.submit("/memberships/invitations", {**INVITED, "reason": "Uusi kuraattori"}, page=NEW)
        page = (await sanna.get("/memberships/invitations")).text
        row = page[page.index("ulla@muualla.example") :]
        path = first(r'formaction="(/memberships/invitations/[^"]+/revoke)"', row)
        version = first(r'name="version" value="(\d+)"', row)
        back = await sanna.submit(path, {"version": version}, page="/memberships/invitations")
        assert back.status_code == 303
        assert "Peruutettu" in (await sanna.get("/memberships/invitations")).text


async def test_a_file_is_looked_at_before_anybody_is_invited(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna:
        form = (await sanna.get("/imports/people")).text
        hidden = dict(re.findall(r'name="(csrf|key)" value="([^"]*)"', form[form.index("multipart") :]))
        slug = "opetus_mikkeli"

        async def send(content: bytes) -> tuple[int, str, str]:
            files = {"file": ("lista.csv", content, "text/csv")}
            answer = await sanna.post("/imports/people", data=hidden, files=files)
            return answer.status_code, answer.headers.get("location", ""), answer.text

        status, _, text = await send(b"nimi;puhelin\nA;1\n")
        assert (status, "Tiedoston otsikot eivät ole oikein." in text, "puhelin" in text) == (422, True, True)
        hidden["key"] += "2"
        rows = f"Åsa;asa@mikkeli.example;professional;{slug}\nB;ei osoite;professional;{slug}\n"
        status, where, text = await send(f"nimi;sähköposti;rooli;organisaatio\n{rows}".encode("cp1252"))
        assert status == 303, text
        page = (await sanna.get(where)).text
        assert "Åsa" in page
        assert "ei ole sähköpostiosoite" in page
        assert "Kutsu 1 henkilö" in page
        version = first(r'name="version" value="(\d+)"', page)
        written = await sanna.submit(f"{where}/write", {"version": version}, page=where)
        assert written.status_code == 303, written.text
        assert "1 kutsu tehtiin" in (await sanna.get(where)).text
        assert "asa@mikkeli.example" in (await sanna.get("/memberships/invitations")).text
        assert (await sanna.get("/imports/nothing")).status_code == 404


async def test_memberships_are_confirmed_together(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna:
        page = (await sanna.get("/memberships?view=review")).text
        ids = re.findall(r'name="membership" value="([^"]+)"', page)
        assert ids, "the example has something to confirm"
        none = await sanna.submit("/memberships/confirm", page="/memberships?view=review")
        assert (none.status_code, "Valitse ainakin yksi" in none.text) == (422, True)
        done = await sanna.submit("/memberships/confirm", {"membership": ids}, page="/memberships?view=review")
        assert done.headers["location"] == "/memberships?view=review&left=0"
        assert "Ei nyt vahvistettavaa" in (await sanna.get(done.headers["location"])).text


async def test_a_domain_rule_is_added_and_ended(town: Door) -> None:
    async with signed_in(town, "admin") as admin:
        rule = {"domain": "gmail.com", "issuer": "https://login.muualla.example", "organisation": SCHOOL, "reason": "x"}
        refused = await admin.submit("/memberships/rules", rule, page="/memberships/rules")
        assert (refused.status_code, "Siellä voi olla osoite kenellä tahansa" in refused.text) == (422, True)
        rule["domain"] = "aaa.example"
        assert (await admin.submit("/memberships/rules", rule, page="/memberships/rules")).status_code == 303
        page = (await admin.get("/memberships/rules")).text
        path = first(r'action="(/memberships/rules/[^"]+/end)"', page[page.index("aaa.example") :])
        assert (await admin.submit(path, {"end_reason": ""}, page="/memberships/rules")).status_code == 422
        assert (await admin.submit(path, {"end_reason": "Ohi"}, page="/memberships/rules")).status_code == 303
        assert "aaa.example" not in (await admin.get("/memberships/rules")).text
    async with signed_in(town, "sanna") as sanna:
        assert (await sanna.get("/memberships/rules")).status_code == 403


async def test_the_first_run_is_over_where_there_are_administrators(town: Door) -> None:
    async with town.browser() as stranger, signed_in(town, "admin") as admin:
        assert "Asennus on käytössä" in (await stranger.get("/setup")).text
        page = (await admin.get("/setup")).text
        assert "Kirjautumispalvelu vastaa" in page
        assert "known to the test" not in page


async def test_an_editor_finds_only_what_an_editor_may_open(town: Door) -> None:
    async with signed_in(town, "editor") as editor:
        for view in ("requests", "review", "ending", "current", "ended"):
            page = (await editor.get(f"/memberships?view={view}")).text
            for path in set(re.findall(r'href="(/(?:memberships|imports)[^"]*)"', page)):
                assert (await editor.get(path.replace("&amp;", "&"))).status_code == 200, path
        roles = (await editor.get(NEW)).text
        assert 'value="professional"' in roles
        assert 'value="expert"' not in roles

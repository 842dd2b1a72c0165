"""People as a file: each row's fate before anything is written, then all of it or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from demo.story.ids import person_id
from services.registry.imports.operations import forget_imports
from services.shared.clock import MovedClock
from services.shared.jobs import Sweep, run_sweep
from tests.support.apps import App

pytestmark = pytest.mark.anyio

As = Callable[[str], httpx2.AsyncClient]
Rows = Callable[..., list[tuple[Any, ...]]]
HEAD = "nimi;sähköposti;rooli;organisaatio;voimassa\r\n"
GOOD = "Aino Uusi;aino.uusi@mikkeli.example;professional;opetus_mikkeli;31.12.2027\r\n"


async def send(client: httpx2.AsyncClient, content: str | bytes) -> httpx2.Response:
    body = content if isinstance(content, bytes) else content.encode()
    return await client.post("/v1/imports/people", content=body, headers={"Content-Type": "text/csv"})


async def rows_of(client: httpx2.AsyncClient, made: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    return list((await client.get(f"/v1/imports/{made['id']}/rows", params=asked)).json()["items"])


async def write(client: httpx2.AsyncClient, made: dict[str, Any]) -> httpx2.Response:
    return await client.post(f"/v1/imports/{made['id']}/write", headers={"If-Match": f'"{made["version"]}"'})


@pytest.fixture
def slug(network: App, rows: Rows) -> str:
    """Of a school in Sanna's area."""
    return str(rows("select slug from organisation where name_fi like 'Mikkelin kaupunki, perusopetus'")[0][0])


async def test_each_row_has_a_fate_and_only_the_shown_ones_are_written(
    network: App, as_: As, rows: Rows, slug: str
) -> None:
    sanna = as_("sanna")
    (tuomas, where) = rows(
        "select p.email, o.slug from person p join membership m on m.person_id = p.id"
        " join organisation o on o.id = m.organisation_id where p.id = %s and m.role = 'expert'",
        person_id("tuomas"),
    )[0]
    offered = {"email": "jo.kutsuttu@mikkeli.example", "role": "professional", "reason": "x", "delivery": "link"}
    organisation = rows("select id from organisation where slug = %s", slug)[0][0]
    await sanna.post("/v1/membership-invitations", json={**offered, "organisation": str(organisation)})
    lines = [
        GOOD.replace("opetus_mikkeli", slug),
        f"Jo Kutsuttu;JO.kutsuttu@mikkeli.example;professional;{slug};",
        f"Ei Osoite;osoite;professional;{slug};",
        f"Väärä Rooli;a@mikkeli.example;pomo;{slug};",
        "Väärä Paikka;b@mikkeli.example;professional;ei-ole;",
        f"Ei Lupaa;c@mikkeli.example;admin;{slug};",
        f"Mennyt;d@mikkeli.example;professional;{slug};1.1.2020",
        f"Ei Päivä;e@mikkeli.example;professional;{slug};huomenna",
        f"=1+1;f@mikkeli.example;professional;{slug};",
        f"Aino;aino.uusi@mikkeli.example;professional;{slug};",
    ]
    sent = await send(sanna, HEAD + "\r\n".join(line.strip() for line in lines))
    assert sent.status_code == 201, sent.text
    made = sent.json()
    assert (made["counts"], made["to_write"]) == ({"invite": 1, "already_invited": 1, "wrong": 8}, 1)
    told = {
        row["number"]: [(one["column"], one["code"]) for one in row["problems"]] for row in await rows_of(sanna, made)
    }
    assert told == {
        2: [],
        3: [],
        4: [("email", "not_an_address")],
        5: [("role", "enum")],
        6: [("organisation", "unknown_organisation")],
        7: [("role", "not_yours")],
        8: [("valid_to", "in_the_past")],
        9: [("valid_to", "date_from_datetime_parsing")],
        10: [("name", "formula")],
        11: [("*", "repeated")],
    }
    assert rows("select count(*) from membership_invitation where not example") == [(1,)]
    assert (await as_("deputy").get(f"/v1/imports/{made['id']}")).status_code == 404
    written = await write(sanna, made)
    assert written.status_code == 200, written.text
    kept = rows(
        "select email, role, delivery, valid_to::text, yta from membership_invitation"
        " where delivery = 'mail' and not example"
    )
    assert kept == [("aino.uusi@mikkeli.example", "professional", "mail", "2027-12-31", "ita")]
    assert (await write(sanna, {**made, "version": 2})).json()["code"] == "already_written"
    assert "aino.uusi" not in str(rows("select data from event") + rows("select act, part, ground from access_log"))
    member = (await send(as_("admin"), f"{HEAD}Tuomas;{tuomas};expert;{where};\r\n")).json()
    assert member["counts"] == {"already_member": 1}
    assert (await write(as_("admin"), member)).json()["code"] == "nothing_to_write"


async def test_a_preview_that_no_longer_holds_writes_nothing(network: App, as_: As, rows: Rows, slug: str) -> None:
    content = HEAD + GOOD.replace("opetus_mikkeli", slug) + f"B;b@mikkeli.example;professional;{slug};\r\n"
    first, second = [(await send(as_(who), content)).json() for who in ("sanna", "deputy")]
    assert (await write(as_("sanna"), first)).status_code == 200
    refused = await write(as_("deputy"), second)
    assert (refused.status_code, refused.json()["code"]) == (409, "preview_outdated")
    assert rows("select count(*) from membership_invitation where not example") == [(2,)]


async def test_two_presses_at_once_write_once_and_the_file_is_forgotten(
    network: App, as_: As, rows: Rows, slug: str, clock: MovedClock
) -> None:
    made = (await send(as_("sanna"), HEAD + GOOD.replace("opetus_mikkeli", slug))).json()
    answers = await asyncio.gather(*(write(as_("sanna"), made) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert rows("select count(*) from membership_invitation where not example") == [(1,)]
    clock.move(timedelta(days=1, minutes=1))
    await run_sweep(network.app.state.database, Sweep("imports", forget_imports))
    assert rows("select count(*) from entry_import_row") == [(0,)]


async def test_a_file_that_cant_be_read_and_a_long_one_are_told(network: App, as_: As, rows: Rows, slug: str) -> None:
    for content, code in ((b"PK\x03\x04\x00", "not_a_csv"), (b"nimi;puhelin\nA;1\n", "wrong_columns"), (b"", "empty")):
        refused = await send(as_("sanna"), content)
        assert (refused.status_code, rows("select count(*) from entry_import")) == (422, [(0,)]), refused.text
        assert code in refused.text or not content
    line = f"Matti {{0}};matti{{0}}@mikkeli.example;professional;{slug};\n"
    many = (await send(as_("sanna"), HEAD + "".join(line.format(n) for n in range(500)))).json()
    assert many["counts"] == {"invite": 500}
    assert (await write(as_("sanna"), many)).status_code == 200
    assert rows("select count(*) from membership_invitation where not example") == [(500,)]
    assert rows("select data->>'count' from event where type = 'membership_invitation.imported'") == [("500",)]

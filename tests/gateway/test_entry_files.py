"""Entries through a file, by pages: taken out, changed, looked at, and written."""

from __future__ import annotations

import re

import pytest

from tests.gateway.conftest import Door
from tests.gateway.test_registry_pages import first, signed_in

pytestmark = pytest.mark.anyio


async def test_organisations_go_out_are_changed_and_come_back(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna:
        assert 'href="/imports/organisations"' in (await sanna.get("/organisations")).text
        form = (await sanna.get("/imports/organisations")).text
        file = await sanna.get(first(r'href="(/exports/[^"]+)"', form))
        assert file.headers["content-disposition"] == 'attachment; filename="organisations.csv"'
        heading, *rows = file.text.lstrip("\ufeff").splitlines()
        cells = next(row for row in rows if row.startswith("etela_savo;")).split(";")
        cells[heading.split(";").index("phone")] = "015 123 000"
        hidden = dict(re.findall(r'name="(csrf|key)" value="([^"]*)"', form[form.index("multipart") :]))
        lines = [heading, ";".join(cells), ";".join(["vieras_talo", *cells[1:]]).replace(";12;", ";99;")]
        files = {"file": ("o.csv", "\r\n".join(lines).encode(), "text/csv")}
        sent = await sanna.post("/imports/organisations", data=hidden, files=files)
        assert sent.status_code == 303, sent.text
        where = sent.headers["location"]
        page = (await sanna.get(where)).text
        assert "Puhelin: 015 123 000" in page
        assert "aluetta ei ole: kirjoita sen koodi" in page
        assert "Kirjoita 1 rivi" in page
        written = await sanna.submit(
            f"{where}/write", {"version": first(r'name="version" value="(\d+)"', page)}, page=where
        )
        assert written.status_code == 303, written.text
        assert "1 rivi kirjoitettiin" in (await sanna.get(where)).text
        assert "015 123 000" in (await sanna.get("/organisations/etela_savo")).text


async def test_a_file_of_experts_is_for_those_who_keep_them(town: Door) -> None:
    async with signed_in(town, "sanna") as sanna, signed_in(town, "maria") as maria:
        assert "Asiantuntijat tiedostosta" in (await sanna.get("/imports/experts")).text
        assert "leena.vartiainen" in (await sanna.get("/exports/experts.csv")).text
        assert (await maria.get("/exports/experts.csv")).status_code == 403
        assert (await sanna.get("/exports/nothing.csv")).status_code == 404

"""kill -9 of each process, again and again, while work goes on: what was acknowledged is there, once."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from demo import postgres
from demo.people import SYSTEMS
from tests.builders.cases import REQUEST
from tests.support.running import Running

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
SYSTEM = "esavo-asiakastieto"
KILLS = 4
WRITERS = 3


@dataclass
class Work:
    """Requests sent through the gateway by a connected system for Maria, each repeated until it is acknowledged."""

    site: Running
    token: str
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, str] = field(default_factory=dict)  # the case's id → its state
    refused: list[str] = field(default_factory=list)
    unanswered: int = 0

    def go_on(self) -> None:
        with httpx2.Client(base_url=self.site.address, timeout=20, trust_env=False) as client:
            while not self.over.is_set():
                made = self._until_answered(client, "/cases", REQUEST)
                if made is None:
                    return
                sent = self._until_answered(client, f"/cases/{made['id']}/submit", {}, version=made["version"])
                self.acknowledged[made["id"]] = sent["state"] if sent else "draft"

    def _until_answered(self, client: httpx2.Client, path: str, body: Any, version: int = 0) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "OT-On-Behalf-Of": f"{self.site.login_address} maria",
            "Idempotency-Key": str(uuid4()),
        }
        if version:
            headers["If-Match"] = f'"{version}"'
        for _ in range(100):
            try:
                answer = client.post(f"/api/consultation/v1{path}", json=body, headers=headers)
            except httpx2.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return dict(answer.json())
            if answer is not None and answer.status_code < 500 and answer.json()["code"] != "request_in_progress":
                self.refused.append(answer.text)
                return None
            self.unanswered += 1
            time.sleep(0.1)
        self.refused.append("never answered")
        return None


@pytest.fixture
def token(site: Running) -> str:
    form = {"grant_type": "client_credentials", "scope": "cases:write cases:read"}
    answer = httpx2.post(f"{site.login_address}/token", data=form, auth=(SYSTEM, SYSTEMS[SYSTEM]), trust_env=False)
    return str(answer.json()["access_token"])


@pytest.mark.parametrize("victim", ["consultation", "registry", "reporting", "gateway"])
def test_a_killed_process_loses_nothing_acknowledged(victim: str, site: Running, token: str) -> None:
    before = _submitted(site)
    work = Work(site, token)
    writers = [threading.Thread(target=work.go_on) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(1.5)
        os.kill(site.children()[victim], signal.SIGKILL)
        _wait_until_there(site, victim)
    _wait_for_work(work, len(work.acknowledged) + WRITERS)
    work.over.set()
    for writer in writers:
        writer.join()
    assert work.refused == []
    after = _submitted(site)
    assert set(work.acknowledged) == after - before, "each is there, and nothing is there that was not acknowledged"
    assert set(work.acknowledged.values()) == {"submitted"}
    assert _counted_by_reporting(site, after) == after


def _wait_for_work(work: Work, enough: int) -> None:
    deadline = time.monotonic() + 60
    while len(work.acknowledged) < enough:
        assert time.monotonic() < deadline, f"work did not go on after the kills: {work.refused}"
        time.sleep(0.1)


def _wait_until_there(site: Running, name: str) -> None:
    deadline = time.monotonic() + 20
    while name not in site.children():
        assert time.monotonic() < deadline, f"{name} was not started again: {site.words()}"
        time.sleep(0.1)


def _rows(site: Running, database: str, query: str) -> set[str]:
    admin = postgres.address_of(site.folder / "postgres")
    with psycopg.connect(f"{admin}&dbname=ot_{database}") as connection:
        return {str(row[0]) for row in connection.execute(query).fetchall()}


def _submitted(site: Running) -> set[str]:
    """Cases with their event: the two are written together or not at all."""
    cases = _rows(site, "consultation", "select id from cases where state = 'submitted'")
    events = _rows(site, "consultation", "select subject from event where type = 'case.submitted'")
    assert cases <= events
    return cases


def _counted_by_reporting(site: Running, expected: set[str]) -> set[str]:
    """The facts, once reporting has caught up; a fact too many would be seen as well."""
    deadline = time.monotonic() + 40
    query = "select case_id from fact where type = 'case.submitted'"
    while not expected <= (facts := _rows(site, "reporting", query)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return facts & expected

"""People at the gateway: signed in, with a browser's cookies, pressing the buttons that are on the page."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2

from demo.people import PEOPLE
from services.consultation.lines.operations import load_lines
from tests.builders.story import ISSUER, fill_registry
from tests.support.apps import ADDRESSES, App, House
from tests.support.forms import Form, form_to, forms_of

Values = dict[str, str | list[str]]


@dataclass
class Visitor:
    """Somebody in front of the pages. `page` is what they look at; following a redirect changes it."""

    client: httpx2.AsyncClient
    page: httpx2.Response | None = None

    @property
    def html(self) -> str:
        assert self.page is not None
        return self.page.text

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path

    async def look(self, path: str, status: int = 200) -> str:
        self.page = await self.client.get(path, follow_redirects=True)
        assert self.page.status_code == status, f"{path}: {self.page.status_code}\n{_main(self.page.text)}"
        return self.page.text

    async def press(
        self, action: str, values: Values | None = None, *, go: str = "", status: int = 200, at: str = ""
    ) -> str:
        """Fills and posts the form of the page that goes to `action`; `go` is the button that carries a value."""
        if at:
            await self.look(at)
        form = form_to(self.html, action)
        sent = form.with_values(values or {}, buttons={"go": go} if go else None)
        self.page = await self.client.post(action, data=sent, follow_redirects=True)
        assert self.page.status_code == status, f"{action}: {self.page.status_code}\n{_main(self.page.text)}"
        return self.page.text

    def form(self, action: str) -> Form:
        return form_to(self.html, action)

    def offers(self) -> set[str]:
        """Where the page's forms and links of the next box lead."""
        return {form.action for form in forms_of(self.html)}


def _main(html: str) -> str:
    start = html.find("<main")
    return html[start : start + 6000]


@dataclass
class Visitors:
    """The example's people, each with a browser of their own."""

    gateway: App
    stack: AsyncExitStack
    known: dict[str, Visitor] = field(default_factory=dict)

    async def sign_in(self, subject: str, language: str | None = None) -> Visitor:
        if subject not in self.known:
            self.known[subject] = await self._arrive(subject, language)
        return self.known[subject]

    async def again(self, subject: str) -> Visitor:
        """Signs in anew: after the clock has moved the login is over."""
        self.known.pop(subject, None)
        return await self.sign_in(subject)

    async def _arrive(self, subject: str, language: str | None) -> Visitor:
        person = next(one for one in PEOPLE if one.subject == subject)
        state = self.gateway.app.state
        login: dict[str, Any] = {
            "issuer": ISSUER,
            "subject": subject,
            "email": person.email,
            "email_verified": person.email_verified,
            "name": person.name,
            "language": language or person.language,
        }
        identity = await state.own_clients().registry.members.sign_in(login)
        claims = {"iss": ISSUER, "sub": subject}
        secret = await state.sessions.begin(identity, claims, {}, language or person.language)
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.gateway.app),
            base_url=ADDRESSES["gateway"],
            cookies={state.cookie: secret},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        return Visitor(await self.stack.enter_async_context(client))


async def open_visitors(house: House, stack: AsyncExitStack) -> Visitors:
    """All processes up, the example's people and organisations in the registry, the lines in consultation."""
    for process in ("registry", "consultation", "reporting"):
        await house.app(process)
    await fill_registry(house)
    consultation = await house.app("consultation")
    async with consultation.app.state.database.duty("builder") as session:
        await load_lines(session)
    return Visitors(await house.app("gateway"), stack)

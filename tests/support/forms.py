"""The forms of a page as a browser without scripts sees them: what would be sent if a button were pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = list[tuple[str, str]]


@dataclass
class Form:
    action: str
    method: str
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Every field there is, chosen or not."""

    def filled(self, **values: str | list[str]) -> dict[str, str | list[str]]:
        """What is sent with these values in place of what stands there; a name the form lacks is the test's mistake."""
        return self.with_values(values)

    def with_values(
        self, values: dict[str, str | list[str]], *, buttons: dict[str, str] | None = None
    ) -> dict[str, str | list[str]]:
        unknown = set(values) - self.names
        assert not unknown, f"{self.action} has no field {unknown}; it has {sorted(self.names)}"
        sent: dict[str, str | list[str]] = {}
        for name, value in self.fields:
            known = sent.get(name)
            sent[name] = value if known is None else [*([known] if isinstance(known, str) else known), value]
        return {**sent, **values, **(buttons or {})}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.chosen: str | None = None
        self.first: str | None = None
        self.area: str | None = None
        self.written = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(told.get("action", ""), told.get("method", "get"))
            self.forms.append(self.open)
        elif self.open is None:
            return
        elif tag == "input" and "name" in told:
            self.open.names.add(told["name"])
            if told.get("type") not in ("radio", "checkbox") or "checked" in told:
                self.open.fields.append(
                    (told["name"], told.get("value", "on" if told.get("type") == "checkbox" else ""))
                )
        elif tag == "select":
            self.select, self.chosen, self.first = told.get("name", ""), None, None
        elif tag == "option":
            self.first = told.get("value", "") if self.first is None else self.first
            self.chosen = told.get("value", "") if "selected" in told else self.chosen
        elif tag == "textarea":
            self.area, self.written = told.get("name", ""), ""

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.written += data

    def handle_endtag(self, tag: str) -> None:
        if self.open is None:
            return
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            self.open.names.add(self.select)
            self.open.fields.append((self.select, self.chosen if self.chosen is not None else self.first or ""))
        elif tag == "textarea" and self.area is not None:
            self.open.names.add(self.area)
            # a browser drops the first line end inside a textarea
            self.open.fields.append((self.area, self.written.removeprefix("\n")))
            self.area = None


def forms_of(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_to(html: str, action: str) -> Form:
    """The form that posts there."""
    found = [form for form in forms_of(html) if form.action == action]
    assert found, f"no form to {action}; there are {[form.action for form in forms_of(html)]}"
    return found[0]

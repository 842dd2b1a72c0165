"""Hands that have only a keyboard: Tab to a control, see that the focus is seen, press."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST = 250  # stops of Tab; a page with more of them would be a fault of its own
FOCUS = """() => {
  const at = document.activeElement, style = at && getComputedStyle(at);
  if (!at || at === document.body || at.matches('main, iframe')) return null;
  const within = at.matches('input') ? getComputedStyle(at.closest('label') ?? at) : style;
  const drawn = (one) => (one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 1) || one.boxShadow !== 'none';
  const box = at.getBoundingClientRect();
  return {name: at.outerHTML.slice(0, 120), seen: (drawn(style) || drawn(within)) && box.width > 0};
}"""


class Hands:
    """`reach` and what follows it. Nothing here touches the mouse, and nothing focuses a control but Tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address)

    def skip(self) -> None:
        """The first stop of every page leads past the menu."""
        self.page.keyboard.press("Tab")
        expect(self.page.locator(".skip")).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#main")).to_be_focused()

    def reach(self, control: Locator) -> None:
        expect(control).to_be_visible()
        for _ in range(MOST):
            if control.evaluate("one => one === document.activeElement"):
                assert self._seen(), control
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {control}")

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def choose(self, dot: Locator) -> None:
        """Tab leads to the chosen one of a group or to its first; the arrows to the others."""
        name = dot.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']")
        self.reach(group.and_(self.page.locator(":checked")).or_(group).first if group.count() else dot)
        for _ in range(group.count() + 1):
            if dot.is_checked():
                return
            first = dot.evaluate("one => one === document.activeElement")
            self.page.keyboard.press("Space" if first else "ArrowDown")
        raise AssertionError(f"the arrows do not lead to {dot}")

    def pick(self, select: Locator, value: str) -> None:
        self.reach(select)
        self.page.keyboard.press("Home")
        for _ in range(select.locator("option").count()):
            if select.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {value}")

    def is_somewhere(self) -> None:
        """After a swap the focus is on a control or a heading of the page, never lost."""
        expect(self.page.locator(".htmx-request, .htmx-swapping")).to_have_count(0)
        assert self.page.evaluate("document.activeElement !== document.body"), "the focus is lost"

    def _seen(self) -> bool:
        found = self.page.evaluate(FOCUS)
        return bool(found and found["seen"])

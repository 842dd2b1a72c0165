"""What htmx is answered instead of a page: the block that changed, and beside it all else that changed with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment
from jinja2_fragments import render_block
from markupsafe import Markup, escape

from gateway.addresses import split

PTAG = "HX-PTag"
POLL = "OT-Poll"
"""Sent by what asks again and again: it keeps no login alive, and is never led away from what is being typed."""
WHOLE = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""A whole page answers what asked for a part: it takes the place of the main content."""
ANOTHER = {"HX-Retarget": "body", "HX-Reswap": "innerHTML"}
"""Another page takes the place of all that is seen: its menu and its links are its own too."""
SAID = "said"
BADGES = "notifications/badges.html"
_ROOT = re.compile(r'\s*<[a-z]+\s[^>]*?\bid="([^"]+)"')


@dataclass(frozen=True)
class Swap:
    """`block` goes where the question said, each of `beside` where its own id stands, `said` to the status line.

    `said` is the act that was done; without it the page's own status line is said, and nothing where it is `quiet`.
    """

    block: str
    beside: Sequence[str] = ()
    said: str = ""
    quiet: bool = False


def asks_part(request: Request) -> bool:
    return "HX-Request" in request.headers and not arrives(request)


def arrives(request: Request) -> bool:
    """After an act that led from one page to another: htmx followed, and wants the whole of it."""
    return "HX-Request" in request.headers and SAID in request.query_params


def moved(request: Request, path: str, said: str) -> Response:
    """To another page after an act, by GET. htmx takes along what its status line will say."""
    if "HX-Request" in request.headers:
        path = f"{path}{'&' if '?' in path else '?'}{SAID}={said}"
    return RedirectResponse(path, status_code=303)


def another(request: Request) -> dict[str, str]:
    """The headers of a page that one arrives at: where it goes, and the address that loads it again."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != SAID]
    address = request.url.path + (f"?{urlencode(kept)}" if kept else "")
    same = split(request.headers.get("HX-Current-URL", "")).path == request.url.path
    return {**ANOTHER, "HX-Replace-Url" if same else "HX-Push-Url": address}


def polls(headers: Mapping[str, str]) -> bool:
    return POLL in headers


def part(env: Environment, template: str, swap: Swap, context: Mapping[str, Any]) -> str:
    """The answer as htmx reads it."""
    blocks = env.get_template(template).blocks
    pieces = [render_block(env, template, swap.block, context)]
    if swap.quiet:
        told = ""
    elif swap.said:
        say: Any = env.globals["word"]
        told = str(say("said", swap.said))
    else:
        told = render_block(env, template, "status", context) if "status" in blocks else ""
    if "title" in blocks:
        pieces.insert(0, f"<title>{render_block(env, template, 'title', context)} – OT-verkko</title>")
    for name in swap.beside:
        html = render_block(env, template, name, context)
        root = _ROOT.match(html)
        if root:
            pieces.append(_partial(f"#{root[1]}", "outerMorph", html))
    if told:
        pieces.append(_partial("#status", "innerHTML", told))
    if context["badges"].unseen is not None:
        pieces.append(env.get_template(BADGES).render(context))
    return "\n".join(piece.strip() for piece in pieces)


def _partial(target: str, style: str, html: str) -> str:
    return f'<hx-partial hx-target="{target}" hx-swap="{style}">{html.strip()}</hx-partial>'


def unless_known(request: Request, answer: HTMLResponse) -> Response:
    """Nothing where the asker has this very answer already, so that nothing moves under their hands."""
    tag = sha256(bytes(answer.body)).hexdigest()[:16]
    if request.headers.get(PTAG) == tag:
        return Response(status_code=304, headers={PTAG: tag})
    answer.headers[PTAG] = tag
    return answer


def trouble(sentence: str, status: int) -> HTMLResponse:
    """A refusal that leaves what was typed where it is: said at the form's end and in the status line."""
    shown = Markup('<p class="error trouble">%s</p>') % sentence
    told = _partial("#status", "innerHTML", str(escape(sentence)))
    return HTMLResponse(
        f"{shown}\n{told}", status, {"HX-Retarget": "closest form", "HX-Reswap": "beforeend", "HX-Reselect": ".trouble"}
    )

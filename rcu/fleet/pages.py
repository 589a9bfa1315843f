"""``/fleet``: how the tills are, for store IT; no script, no cookie but the session.

A table, worst first; a page for each till with its history, its orders and their proofs,
its closed days.  Texts that a till said are data: they are escaped, and never a link.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from rcu import reconciling
from rcu.errors import StoreError
from rcu.fleet import reasons, view
from rcu.fleet.gate import Gate
from rcu.fleet.till_page import Facts, facts
from rcu.fleet.words import LANGS, NAMES, Lang, spaced, texts
from rcu.forms import is_foreign
from rcu.seams import Clock
from rcu.store.fleet import Fleet
from rcu.store.orders import Orders
from rcu.store.rollouts import Rollouts
from rcu.store.tills import Tills

_TEMPLATES: Final = Path(__file__).parents[1] / "templates"
PAGE: Final = 100
"""Rows of the table: what a person looks through."""
MAX_SEARCH: Final = 60
ROLLOUTS: Final = 5
ORDERS: Final = 20
CONFIGURE: Final = "config.updated.v1"
_EDGE: Final = re.compile(r"urn:edge:[A-Za-z0-9_:-]{1,120}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is shown.  ``fresh``: writes down what was heard since."""

    fleet: Fleet
    rollouts: Rollouts
    orders: Orders
    tills: Tills
    directory: Path
    fresh: Callable[[], Awaitable[int]]


class FleetPages:
    """The routes."""

    def __init__(self, shelf: Shelf, gate: Gate, clock: Clock) -> None:
        self._shelf = shelf
        self._gate = gate
        self._clock = clock
        self._style = (_TEMPLATES / "fleet.css").read_text(encoding="utf-8")
        self._headers = _headers(self._style)

    @property
    def routes(self) -> list[BaseRoute]:
        """Below ``/fleet``."""
        return [
            Route("/fleet", self._for_those_within(self.table)),
            Route("/fleet/in/{token}", self.enter, methods=["GET", "POST"]),
            Route("/fleet/out", self.leave, methods=["POST"]),
            Route("/fleet/till/{edge}", self._for_those_within(self.till)),
        ]

    def _for_those_within(
        self, page: Callable[[Request, Lang], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            lang = _lang(request)
            if not self._gate.is_meant(request):
                return self._calm(lang, "door", 404)
            if await self._gate.who(request) is None:
                return self._calm(lang, "door", 401)
            return await page(request, lang)

        return shown

    # -- coming in -------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        """``/fleet/in/{token}``: a press uses the link up, so that no preview does."""
        lang, token = _lang(request), str(request.path_params["token"]).upper()
        if not self._gate.is_meant(request):
            return self._calm(lang, "door", 404)
        if self._gate.spent(request):
            return self._calm(lang, "too_many", 429)
        foreign = request.method == "POST" and is_foreign(request)
        if foreign or not await self._gate.opens(request, token):
            return self._calm(lang, "used", 404)
        if request.method != "POST":
            return self._calm(lang, "enter", 200, action=f"{token}?lang={lang}")
        session = await self._gate.enter(token)
        if session is None:
            return self._calm(lang, "used", 404)
        answer = RedirectResponse(f"/fleet?lang={lang}", 303, self._headers)
        self._gate.keep(answer, session)
        return answer

    async def leave(self, request: Request) -> Response:
        """``POST /fleet/out``."""
        lang = _lang(request)
        if not is_foreign(request):
            await self._gate.leave(request)
        answer = RedirectResponse(f"/fleet?lang={lang}", 303, self._headers)
        self._gate.keep(answer, "")
        return answer

    # -- inside ----------------------------------------------------------------

    async def table(self, request: Request, lang: Lang) -> Response:
        """``GET /fleet``."""
        asked = request.query_params.get("q", "").strip()[:MAX_SEARCH]
        troubled = request.query_params.get("show") == "troubles"
        found, now_ms = await self._tills(), self._clock.now_ms()
        meant = view.matching(found, asked, troubled=troubled)
        at = _page_of(request, len(meant))
        link = _linked(lang, asked, troubled)
        rows = meant[at * PAGE : (at + 1) * PAGE]
        return self._page(
            "fleet.html",
            lang,
            200,
            rows=[_row(till, lang, now_ms) for till in rows],
            summary=view.summary(found, lang),
            any=bool(found),
            asked=asked,
            troubled=troubled,
            as_of=texts(lang)["as_of"].format(at=view.clock(now_ms)[-5:]),
            here=link(at),
            tongues=_tongues(lang, f"q={quote(asked)}&show={_show(troubled)}"),
            everything=_linked(lang, asked, False)(0),  # noqa: FBT003 -- a filter
            only_troubles=_linked(lang, asked, True)(0),  # noqa: FBT003 -- a filter
            earlier=link(at - 1) if at else "",
            later=link(at + 1) if len(meant) > (at + 1) * PAGE else "",
            rollouts=await self._rollouts(lang),
        )

    async def till(self, request: Request, lang: Lang) -> Response:
        """``GET /fleet/till/{edge}``."""
        edge = str(request.path_params["edge"])
        found = next((each for each in await self._tills() if each.edge == edge), None)
        if found is None or not _EDGE.fullmatch(edge):
            return self._calm(lang, "none_found", 404)
        now_ms = self._clock.now_ms()
        orders = await self._shelf.orders.newest("", edge, ORDERS)
        days = await asyncio.to_thread(_closings, self._shelf.directory, edge)
        told: Facts = facts(
            found,
            lang,
            changes=await self._shelf.fleet.changes(edge),
            orders=orders.get(edge, []),
            days=days,
        )
        return self._page(
            "fleet_till.html",
            lang,
            200,
            row=_row(found, lang, now_ms),
            edge=edge,
            told=told,
            here=f"/fleet/till/{quote(edge, safe=':')}?lang={lang}",
            as_of=texts(lang)["as_of"].format(at=view.clock(now_ms)[-5:]),
            tongues=_tongues(lang, ""),
        )

    async def _tills(self) -> list[view.Till]:
        await self._shelf.fresh()
        edges = [edge for edge, _ in await self._shelf.tills.edges()]
        return view.tills(
            edges,
            await self._shelf.fleet.pulses(),
            await self._shelf.orders.newest(CONFIGURE),
            self._clock.now_ms(),
        )

    async def _rollouts(self, lang: Lang) -> list[dict[str, str]]:
        found, said = [], texts(lang)
        for each in await self._shelf.rollouts.newest(ROLLOUTS):
            parts = await self._shelf.rollouts.parts(each.n)
            proved = sum(1 for part in parts if part.state == "proved")
            stages = max((part.stage for part in parts), default=0)
            values = [f"{key} = {value}" for key, value in each.wanted.settings.items()]
            found.append(
                {
                    "n": str(each.n),
                    "when": view.clock(each.asked_ms),
                    "what": ", ".join(
                        [*values, *(f"– {k}" for k in each.wanted.unset)]
                    ),
                    "stage": f"{each.stage} / {stages}",
                    "proved": f"{proved} / {len(parts)}",
                    "state": said[each.state],
                    "why": spaced(reasons.shown(each.why, lang), lang),
                }
            )
        return found

    def _calm(self, lang: Lang, name: str, status: int, action: str = "") -> Response:
        said = texts(lang)
        text = said.get(f"{name}_text", said.get(name, ""))
        return self._page(
            "fleet_door.html",
            lang,
            status,
            heading=said.get(f"{name}_title", said["door_title"]),
            text=text.format(hours=self._gate.hours),
            action=action,
            tongues=_tongues(lang, ""),
        )

    def _page(
        self, template: str, lang: Lang, status: int, **values: object
    ) -> Response:
        page = _templates().get_template(template)
        style = Markup(self._style)  # noqa: S704 -- our own file, not a stranger's
        return Response(
            page.render(style=style, t=texts(lang), lang=lang, **values),
            status_code=status,
            media_type="text/html; charset=utf-8",
            headers=self._headers,
        )


def _row(till: view.Till, lang: Lang, now_ms: int) -> dict[str, Any]:
    beat = till.beat
    newest_ms = view.ms_of(beat.last_receipt_at) if beat else 0
    return {
        "edge": till.edge,
        "name": till.name,
        "link": f"/fleet/till/{quote(till.edge, safe=':')}?lang={lang}",
        "level": till.level,
        "word": texts(lang)[f"level{till.level}"],
        "troubles": [
            {
                "says": each.says(lang),
                "remedy": each.remedy(lang),
                "since": view.lasting(each.since_ms, now_ms, lang),
                "at": view.clock(each.since_ms),
                "level": each.level,
            }
            for each in till.stands
        ],
        "heard": view.ago(till.heard_ms, now_ms, lang),
        "last": view.ago(newest_ms, now_ms, lang) if beat else view.UNKNOWN,
        "backlog": str(beat.backlog.entries) if beat else view.UNKNOWN,
        "version": beat.version if beat else view.UNKNOWN,
        "config": str(beat.config.generation) if beat else view.UNKNOWN,
    }


def _closings(directory: Path, edge: str) -> list[reconciling.Day]:
    """Counted again from this server's own rows; the newest first.  Blocking."""
    try:
        with reconciling.reading(directory) as (ledger, keys):
            found = [*reconciling.tills(ledger, keys, edge)]
    except (StoreError, sqlite3.Error):
        return []
    return [*reversed(found[0].days)] if found else []


def _linked(lang: Lang, asked: str, troubled: bool) -> Callable[[int], str]:  # noqa: FBT001 -- a filter
    def link(page: int) -> str:
        said = {"lang": lang, "q": asked, "show": _show(troubled), "page": str(page)}
        kept = {name: value for name, value in said.items() if value not in ("", "0")}
        return f"/fleet?{urlencode(kept)}"

    return link


def _show(troubled: bool) -> str:  # noqa: FBT001 -- a filter
    return "troubles" if troubled else ""


def _page_of(request: Request, rows: int) -> int:
    text = request.query_params.get("page", "0")
    fits = text.isascii() and text.isdigit() and len(text) < 5
    return min(int(text), max(0, rows - 1) // PAGE) if fits else 0


def _lang(request: Request) -> Lang:
    """French, unless the link or the browser says English."""
    said = request.query_params.get("lang", "")
    if said in LANGS:
        return "en" if said == "en" else "fr"
    first = request.headers.get("accept-language", "").lower().lstrip()
    return "en" if first.startswith("en") else "fr"


def _tongues(lang: Lang, rest: str) -> list[tuple[Lang, str, str]]:
    return [
        (each, NAMES[each], f"?lang={each}" + (f"&{rest}" if rest else ""))
        for each in LANGS
        if each != lang
    ]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _headers(style: str) -> Mapping[str, str]:
    found = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{found}'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }

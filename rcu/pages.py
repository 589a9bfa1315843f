"""What a customer's browser can ask for: the receipt, its text, its data.

The address is the capability: 128 random bits.  At 10 000 guesses a second,
finding one of a billion live pages takes some 10^18 years, so there is neither a
rate limit nor a need for constant time beyond the hash that looks it up.

A well-formed token without a receipt is **404**, not 202: nothing was accepted,
and for all we know nothing will come.  The page says so calmly (a till without
network uploads later) and looks again by itself a bounded number of times.

No script, no cookie, nothing from elsewhere: the policy below forbids what the
templates do not do.  One style sheet, inline, allowed by its hash: one request.  A
receipt that the till printed as a picture shows it from the page itself (``data:``).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from agent.wire.money import Tongue
from rcu.judge import TOKEN, token_sha256
from rcu.me_words import me_words
from rcu.phone_words import TONGUES
from rcu.plain import plain
from rcu.records import Closed, Shown, Unknown
from rcu.store.pages import Pages
from rcu.view import view
from rcu.words import LANGS, NAMES, Lang, choose, choose_lang, words

_TEMPLATES: Final = Path(__file__).parent / "templates"
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PageRules:
    """What the configuration says of pages."""

    default_lang: Lang
    retention_days: int
    refresh_s: int
    refresh_times: int


_PROOF: Final = re.compile(r"[A-Z2-7]{16}")
Opens = Callable[[str], Awaitable[bool]]
"""Whether « mes tickets » opens by that proof."""
Awaits = Callable[[str, Lang], Awaitable[tuple[str, str] | None]]
"""Title and text of a page whose receipt may still come, by the token's SHA-256."""


class ReceiptPages:
    """The public routes."""

    def __init__(
        self,
        pages: Pages,
        rules: PageRules,
        awaits: Awaits | None = None,
        opens: Opens | None = None,
    ) -> None:
        self._pages = pages
        self._opens = opens
        self._awaits = awaits
        self._rules = rules
        self._templates = _templates()
        style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
        self._style = Markup(style)  # noqa: S704 -- our own file, not a stranger's
        self._headers = _headers(style)
        self._pictured = _headers(style, "img-src data:; ")
        self._asking = _headers(style, form_action="'self'")

    async def receipt(self, request: Request) -> Response:
        """``GET /r/{token}``."""
        lang, token = self.lang(request), token_of(request)
        if token is None:
            return self.lost(lang)
        match await self._pages.open(token_sha256(token)):
            case Shown() as shown:
                said = proof_of(request)
                opens = bool(said and self._opens and await self._opens(said))
                return self.html(
                    "receipt.html",
                    200,
                    proof=f"&s={said}" if said else "",
                    mine=f"/me/in/{said}?lang={lang}" if opens else "",
                    mine_word=me_words(lang)["by_number"],
                    pictured=shown.receipt.picture is not None,
                    v=view(shown, lang, self._rules.retention_days),
                    lang=lang,
                    tongues=[(each, NAMES[each]) for each in LANGS if each != lang],
                    txt=f"{token}.txt?lang={lang}",
                    json=f"{token}.json",
                    wish=f"{token}/wish?lang={lang}" if shown.phone else "",
                )
            case Closed():
                return self.closed(lang)
            case Unknown():
                return await self._unknown(request, lang, token)

    async def data(self, request: Request) -> Response:
        """``GET /r/{token}.json``: receipt/1."""
        shown = await self._shown(request)
        if not isinstance(shown, Shown):
            return self.lost(self.lang(request))
        return self.file(
            shown.receipt.model_dump_json(indent=1) + "\n", "application/json", "json"
        )

    async def text(self, request: Request) -> Response:
        """``GET /r/{token}.txt``: the paper as text."""
        lang, shown = self.lang(request), await self._shown(request)
        if not isinstance(shown, Shown):
            return self.lost(lang)
        text = plain(view(shown, lang, self._rules.retention_days))
        return self.file(text, "text/plain; charset=utf-8", "txt")

    async def home(self, request: Request) -> Response:
        """``GET /``: says what this is, and nothing of anyone."""
        lang = self.lang(request)
        return self.calm("home", lang, 200)

    async def nowhere(self, request: Request, _error: Exception) -> Response:
        """Every other address."""
        return self.lost(self.lang(request))

    @property
    def plain_headers(self) -> Mapping[str, str]:
        """Of an answer that shows nothing."""
        return self._headers

    def tried(self, request: Request) -> int:
        """How often the page looked again by itself."""
        return tried_of(request)

    def tongue(self, request: Request) -> Tongue:
        """Among the five of what a phone may ask."""
        return choose(
            request.query_params.get("lang"),
            request.headers.get("accept-language", ""),
            self._rules.default_lang,
            TONGUES,
        )

    def lang(self, request: Request) -> Lang:
        return choose_lang(
            request.query_params.get("lang"),
            request.headers.get("accept-language", ""),
            self._rules.default_lang,
        )

    async def _shown(self, request: Request) -> Shown | Closed | Unknown:
        token = token_of(request)
        return (
            Unknown() if token is None else await self._pages.open(token_sha256(token))
        )

    def lost(self, lang: Lang) -> Response:
        return self.calm("nowhere", lang, 404)

    def closed(self, lang: Lang) -> Response:
        text = words(lang)["closed_text"].format(days=self._rules.retention_days)
        return self.calm("closed", lang, 410, text=text)

    async def _unknown(self, request: Request, lang: Lang, token: str) -> Response:
        """A phone that took a code waits; else the till may send it later."""
        said = await self._awaits(token_sha256(token), lang) if self._awaits else None
        if said is None:
            return self._waiting(request, lang, token)
        again = f"{token}?lang={lang}"
        return self.plainly(*said, lang, 404, refresh=again)

    def plainly(
        self, title: str, text: str, lang: Lang, status: int, **values: str
    ) -> Response:
        """A page of two sentences: ``refresh`` by itself, ``action`` with a ``button``."""
        base = {
            "refresh": "",
            "again": "",
            "action": "",
            "button": "",
            "again_word": "",
        }
        return self.html(
            "calm.html",
            status,
            title=title,
            text=text,
            lang=lang,
            refresh_s=self._rules.refresh_s,
            auto=words(lang)["waiting_auto"],
            **{**base, **values},
        )

    def _waiting(self, request: Request, lang: Lang, token: str) -> Response:
        rules, tried = self._rules, tried_of(request)
        said = proof_of(request)
        again = f"{token}?lang={lang}" + (f"&s={said}" if said else "")
        refresh = f"{again}&n={tried + 1}" if tried < rules.refresh_times else ""
        return self.calm(
            "waiting", lang, 404, refresh=refresh, again="" if refresh else again
        )

    def calm(self, name: str, lang: Lang, status: int, **values: str) -> Response:
        text = words(lang)
        base = {
            "title": text[f"{name}_title"],
            "text": text[f"{name}_text"],
            "refresh": "",
            "again": "",
            "action": "",
            "button": "",
        }
        return self.html(
            "calm.html",
            status,
            lang=lang,
            refresh_s=self._rules.refresh_s,
            auto=text["waiting_auto"],
            again_word=text["waiting_again"],
            **{**base, **values},
        )

    def html(self, template: str, status: int, **values: object) -> Response:
        page = self._templates.get_template(template)
        return Response(
            page.render(style=self._style, **values),
            status_code=status,
            media_type=HTML,
            headers=self._headers_of(values),
        )

    def _headers_of(self, values: Mapping[str, object]) -> Mapping[str, str]:
        """As much as this page needs, and no more."""
        if values.get("action"):
            return self._asking
        return self._pictured if values.get("pictured") else self._headers

    def file(self, body: str, media_type: str, suffix: str) -> Response:
        """To be saved, not shown."""
        # The name says nothing of the token: it ends up in a downloads folder.
        disposition = f'attachment; filename="ticket.{suffix}"'
        headers = {**self._headers, "Content-Disposition": disposition}
        return Response(body, media_type=media_type, headers=headers)


@cache
def _templates() -> Environment:
    """Compiled once a process: 40 ms that no second application has to pay."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def token_of(request: Request) -> str | None:
    """The page token of a path, in any case (people retype addresses)."""
    token = str(request.path_params["token"]).upper()
    return token if TOKEN.fullmatch(token) else None


def proof_of(request: Request) -> str:
    """What a text message carries besides its page (``?s=``); or nothing."""
    said = request.query_params.get("s", "").upper()
    return said if _PROOF.fullmatch(said) else ""


def tried_of(request: Request) -> int:
    told = request.query_params.get("n", "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0


def _headers(
    style: str, more: str = "", form_action: str = "'none'"
) -> Mapping[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; {more}base-uri 'none'; "
            f"form-action {form_action}; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Vary": "Accept-Language",
    }

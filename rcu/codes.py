"""``/c``: a code from the till's screen leads a customer's phone to their receipt.

Kept here are what finds a typed code and the page's token, sealed by it, until ten minutes
after the sale (:mod:`agent.wire.shortcode`); the code itself is nowhere.  Every try costs
one scrypt, so they are counted before it: by address, and all wrong ones together, which
is what bounds guessing from many addresses (docs/counter.md has the arithmetic).
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.wire import shortcode
from agent.wire.money import Tongue
from rcu.forms import fields, is_foreign
from rcu.judge import TOKEN, token_sha256
from rcu.pages import ReceiptPages
from rcu.phone_words import TONGUES, phone_words
from rcu.rates import Rates, who
from rcu.seams import Clock
from rcu.store.codes import Codes
from rcu.words import NAMES

log = logging.getLogger(__name__)

PER_ADDRESS: Final = 5
"""Tries a minute, right or wrong."""
WRONG_IN_ALL: Final = 60
"""Wrong ones a minute, from anywhere; above it nobody is let in for that minute."""
ALL: Final = "all"


class CodeDoor:
    """The endpoint."""

    def __init__(self, pages: ReceiptPages, codes: Codes, clock: Clock) -> None:
        self._pages = pages
        self._codes = codes
        self._clock = clock
        self._each = Rates(PER_ADDRESS, clock)
        self._wrong = Rates(WRONG_IN_ALL, clock)
        self._turn = asyncio.Lock()

    async def answer(self, request: Request) -> Response:
        """Ask for the code, or follow it."""
        tongue = self._pages.tongue(request)
        if request.method != "POST":
            return self._page(tongue, 200)
        if is_foreign(request):
            return self._page(tongue, 403, "code_unknown")
        code = shortcode.typed((await fields(request)).get("code", ""))
        # One at a time: 16 MB each, and no try slips past the count.
        async with self._turn:
            if self._each.spent(who(request)) or self._wrong.spent(ALL):
                return self._page(tongue, 429, "too_many")
            self._each.count(who(request))
            token = await self._token(code) if code else None
            if token is None:
                self._wrong.count(ALL)
        if token is None:
            log.info("a code leads nowhere")
            return self._page(tongue, 404, "code_unknown")
        return RedirectResponse(f"r/{token}", 303, self._pages.plain_headers)

    async def _token(self, code: str) -> str | None:
        finder = await asyncio.to_thread(shortcode.finder_of, code)
        sealed = await self._codes.find(finder, self._clock.now_ms())
        if sealed is None:
            return None
        token = await asyncio.to_thread(shortcode.unseal, code, sealed.token)
        fits = TOKEN.fullmatch(token) is not None
        right = hmac.compare_digest(token_sha256(token), sealed.token_sha256)
        return token if fits and right else None

    def _page(self, tongue: Tongue, status: int, fault: str = "") -> Response:
        text = phone_words(tongue)
        return self._pages.html(
            "code.html",
            status,
            action=f"c?lang={tongue}",
            tongues=[(each, NAMES[each]) for each in TONGUES if each != tongue],
            t=text,
            lang=tongue,
            fault=text[fault] if fault else "",
        )

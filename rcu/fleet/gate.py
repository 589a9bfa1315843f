"""Lets store IT in: a link from the server's own command line, then a session.

There is no password to be guessed or leaked: who may read the server's folder may make a
link (``receipt-rcu operator link``), good once and for minutes.  By default only requests
that come straight from this machine are answered; a proxy in front gets the fleet's pages
only where ``[fleet] url`` names the address under which they are meant to be reached.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from base64 import b32encode
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from rcu.config import FleetSettings
from rcu.rates import Rates, who
from rcu.seams import Clock, Entropy
from rcu.store.operators import Operators

COOKIE: Final = "fleet"
TOKEN_BYTES: Final = 20
PER_ADDRESS: Final = 10
"""Links and sessions that fit nothing, a minute and place: 160 bits need no more."""
TOKEN: Final = re.compile(r"[A-Z2-7]{32}")
_PROXIED: Final = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


class Gate:
    """Who is asking."""

    def __init__(
        self, operators: Operators, settings: FleetSettings, clock: Clock, dice: Entropy
    ) -> None:
        self._operators = operators
        self._settings = settings
        self._clock = clock
        self._dice = dice
        self._tried = Rates(PER_ADDRESS, clock)

    @property
    def hours(self) -> int:
        """A session lasts so long."""
        return self._settings.session_hours

    def is_meant(self, request: Request) -> bool:
        """Whether it comes by the address under which the fleet is shown."""
        host = request.headers.get("host", "")
        if self._settings.url:
            return host == urlsplit(self._settings.url).netloc
        if any(name in request.headers for name in _PROXIED):
            return False
        return _is_loopback(urlsplit(f"//{host}").hostname or "")

    async def who(self, request: Request) -> str | None:
        """The name of whoever is in."""
        token = request.cookies.get(COOKIE, "")
        if not TOKEN.fullmatch(token):
            return None
        return await self._operators.who(digest(token), self._clock.now_ms())

    def spent(self, request: Request) -> bool:
        """Whether that place has tried too often."""
        return self._tried.spent(who(request))

    async def opens(self, request: Request, token: str) -> bool:
        """Whether the link is good; one that is not counts."""
        good = bool(TOKEN.fullmatch(token)) and await self._operators.invited(
            digest(token), self._clock.now_ms()
        )
        if not good:
            self._tried.count(who(request))
        return good

    async def enter(self, token: str) -> str | None:
        """Use the link up; the new session's token."""
        session, now_ms = make_token(self._dice), self._clock.now_ms()
        until_ms = now_ms + self._settings.session_hours * 3_600_000
        name = await self._operators.enter(
            digest(token), digest(session), now_ms, until_ms
        )
        return session if name is not None else None

    async def leave(self, request: Request) -> None:
        """That browser is out."""
        token = request.cookies.get(COOKIE, "")
        if TOKEN.fullmatch(token):
            await self._operators.leave(digest(token))

    def keep(self, answer: Response, session: str) -> None:
        """Give a browser its session, or take it away."""
        answer.set_cookie(
            COOKIE,
            session,
            max_age=self._settings.session_hours * 3600 if session else 0,
            path="/fleet",
            secure=self._settings.url.startswith("https://"),
            httponly=True,
            samesite="strict",
        )


def make_token(dice: Entropy) -> str:
    """160 bits."""
    return b32encode(dice.draw(TOKEN_BYTES)).decode()


def digest(token: str) -> str:
    """As it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""``/v1/mail/reports`` and ``/v1/mail/mailgun``: a provider says what became of a mail.

Whoever cannot show that they may gets 403 and leaves no trace.  A report may come twice.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from rcu.config import MailSettings
from rcu.errors import ConfigError
from rcu.mail import signs
from rcu.mail.desk import MailDesk
from rcu.seams import Clock

MAX_BODY_BYTES: Final = 128 << 10
"""A hundred reports; one of Mailgun's has some kilobytes."""
BODY_S: Final = 10.0
MAX_SECRET_BYTES: Final = 4096
MIN_SECRET: Final = 16
MAX_TOKENS: Final = 10_000
"""Used within a quarter of an hour; more is no provider of ours."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An empty one: that door is not there."""

    hook: str = field(default="", repr=False)
    mailgun: str = field(default="", repr=False)


def keys(settings: MailSettings) -> Keys:
    """Read the files of secrets.

    Raises:
        ConfigError: one cannot be read, or is too short.
    """
    hook = secret(settings.hook_secret_file, "mail.hook_secret_file")
    if hook and len(hook) < MIN_SECRET:
        raise ConfigError(
            f"mail.hook_secret_file: {settings.hook_secret_file} holds less than "
            f"{MIN_SECRET} characters; make one with: openssl rand -hex 32"
        )
    return Keys(hook, secret(settings.mailgun_key_file, "mail.mailgun_key_file"))


class MailHooks:
    """The endpoints that are configured."""

    def __init__(self, keys: Keys, desk: MailDesk, clock: Clock) -> None:
        self._keys = keys
        self._desk = desk
        self._clock = clock
        self._used: OrderedDict[str, None] = OrderedDict()

    @property
    def routes(self) -> list[Route]:
        routes = []
        if self._keys.hook:
            routes.append(Route("/v1/mail/reports", self.ours, methods=["POST"]))
        if self._keys.mailgun:
            routes.append(Route("/v1/mail/mailgun", self.mailgun, methods=["POST"]))
        return routes

    async def ours(self, request: Request) -> Response:
        """One report or several, signed as a whole."""
        body = await _body(request)
        header = request.headers.get("x-signature", "")
        if body is None or not signs.signed(
            self._keys.hook, header, body, self._now_s()
        ):
            return Response(status_code=403)
        found = signs.reports(body)
        if found is None:
            return Response(status_code=400)
        for report in found:
            await self._desk.keep(report)
        return Response(status_code=204)

    async def mailgun(self, request: Request) -> Response:
        """One event."""
        body = await _body(request)
        try:
            said = json.loads(body or b"")
        except (ValueError, RecursionError):
            return Response(status_code=403)
        token = signs.mailgun_token(self._keys.mailgun, said, self._now_s())
        if not token or token in self._used:
            return Response(status_code=403)
        report = signs.mailgun_report(said)
        if report is not None:
            await self._desk.keep(report)
        self._used[token] = None
        while len(self._used) > MAX_TOKENS:
            self._used.popitem(last=False)
        return Response(status_code=200)

    def _now_s(self) -> float:
        return self._clock.now_ms() / 1000


async def _body(request: Request) -> bytes | None:
    """``None``: too long, too slow, or gone."""
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                raw += piece
                if len(raw) > MAX_BODY_BYTES:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(raw)


def secret(path: str, key: str) -> str:
    """What stands in a file of one secret; nothing where none is named.

    Raises:
        ConfigError: it cannot be read, or is empty.
    """
    if not path:
        return ""
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(MAX_SECRET_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{key}: {path} cannot be read; put the secret there"
        ) from error
    if not text:
        raise ConfigError(f"{key}: {path} is empty; put the secret there")
    return text

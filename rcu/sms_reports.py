"""``/v1/sms/twilio`` and ``/v1/sms/ovh/{secret}``: what became of text messages.

A report names a message by its carrier's own id, which the till has put into its log;
no number is kept.  Whoever cannot show that it is the carrier gets 403 and leaves no
trace.  A report may come twice, late or out of order: an end stays an end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from rcu.config import SmsSettings
from rcu.errors import ConfigError
from rcu.seams import Clock
from rcu.sms_signs import (
    Fields,
    Report,
    ovh_knows,
    ovh_report,
    twilio_report,
    twilio_signed,
)
from rcu.store.reports import Reports

log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 16 << 10
"""Some twenty short fields."""
MAX_FIELDS: Final = 100
BODY_S: Final = 10.0
MAX_SECRET_BYTES: Final = 4096
MIN_OVH_SECRET: Final = 16
"""It is all that protects that address."""


@dataclass(frozen=True, slots=True)
class Keys:
    """By which each carrier is known; an empty secret: it is not listened to."""

    twilio_url: str = ""
    twilio_secret: str = field(default="", repr=False)
    ovh_secret: str = field(default="", repr=False)


def keys(settings: SmsSettings) -> Keys:
    """Read the files of secrets.

    Raises:
        ConfigError: one cannot be read, or is too short.
    """
    ovh = _secret(settings.ovh_secret_file, "sms.ovh_secret_file")
    if ovh and len(ovh) < MIN_OVH_SECRET:
        raise ConfigError(
            f"sms.ovh_secret_file: {settings.ovh_secret_file} holds less than "
            f"{MIN_OVH_SECRET} characters; make one with: openssl rand -hex 16"
        )
    twilio = _secret(settings.twilio_secret_file, "sms.twilio_secret_file")
    return Keys(settings.twilio_url, twilio, ovh)


class SmsReports:
    """The endpoints of the carriers that are configured."""

    def __init__(self, keys: Keys, reports: Reports, clock: Clock) -> None:
        self._keys = keys
        self._reports = reports
        self._clock = clock

    @property
    def routes(self) -> list[Route]:
        wanted: list[tuple[str, str, Callable[[Request], Awaitable[Response]], str]] = [
            (self._keys.twilio_secret, "/v1/sms/twilio", self.twilio, "POST"),
            (self._keys.ovh_secret, "/v1/sms/ovh/{secret}", self.ovh, "GET"),
        ]
        return [
            Route(path, does, methods=[method])
            for secret, path, does, method in wanted
            if secret
        ]

    async def twilio(self, request: Request) -> Response:
        """One status callback."""
        fields = await _form(request)
        if fields is None:
            return Response(status_code=400)
        query = request.url.query
        url = f"{self._keys.twilio_url}?{query}" if query else self._keys.twilio_url
        signature = request.headers.get("x-twilio-signature", "")
        if not twilio_signed(self._keys.twilio_secret, url, fields, signature):
            return Response(status_code=403)
        return await self._keep(twilio_report(fields))

    async def ovh(self, request: Request) -> Response:
        """One callback, all of it in its address."""
        if not ovh_knows(self._keys.ovh_secret, request.path_params["secret"]):
            return Response(status_code=403)
        return await self._keep(ovh_report(list(request.query_params.multi_items())))

    async def _keep(self, report: Report | None) -> Response:
        if report is None:
            return Response(status_code=400)
        kept = await self._reports.keep(report, self._clock.now_ms())
        if kept.news and report.state == "failed":
            log.warning(
                "an SMS did not arrive",
                extra={
                    "carrier": report.carrier,
                    "reference": report.reference,
                    "code": report.code,
                    "edge": kept.edge,
                    "receipt": kept.receipt_id,
                },
            )
        return Response(status_code=204)


async def _form(request: Request) -> Fields | None:
    """The fields of a form, empty ones too: they are signed; ``None``: no form."""
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                raw += piece
                if len(raw) > MAX_BODY_BYTES:
                    return None
        return parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="strict",
        )
    except (TimeoutError, ClientDisconnect, ValueError):
        return None


def _secret(path: str, key: str) -> str:
    if not path:
        return ""
    try:
        with Path(path).open(encoding="ascii") as file:
            text = file.read(MAX_SECRET_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{key}: {path} cannot be read; put the secret there, readable by the "
            "user of the RCU"
        ) from error
    if not text or not text.isprintable():
        raise ConfigError(f"{key}: {path} does not hold one line of plain ASCII")
    return text

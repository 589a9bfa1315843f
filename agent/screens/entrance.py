"""Pairing, as routes: open a code at the till, type it on the tablet, shut one out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.screens.access import COOKIE, Access
from agent.screens.bodies import CodeBody, DeviceBody, NothingBody, PairBody, said
from agent.screens.devices import Revoked
from agent.screens.pairing import Offer, Wrong
from agent.screens.responses import caller, done
from agent.screens.streams import Streams
from agent.verbs import Refusal, Words

log = logging.getLogger(__name__)

REFUSALS: Final[dict[Wrong, Refusal]] = {
    "no_code": Refusal(
        "no_code",
        Words(
            "Aucun code n’est affiché à la caisse, ou il a expiré",
            "No code is shown at the till, or it has expired",
        ),
    ),
    "wrong": Refusal("wrong", Words("Ce n’est pas ce code", "This is not the code")),
    "locked": Refusal(
        "locked",
        Words(
            "Trop d’essais\u00a0: recommencez dans cinq minutes",
            "Too many tries: start again in five minutes",
        ),
    ),
}
NOT_KEPT: Final = Refusal(
    "not_kept",
    Words(
        "L’appareil ne peut pas être enregistré\u00a0: voyez l’écran informatique",
        "The device cannot be kept: see the IT screen",
    ),
)
NOT_REVOKED: Final[dict[Revoked, Refusal | None]] = {
    "done": None,
    "unknown": Refusal(
        "gone", Words("Cet appareil n’est pas associé", "This device is not paired")
    ),
    "not_kept": Refusal(
        "not_kept",
        Words(
            "Retiré jusqu’au redémarrage seulement : la base n’écrit plus",
            "Removed until the next start only: the database does not write",
        ),
    ),
}


class Entrance:
    """The handlers.  ``tls``: the address of the HTTPS port and its fingerprint."""

    def __init__(self, access: Access, streams: Streams, tls: dict[str, str]) -> None:
        self._access = access
        self._streams = streams
        self._tls = tls

    def routes(self) -> Sequence[Route]:
        return [
            Route("/api/devices", self.devices),
            Route("/api/devices/revoke", self.revoke, methods=["POST"]),
            Route("/api/pair/open", self.open, methods=["POST"]),
            Route("/api/pair/close", self.close, methods=["POST"]),
            Route("/api/pair/enter", self.enter, methods=["POST"]),
        ]

    async def devices(self, request: Request) -> Response:
        """Who is paired, and the code that is shown now."""
        caller(request, "it")
        return JSONResponse(
            {
                "devices": [
                    {
                        "device": str(each.id),
                        "role": each.role,
                        "name": each.name,
                        "paired_ms": each.paired_ms,
                        "seen_ms": each.seen_ms,
                    }
                    for each in self._access.devices.paired
                ],
                "offer": self._offered(self._access.pairing.offer),
                "locked_s": round(self._access.pairing.locked_s),
                **self._tls,
            }
        )

    async def open(self, request: Request) -> Response:
        caller(request, "it")
        body = await said(request, PairBody)
        offer = self._access.pairing.open(body.role, body.name)
        if offer is None:
            return done(REFUSALS["locked"])
        log.info("a pairing is open", extra={"role": body.role})
        return JSONResponse({"done": True, "offer": self._offered(offer), **self._tls})

    async def close(self, request: Request) -> Response:
        caller(request, "it")
        await said(request, NothingBody)
        self._access.pairing.close()
        return done(None)

    async def enter(self, request: Request) -> Response:
        """By anybody who has the code; the answer brings the cookie."""
        body = await said(request, CodeBody)
        offer = self._access.pairing.enter(body.code)
        if not isinstance(offer, Offer):
            log.warning("a pairing was refused", extra={"why": offer})
            return done(REFUSALS[offer])
        token = await self._access.devices.pair(offer.role, offer.name)
        if token is None:
            return done(NOT_KEPT)
        answer = JSONResponse({"done": True, "role": offer.role})
        answer.set_cookie(
            COOKIE,
            token,
            # Of this use; how long one may stay away is the till's to say.
            max_age=400 * 24 * 3600,
            path="/",
            secure=True,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def revoke(self, request: Request) -> Response:
        caller(request, "it")
        body = await said(request, DeviceBody)
        revoked = await self._access.devices.revoke(body.device)
        self._streams.hang_up_on(body.device)
        return done(NOT_REVOKED[revoked])

    def _offered(self, offer: Offer | None) -> dict[str, Any] | None:
        if offer is None:
            return None
        left_s = offer.until_s - self._access.clock.monotonic()
        return {
            "code": offer.code,
            "role": offer.role,
            "name": offer.name,
            "left_s": round(left_s),
        }

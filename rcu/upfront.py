"""``/u/{code}``: the code on a display takes whoever scans it to the next receipt.

Looking takes nothing (what previews addresses looks too); a press does, once.  Both the
phone and the display show two figures, so that who stands there sees whose phone it is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from agent.wire import upfront
from agent.wire.money import Tongue
from rcu.bells import Bells
from rcu.forms import is_foreign
from rcu.judge import token_sha256
from rcu.pages import ReceiptPages
from rcu.phone_words import TONGUES
from rcu.rates import Rates, who
from rcu.seams import Clock
from rcu.store.reserved import Reserved

log = logging.getLogger(__name__)

PER_ADDRESS: Final = 10
"""Presses a minute; a family stands behind one."""
_CODE: Final = re.compile(r"[A-Z2-7]{26}")
_TEXTS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "title": (
        "Votre ticket sur ce téléphone~?",
        "Your receipt on this phone?",
        "¿Su tique en este teléfono?",
        "Ihr Bon auf dieses Telefon?",
        "إيصالك على هذا الهاتف؟",
    ),
    "text": (
        "Il arrivera ici dès que vous aurez payé. Vérifiez que l’écran de la caisse affiche bien {number}.",
        "It will arrive here once you have paid. Check that the till’s screen shows {number}.",
        "Llegará aquí en cuanto haya pagado. Compruebe que la pantalla de la caja muestra {number}.",
        "Er kommt hierher, sobald Sie bezahlt haben. Prüfen Sie, ob der Bildschirm der Kasse {number} zeigt.",
        "سيصل إلى هنا بعد الدفع. تأكد من أن شاشة الصندوق تعرض {number}.",
    ),
    "button": (
        "Oui, recevoir mon ticket ici",
        "Yes, get my receipt here",
        "Sí, recibir mi tique aquí",
        "Ja, meinen Bon hier erhalten",
        "نعم، استلم إيصالي هنا",
    ),
    "used_title": (
        "Ce code ne sert plus",
        "This code is no longer good",
        "Este código ya no sirve",
        "Dieser Code gilt nicht mehr",
        "لم يعد هذا الرمز صالحًا",
    ),
    "used": (
        "Scannez celui que la caisse affiche maintenant, ou demandez votre ticket en caisse.",
        "Scan the one that the till shows now, or ask for your receipt at the till.",
        "Escanee el que la caja muestra ahora, o pida su tique en la caja.",
        "Scannen Sie den, den die Kasse jetzt zeigt, oder fragen Sie dort nach Ihrem Bon.",
        "امسح الرمز الذي يعرضه الصندوق الآن، أو اطلب إيصالك عند الصندوق.",
    ),
    "waits_title": (
        "Votre ticket va arriver",
        "Your receipt is coming",
        "Su tique va a llegar",
        "Ihr Bon kommt gleich",
        "إيصالك في الطريق",
    ),
    "waits": (
        "Téléphone {number}. Gardez cette page ouverte~: le ticket s’affiche ici dès que vous avez payé.",
        "Phone {number}. Keep this page open: the receipt appears here once you have paid.",
        "Teléfono {number}. Deje esta página abierta: el tique aparece aquí en cuanto pague.",
        "Telefon {number}. Lassen Sie diese Seite offen: Der Bon erscheint hier, sobald Sie bezahlt haben.",
        "الهاتف {number}. أبقِ هذه الصفحة مفتوحة: يظهر الإيصال هنا بعد الدفع.",
    ),
}


def words(tongue: Tongue) -> Mapping[str, str]:
    """All of them in one language."""
    at = TONGUES.index(tongue)
    return {name: said[at].replace("~", "\u00a0") for name, said in _TEXTS.items()}


class UpFront:
    """The endpoint."""

    def __init__(
        self, pages: ReceiptPages, reserved: Reserved, bells: Bells, clock: Clock
    ) -> None:
        self._pages = pages
        self._reserved = reserved
        self._bells = bells
        self._clock = clock
        self._rates = Rates(PER_ADDRESS, clock)

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route("/u/{code}", self.answer, methods=["GET", "POST"]),
            Route("/U/{code}", self.answer, methods=["GET", "POST"]),
        ]

    async def answer(self, request: Request) -> Response:
        """Ask whether this phone is meant, or take it."""
        tongue = self._pages.tongue(request)
        code = str(request.path_params["code"]).upper()
        if not _CODE.fullmatch(code):
            return self._used(tongue)
        finder, now_ms = upfront.finder_of(code), self._clock.now_ms()
        if request.method == "POST":
            return await self._take(request, tongue, code, finder)
        number = await self._reserved.number(finder, now_ms)
        if number is None:
            return self._used(tongue)
        text = words(tongue)
        said = text["text"].format(number=number)
        action = f"{code}?lang={tongue}"
        return self._pages.plainly(
            text["title"], said, tongue, 200, action=action, button=text["button"]
        )

    async def _take(
        self, request: Request, tongue: Tongue, code: str, finder: str
    ) -> Response:
        if is_foreign(request) or self._rates.spent(who(request)):
            return self._used(tongue, 429)
        self._rates.count(who(request))
        unseal = partial(upfront.unseal, code)
        taken = await self._reserved.take(
            finder, self._clock.now_ms(), unseal, token_sha256
        )
        if taken is None:
            return self._used(tongue)
        log.info("a phone waits for a receipt", extra={"edge": taken.edge})
        self._bells.ring(taken.edge)
        where = f"/r/{taken.page}?lang={tongue}"
        return RedirectResponse(where, 303, self._pages.plain_headers)

    def _used(self, tongue: Tongue, status: int = 404) -> Response:
        text = words(tongue)
        return self._pages.plainly(text["used_title"], text["used"], tongue, status)


def waiting(tongue: Tongue, number: str) -> tuple[str, str]:
    """What the page of a phone says until its receipt is there."""
    text = words(tongue)
    return text["waits_title"], text["waits"].format(number=number)

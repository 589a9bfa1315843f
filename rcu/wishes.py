"""``/r/{token}/wish``: the customer asks the till for their receipt by another way.

No script, no cookie.  The page's address is what permits the asking: it is in no cookie,
so no other site's form can borrow it (there is nothing that a browser adds by itself), and
a form that a browser says comes from another site is refused all the same.  What is asked
is kept until the till has it; the page says so, and says when the till is away.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from agent.identity import addresses
from agent.identity.contacts import mask_email
from agent.identity.kinds import Contact, Unfit
from agent.wire.events import PhoneInvited
from agent.wire.money import Tongue
from rcu.bells import Bells
from rcu.forms import fields, is_foreign
from rcu.judge import token_sha256
from rcu.pages import ReceiptPages, token_of
from rcu.phone_words import TONGUES, phone_words
from rcu.rates import Rates, who
from rcu.records import Closed
from rcu.seams import Clock
from rcu.store.feed import Asked, Desk, Feeds, Wished
from rcu.store.pages import Pages
from rcu.typography import timestamp
from rcu.words import NAMES

log = logging.getLogger(__name__)

KEPT_MS: Final = 7 * 86_400_000
"""An address given for one receipt is erased by then (DOMAIN G08)."""
PER_MINUTE: Final = 10
"""Wishes from one address; a family stands behind one."""
WITHDRAW: Final = "withdraw"
NO_IS_KEPT_MS: Final = 90 * 86_400_000
"""A withdrawal holds no address, and waits for its till however long that is away."""
REFRESH_S: Final = 4
REFRESHES: Final = 15
WAYS: Final = ("email", "paper", "account")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why it was not asked: words, what was typed, what was perhaps meant."""

    words: str
    typed: str = ""
    hint: str = ""
    status: int = 400
    sure: bool = False
    """It can be: once more, as it is."""


class Wishes:
    """The endpoint."""

    def __init__(
        self, pages: ReceiptPages, kept: Pages, feeds: Feeds, bells: Bells, clock: Clock
    ) -> None:
        self._pages = pages
        self._kept = kept
        self._feeds = feeds
        self._bells = bells
        self._clock = clock
        self._rates = Rates(PER_MINUTE, clock)

    async def answer(self, request: Request) -> Response:
        """Show what can be asked, or ask it."""
        token = token_of(request)
        if token is None:
            return self._pages.lost(self._pages.lang(request))
        desk = await self._feeds.desk(token_sha256(token))
        if desk is None:
            found = await self._kept.open(token_sha256(token))
            lang = self._pages.lang(request)
            closed = isinstance(found, Closed)
            return self._pages.closed(lang) if closed else self._pages.lost(lang)
        tongue = self._pages.tongue(request)
        if request.method != "POST":
            return self._page(request, token, desk, tongue)
        fault = await self._ask(request, desk, tongue)
        if fault is not None:
            return self._page(request, token, desk, tongue, fault)
        return RedirectResponse(f"wish?lang={tongue}", 303)

    async def _ask(self, request: Request, desk: Desk, tongue: Tongue) -> _Fault | None:
        text = phone_words(tongue)
        if is_foreign(request):
            return _Fault(text["not_offered"], status=403)
        if self._rates.spent(who(request)):
            return _Fault(text["too_many"], status=429)
        self._rates.count(who(request))
        said = await fields(request)
        withdraws = said.get("choice") == WITHDRAW
        does = self._withdraw if withdraws else self._wish
        return await does(desk, tongue, said)

    async def _wish(
        self, desk: Desk, tongue: Tongue, said: Mapping[str, str]
    ) -> _Fault | None:
        text = phone_words(tongue)
        choice, now_ms = said.get("choice", ""), self._clock.now_ms()
        if choice not in self._ways(desk):
            return _Fault(text["not_offered"], status=409)
        typed = said.get("contact", "") if choice == "email" else ""
        found = _read(typed, said, tongue) if choice == "email" else None
        if isinstance(found, _Fault):
            return found
        mask = mask_email(found.value) if found else ""
        wished = Wished(choice, mask, *self._event(desk, choice, typed, tongue, said))
        if not await self._feeds.put(desk, wished, now_ms):
            return _Fault(text["too_many"], status=429)
        log.info("a phone asks", extra={"edge": desk.edge, "choice": choice})
        self._bells.ring(desk.edge)
        return None

    async def _withdraw(
        self, desk: Desk, tongue: Tongue, said: Mapping[str, str]
    ) -> _Fault | None:
        """One purpose, of whoever agreed to it here: no more than that is asked."""
        now_ms, text = self._clock.now_ms(), phone_words(tongue)
        mine = [each for each in desk.given if each.purpose == said.get("purpose")]
        if not mine:
            return _Fault(text["not_offered"], status=409)
        for each in mine:
            data = {
                "receipt_id": desk.receipt_id,
                "choice": WITHDRAW,
                "contact": "",
                "lang": tongue,
                "purpose": each.purpose,
                "channel": each.channel,
                "subject": each.subject,
                "shown_at": timestamp(_shown_ms(said, desk.received_ms, now_ms)),
                "expires_at": timestamp(now_ms + NO_IS_KEPT_MS),
            }
            choice = f"{WITHDRAW}:{each.purpose}"
            wished = Wished(choice, "", now_ms + NO_IS_KEPT_MS, data)
            if not await self._feeds.put(desk, wished, now_ms):
                return _Fault(text["too_many"], status=429)
        log.info("a phone withdraws", extra={"edge": desk.edge})
        self._bells.ring(desk.edge)
        return None

    def _event(
        self,
        desk: Desk,
        choice: str,
        typed: str,
        tongue: Tongue,
        said: Mapping[str, str],
    ) -> tuple[int, dict[str, Any]]:
        now_ms = self._clock.now_ms()
        expires_ms = now_ms + KEPT_MS
        until = desk.invited.paper_until if desk.invited else None
        if choice == "paper" and until is not None:
            expires_ms = min(expires_ms, round(until.timestamp() * 1000))
        sentence = _sentence(desk.invited, choice, tongue)
        return expires_ms, {
            "receipt_id": desk.receipt_id,
            "choice": choice,
            "contact": typed.strip(),
            "lang": tongue,
            "sentence_sha256": hashlib.sha256(sentence.encode()).hexdigest(),
            "ticked": _ticked(desk.invited, choice, tongue, said),
            "shown_at": timestamp(_shown_ms(said, desk.received_ms, now_ms)),
            "expires_at": timestamp(expires_ms),
        }

    def _ways(self, desk: Desk) -> list[str]:
        """What the till says is possible, now."""
        invited, now_ms = desk.invited, self._clock.now_ms()
        if invited is None:
            return []
        until = invited.paper_until
        can = {
            "email": invited.email,
            "paper": until is not None and until.timestamp() * 1000 > now_ms,
            "account": invited.account,
        }
        asked = {each.choice for each in desk.asked if each.status != "refused"}
        once = asked - {"email"}
        return [way for way in WAYS if can[way] and way not in once]

    def _page(
        self,
        request: Request,
        token: str,
        desk: Desk,
        tongue: Tongue,
        fault: _Fault | None = None,
    ) -> Response:
        text, ways = phone_words(tongue), self._ways(desk)
        tried = self._pages.tried(request)
        waits = any(each.status == "waiting" for each in desk.asked)
        again = waits and fault is None and tried < REFRESHES
        return self._pages.html(
            "wish.html",
            fault.status if fault else 200,
            action=f"wish?lang={tongue}",
            back=f"../{token}?lang={tongue}",
            tongues=[(each, NAMES[each]) for each in TONGUES if each != tongue],
            t=text,
            lang=tongue,
            ways=ways,
            asks={way: _sentence(desk.invited, way, tongue) for way in ways},
            boxes={way: _boxes(desk.invited, way, tongue) for way in ways},
            given=[
                (each, text[f"purpose_{each}"])
                for each in dict.fromkeys(given.purpose for given in desk.given)
            ],
            asked=[self._said(each, desk, text) for each in desk.asked],
            fault=fault,
            meant=text["meant"].format(hint=fault.hint) if fault and fault.hint else "",
            now=self._clock.now_ms(),
            refresh=f"wish?lang={tongue}&n={tried + 1}" if again else "",
            refresh_s=REFRESH_S,
        )

    def _said(
        self, asked: Asked, desk: Desk, text: Mapping[str, str]
    ) -> tuple[str, str, str]:
        """Which way, to whom, and how it stands."""
        key = asked.status
        if key == "waiting":
            over = asked.expires_ms <= self._clock.now_ms()
            there = "waiting" if self._bells.is_there(desk.edge) else "offline"
            key = "expired" if over else there
        choice, _, purpose = asked.choice.partition(":")
        if key == "taken":
            key = f"taken_{choice}"
        whose = text[f"purpose_{purpose}"] if purpose else asked.mask
        return text[choice], whose, text[key]


def _read(typed: str, said: Mapping[str, str], tongue: Tongue) -> Contact | _Fault:
    """The address, unless it is none, or looks like a slip and nobody is sure."""
    found = addresses.read(typed)
    if isinstance(found, Unfit):
        return _Fault(getattr(found.fault.words, tongue), typed, found.hint)
    if found.hint and not said.get("sure"):
        return _Fault(phone_words(tongue)["check"], typed, found.hint, sure=True)
    return found


def _sentence(invited: PhoneInvited | None, way: str, tongue: Tongue) -> str:
    """The notice that stands beside the field (CNIL, 21 March 2023)."""
    asks = invited.asks if invited else {}
    said: dict[str, str] = {name: text.get(tongue, "") for name, text in asks.items()}
    return said.get(way, "")


def _boxes(invited: PhoneInvited | None, way: str, tongue: Tongue) -> dict[str, str]:
    """By purpose, the sentence beside its box."""
    return {
        purpose: says[tongue]
        for each, offered in (invited.boxes if invited else {}).items()
        for purpose, says in offered.items()
        if each == way and tongue in says
    }


def _ticked(
    invited: PhoneInvited | None, way: str, tongue: Tongue, said: Mapping[str, str]
) -> dict[str, str]:
    """What a browser sends of ticked boxes: those that were shown, and which words."""
    return {
        purpose: hashlib.sha256(says.encode()).hexdigest()
        for purpose, says in _boxes(invited, way, tongue).items()
        if said.get(f"agree-{purpose}")
    }


def _shown_ms(said: Mapping[str, str], first_ms: int, now_ms: int) -> int:
    """When the form was shown, as it says itself, within what can be."""
    told = said.get("shown", "")
    at_ms = (
        int(told) if told.isascii() and told.isdigit() and len(told) < 16 else now_ms
    )
    return min(max(at_ms, first_ms), now_ms)

"""``/me``: « mes tickets », the receipts of whoever proved an address or a card.

No password: a link goes to the address, opens once, and only on a press (what looks into
mails opens links by itself).  Then one cookie, of this path only, keeps the device in.
Whether an address has an account is told to nobody who asks.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from agent.identity import contacts
from agent.identity.kinds import Contact, Unfit
from agent.wire.money import Tongue
from rcu.forms import fields, is_foreign
from rcu.letterbox import Letterbox
from rcu.me_words import me_words
from rcu.pages import ReceiptPages
from rcu.plain import plain
from rcu.rates import Rates, who
from rcu.records import Shown
from rcu.seams import Clock, Entropy
from rcu.store.accounts import PAGE, SEARCHED, Accounts, Mine, kept
from rcu.typography import clean, money, short_date
from rcu.view import view
from rcu.words import LANGS, NAMES

log = logging.getLogger(__name__)

COOKIE: Final = "mes-tickets"
TOKEN_BYTES: Final = 16
PER_ADDRESS: Final = 5
"""Links a minute to be asked for from one place."""
PER_MAILBOX: Final = 3
"""And for one address: nobody's mailbox is filled by our page."""
IN_ALL: Final = 120
CARDS: Final = 5
"""Tries a minute to add a card."""
MAX_SEARCH_CHARS: Final = 60
_AMOUNT: Final = re.compile(r"(\d{1,7})(?:[.,](\d{2}))?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOKEN: Final = re.compile(r"[A-Z2-7]{26}")
_LINK: Final = re.compile(r"[A-Z2-7]{26}|[A-Z2-7]{16}")
"""Of a mailed link, or of a text message (``proof.sent.v1``)."""
_CURSOR: Final = re.compile(r"(\d{1,15})\.([\x21-\x7e]{1,128})")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list."""

    name: str
    when: str
    total: str
    link: str


class Me:
    """The routes.  The letterbox's settings say where customers reach them."""

    def __init__(
        self,
        pages: ReceiptPages,
        accounts: Accounts,
        letterbox: Letterbox,
        clock: Clock,
        entropy: Entropy,
        retention_days: int,
    ) -> None:
        self._pages = pages
        self._accounts = accounts
        self._settings = letterbox.settings
        self._letterbox = letterbox
        self._clock = clock
        self._entropy = entropy
        self._retention_days = retention_days
        self._places = Rates(PER_ADDRESS, clock)
        self._mailboxes = Rates(PER_MAILBOX, clock)
        self._all = Rates(IN_ALL, clock)
        self._cards = Rates(CARDS, clock)

    @property
    def routes(self) -> list[BaseRoute]:
        """Below ``/me``."""
        both = ["GET", "POST"]
        return [
            Route("/me", self.home),
            Route("/me/in", self.ask, methods=["POST"]),
            Route("/me/in/{token}", self.enter, methods=both),
            Route("/me/cards", self.add_card, methods=["POST"]),
            Route("/me/out", self.leave, methods=["POST"]),
            Route("/me/erase", self.erase, methods=["POST"]),
            Route("/me/r/{receipt}.json", self.data),
            Route("/me/r/{receipt}.txt", self.text),
            Route("/me/r/{receipt}", self.receipt),
        ]

    # -- coming in ---------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        """``GET /me``: the list, or where to ask for a link."""
        tongue = self._pages.tongue(request)
        account = await self._account(request)
        if account is None:
            return self._door(tongue)
        return await self._list(request, account, tongue)

    async def ask(self, request: Request) -> Response:
        """``POST /me/in``: a link for an address, whoever asks."""
        tongue = self._pages.tongue(request)
        text = me_words(tongue)
        if is_foreign(request):
            return self._door(tongue, text["not_valid"], 403)
        place = who(request)
        if self._places.spent(place) or self._all.spent("all"):
            return self._door(tongue, text["too_many"], 429)
        self._places.count(place)
        self._all.count("all")
        found = contacts.read("email", (await fields(request)).get("address", ""))
        if isinstance(found, Unfit):
            return self._door(tongue, text["not_valid"], 400)
        if self._mailboxes.spent(found.key):
            return self._door(tongue, text["too_many"], 429)
        self._mailboxes.count(found.key)
        if not await self._invite(found, tongue):
            return self._door(tongue, text["not_sent"], 503)
        minutes = self._settings.link_minutes
        said = text["sent"].format(minutes=minutes)
        return self._calm(text["sent_title"], said, tongue)

    async def enter(self, request: Request) -> Response:
        """``/me/in/{token}``: a press uses the link up."""
        tongue = self._pages.tongue(request)
        text, token = me_words(tongue), str(request.path_params["token"])
        if not _LINK.fullmatch(token):
            return self._door(tongue, text["used"], 404)
        now_ms = self._clock.now_ms()
        if request.method != "POST":
            if not await self._accounts.invited(_digest(token), now_ms):
                return self._door(tongue, text["used"], 404)
            days = text["enter_text"].format(days=self._settings.session_days)
            action = f"{token}?lang={tongue}"
            return self._calm(text["enter_title"], days, tongue, action, text["open"])
        if is_foreign(request):
            return self._door(tongue, text["used"], 403)
        session = self._token()
        until_ms = now_ms + self._settings.session_days * 86_400_000
        address = await self._accounts.enter(
            _digest(token), _digest(session), now_ms, until_ms
        )
        if address is None:
            return self._door(tongue, text["used"], 404)
        answer = self._to(f"/me?lang={tongue}")
        self._keep(answer, session, self._settings.session_days * 86_400)
        return answer

    async def leave(self, request: Request) -> Response:
        """``POST /me/out``."""
        session = request.cookies.get(COOKIE, "")
        if _TOKEN.fullmatch(session) and not is_foreign(request):
            await self._accounts.leave(_digest(session))
        answer = self._to(f"/me?lang={self._pages.tongue(request)}")
        self._keep(answer, "", 0)
        return answer

    async def erase(self, request: Request) -> Response:
        """``POST /me/erase``: for good."""
        tongue = self._pages.tongue(request)
        account = await self._account(request)
        if account is None or is_foreign(request):
            return self._to(f"/me?lang={tongue}")
        await self._accounts.erase(account, self._clock.now_ms())
        log.info("an account was erased")
        text = me_words(tongue)
        answer = self._calm(text["erased_title"], text["erased"], tongue)
        self._keep(answer, "", 0)
        return answer

    # -- what is there -------------------------------------------------------------

    async def add_card(self, request: Request) -> Response:
        """``POST /me/cards``: proved by the sum and the day of one of its receipts."""
        tongue = self._pages.tongue(request)
        account = await self._account(request)
        if account is None or is_foreign(request):
            return self._to(f"/me?lang={tongue}")
        said = await fields(request)
        card = contacts.read("loyalty", said.get("number", ""))
        total = _AMOUNT.fullmatch(said.get("total", "").strip())
        day = said.get("day", "")
        spent = self._cards.spent(account)
        self._cards.count(account)
        fits = isinstance(card, Contact) and total and _DAY.fullmatch(day)
        if spent or not fits:
            name = "too_many" if spent else "card_refused"
            return await self._list(request, account, tongue, me_words(tongue)[name])
        assert isinstance(card, Contact) and total is not None  # noqa: S101, PT018 -- fits
        cents = int(total[1]) * 100 + int(total[2] or 0)
        now_ms = self._clock.now_ms()
        if await self._accounts.claim_card(account, card, cents, day, now_ms):
            return self._to(f"/me?lang={tongue}")
        refused = me_words(tongue)["card_refused"]
        return await self._list(request, account, tongue, refused)

    async def receipt(self, request: Request) -> Response:
        """``GET /me/r/{receipt}``: with the code for a return on top."""
        mine, tongue = await self._mine(request), self._pages.tongue(request)
        if mine is None:
            return self._pages.lost(tongue)
        name, text = quote(mine.receipt_id), me_words(tongue)
        v = view(_shown(mine), tongue, self._retention_days)
        return self._pages.html(
            "me_receipt.html",
            200,
            pictured=mine.receipt.picture is not None,
            v=replace(v, words={**v.words, "private": text["private"]}),
            lang=tongue,
            tongues=_others(tongue),
            txt=f"{name}.txt?lang={tongue}",
            json=f"{name}.json",
            wish="",
            proof="",
            mine="",
            home=f"/me?lang={tongue}",
            back=text["back"],
        )

    async def data(self, request: Request) -> Response:
        """``GET /me/r/{receipt}.json``: receipt/1."""
        mine = await self._mine(request)
        if mine is None:
            return self._pages.lost(self._pages.lang(request))
        body = mine.receipt.model_dump_json(indent=1) + "\n"
        return self._pages.file(body, "application/json", "json")

    async def text(self, request: Request) -> Response:
        """``GET /me/r/{receipt}.txt``: the paper as text."""
        mine, lang = await self._mine(request), self._pages.lang(request)
        if mine is None:
            return self._pages.lost(lang)
        text = plain(view(_shown(mine), lang, self._retention_days))
        return self._pages.file(text, "text/plain; charset=utf-8", "txt")

    # -- inside ----------------------------------------------------------------------

    async def _list(
        self, request: Request, account: str, tongue: Tongue, fault: str = ""
    ) -> Response:
        text, asked = me_words(tongue), request.query_params.get("q", "").strip()
        asked = asked[:MAX_SEARCH_CHARS]
        before = _CURSOR.fullmatch(request.query_params.get("before", ""))
        cursor = (int(before[1]), before[2]) if before and not asked else None
        limit = SEARCHED if asked else PAGE + 1
        found = await self._accounts.receipts(account, limit, cursor)
        if asked:
            found = [mine for mine in found if _matches(mine, asked, tongue)]
        shown = found[:PAGE]
        last = shown[-1] if len(found) > PAGE and not asked else None
        older = f"{last.issued_ms}.{quote(last.receipt_id)}" if last else ""
        return self._pages.html(
            "me.html",
            400 if fault else 200,
            action=f"/me?lang={tongue}",
            t=text,
            lang=tongue,
            tongues=_others(tongue),
            rows=[_row(mine, tongue, text) for mine in shown],
            asked=asked,
            older=f"/me?lang={tongue}&before={older}" if older else "",
            known=[each.shown for each in await self._accounts.identities(account)],
            fault=fault,
        )

    def _door(self, tongue: Tongue, fault: str = "", status: int = 200) -> Response:
        return self._pages.html(
            "me_door.html",
            status,
            action=f"/me/in?lang={tongue}",
            t=me_words(tongue),
            lang=tongue,
            tongues=_others(tongue),
            fault=fault,
        )

    def _calm(
        self, title: str, text: str, tongue: Tongue, action: str = "", button: str = ""
    ) -> Response:
        return self._pages.plainly(
            title, text, tongue, 200, action=action, button=button
        )

    async def _invite(self, address: Contact, tongue: Tongue) -> bool:
        token, now_ms = self._token(), self._clock.now_ms()
        minutes = self._settings.link_minutes
        until_ms = now_ms + minutes * 60_000
        await self._accounts.invite(_digest(token), kept(address), until_ms)
        text = me_words(tongue)
        url = f"{self._settings.url}/me/in/{token}?lang={tongue}"
        letter = text["letter"].format(url=url, minutes=minutes)
        return await self._letterbox.send(
            address.value, text["subject"], letter, tongue, now_ms
        )

    async def _account(self, request: Request) -> str | None:
        session = request.cookies.get(COOKIE, "")
        if not _TOKEN.fullmatch(session):
            return None
        return await self._accounts.account_of(_digest(session), self._clock.now_ms())

    async def _mine(self, request: Request) -> Mine | None:
        account = await self._account(request)
        if account is None:
            return None
        name = str(request.path_params["receipt"])
        return await self._accounts.receipt(account, name)

    def _to(self, path: str) -> Response:
        return RedirectResponse(path, 303, self._pages.plain_headers)

    def _keep(self, answer: Response, session: str, seconds: int) -> None:
        answer.set_cookie(
            COOKIE,
            session,
            max_age=seconds,
            path="/me",
            secure=self._settings.url.startswith("https://"),
            httponly=True,
            samesite="strict",
        )

    def _token(self) -> str:
        return b32encode(self._entropy.draw(TOKEN_BYTES)).decode().rstrip("=")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _shown(mine: Mine) -> Shown:
    return Shown(mine.receipt, mine.issued_ms, mine.received_ms)


def _others(tongue: Tongue) -> Sequence[tuple[Tongue, str]]:
    return [(each, NAMES[each]) for each in LANGS if each != tongue]


def _row(mine: Mine, lang: Tongue, text: Mapping[str, str]) -> _Row:
    receipt = mine.receipt
    name = clean(receipt.merchant.name or "").strip() or text["no_shop"]
    when = short_date(receipt.date, lang) if receipt.date else ""
    total = (
        "" if receipt.total is None else money(receipt.total, receipt.currency, lang)
    )
    link = f"/me/r/{quote(mine.receipt_id)}?lang={lang}"
    return _Row(name, when, total, link)


def _matches(mine: Mine, asked: str, lang: Tongue) -> bool:
    """Every word of it is somewhere: shop, number, article, amount, date."""
    receipt = mine.receipt
    row = _row(mine, lang, {"no_shop": ""})
    labels = [item.label for item in receipt.items]
    day = receipt.date.isoformat() if receipt.date else ""
    said = [row.name, row.when, row.total, day, receipt.number or "", *labels]
    everything = " ".join(map(_folded, said))
    return all(word in everything for word in _folded(asked).split())


def _folded(text: str) -> str:
    """Without case and accents, and a comma for a point."""
    plain_text = unicodedata.normalize("NFKD", text.casefold().replace(".", ","))
    return "".join(each for each in plain_text if not unicodedata.combining(each))

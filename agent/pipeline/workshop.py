"""The worker's tasks as typed calls, each with its deadline."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

from agent.errors import WorkerError
from agent.escpos.replies.contents import Contents
from agent.intake.http_documents import Problem, Refused, Tongue, Translated
from agent.ocr.engine import Table
from agent.rules.facts import Facts, Sign, stated
from agent.verbs import Lang
from agent.wire.events import MAX_EVENT_BYTES
from agent.wire.goods import Goods
from agent.wire.receipt import Gist, Mention
from agent.wire.sameness import NOT_A_SALE, Printed
from agent.worker.frames import Frame

log = logging.getLogger(__name__)

UNDERSTAND_S: Final = 2.0
DRAW_S: Final = 5.0
COMPOSE_S: Final = 5.0
MAIL_S: Final = 15.0
"""With its PDF, on a slow till; nobody stands there and waits for it."""
TRANSLATE_S: Final = 5.0
"""The longest picture in tones takes a second on a fast machine."""
LONGEST_DOCUMENT: Final = MAX_EVENT_BYTES - (4 << 10)
"""Bytes, with room for its envelope.  A longer one the RCU refuses for good: its customer
would stand there with the address of a page that never comes, and without paper."""


class Worker(Protocol):
    """What does tasks; see :class:`agent.worker.client.Worker`."""

    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame: ...


class Reader(Protocol):
    """What reads pictures of text; see :class:`agent.ocr.engine.Engine`."""

    @property
    def version(self) -> str: ...

    async def read(self, picture: bytes) -> Table | None: ...


@dataclass(frozen=True, slots=True)
class Understood:
    """A job that was read.  ``document`` is receipt/1 as canonical JSON.

    ``strip_html`` is UTF-8 and stays so: it may be a megabyte.
    """

    gist: Gist
    mentions: frozenset[Mention]
    loyalty_card: str | None
    document: bytes
    strip_html: bytes
    printed: Printed = NOT_A_SALE
    """What tells its paper from others."""
    unread: bool = False
    """A picture of which nobody is sure what it says."""
    defines: bool = False
    """The printer remembers something else after it."""
    passes: bytes = b""
    """What goes to the printer though the paper waits; ``left_out`` of it later."""
    left_out: tuple[tuple[int, int], ...] = ()
    goods: tuple[Goods, ...] = ()
    signs: frozenset[Sign] = frozenset()
    promotion: bool = False
    """A promotional voucher."""
    paper_mm: int = 0
    """How long it would be on paper."""

    @property
    def facts(self) -> Facts:
        """What the rules look at, as far as the paper says it."""
        gist = self.gist
        return stated(
            Facts(
                gist.kind,
                gist.total,
                self.mentions,
                self.unread,
                currency=gist.currency,
                goods=self.goods,
                signs=self.signs,
                promotion=self.promotion,
            )
        )


@dataclass(frozen=True, slots=True)
class Packed:
    """A receipt that will be a QR of its own, before it is signed.

    ``fit``: version, level, and how wide a module is drawn.  ``left``: lines that had no
    room.
    """

    prefix: str
    told: bytes = field(repr=False)
    fit: tuple[int, str, int]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail needs to know besides the receipt."""

    sender: str
    recipient: str
    message_id: str
    date: datetime
    url: str
    shop: str
    lang: Lang
    copy_number: int
    sensitive: bool = False
    reply_to: str = ""
    offer: str = ""
    """The retailer's own text, for a customer who agreed to offers by e-mail."""
    annulled: bool = False
    """It tells that the sale was annulled, and holds no receipt."""
    pdf: bool = True


@dataclass(frozen=True, slots=True)
class ShortLetter:
    """What a text message says: where the receipt is, and nothing of what is in it."""

    url: str
    shop: str
    lang: Literal["fr", "en"]
    copy_number: int
    sensitive: bool = False
    annulled: bool = False
    """Its sale was annulled: that is all it says."""


class Workshop:
    """Asks the worker.  Every method may raise ``WorkerError``.

    ``letters`` is what no stream shows of the printer's characters, see
    :func:`agent.escpos.profiles.printer`; ``known`` is what is known of the POS, a
    profile in JSON; ``slips_for``: for what printer slips of ours are, if not for that
    profile: ``star``.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- what is known of printer and POS
        self,
        worker: Worker,
        profile: str,
        country: str,
        reader: Reader | None = None,
        letters: Mapping[str, Any] = MappingProxyType({}),
        known: str = "",
        slips_for: str = "",
    ) -> None:
        self._worker = worker
        self._profile = profile
        self._country = country
        self._reader = reader
        self._letters = dict(letters)
        self._known = known
        self._slips_for = slips_for or profile

    async def understand(
        self, raw: bytes, memory: bytes = b"", dialect: str = "escpos"
    ) -> Understood:
        """``memory`` is what the printer remembers, see :meth:`learn`.

        A picture of text is read meanwhile, at most as long as its reader takes.

        Raises:
            WorkerError: nobody could read it, or it is longer than can be passed on.
        """
        params = {
            "profile": self._profile,
            "letters": self._letters,
            "country": self._country,
            "dialect": dialect,
            "known": self._known,
            "reads": self._reader is not None and bool(self._reader.version),
        }
        done = await self._worker.call("understand", params, raw, UNDERSTAND_S, memory)
        if picture := done.parts[3:]:
            done = await self._read(params, (raw, memory), picture[0]) or done
        understood = _understood(done)
        if len(understood.document) > LONGEST_DOCUMENT:
            raise WorkerError("longer than the RCU takes")
        return understood

    async def _read(
        self, params: Mapping[str, Any], job: tuple[bytes, bytes], picture: bytes
    ) -> Frame | None:
        """``None``: nobody could; the receipt stays a picture."""
        table = await self._reader.read(picture) if self._reader else None
        if table is None:
            return None
        params = {**params, "engine": table.engine}
        try:
            return await self._worker.call(
                "understand_read", params, job[0], UNDERSTAND_S, table.tsv, job[1]
            )
        except WorkerError as error:
            log.warning("what was read is not understood", extra={"why": str(error)})
            return None

    async def learn(self, raw: bytes, memory: bytes) -> bytes:
        """What the printer remembers after a job; nothing when that is the same."""
        params = {"profile": self._profile, "letters": self._letters}
        done = await self._worker.call("learn", params, raw, UNDERSTAND_S, memory)
        return done.parts[0]

    async def contents(self, before: bytes, question: bytes, memory: bytes) -> Contents:
        """What the printer holds when it is asked that in the middle of a job."""
        params = {"profile": self._profile, "letters": self._letters}
        done = await self._worker.call(
            "contents", params, before, UNDERSTAND_S, question, memory
        )
        return Contents.of(done.header)

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        """A document in another language as ESC/POS."""
        params = {"dots_per_inch": dots_per_inch}
        task = f"read_{tongue}"
        return _translated(await self._worker.call(task, params, body, TRANSLATE_S))

    async def draw_qr(self, url: str) -> str:
        """The address as SVG."""
        done = await self._worker.call("draw_qr", {"url": url}, b"", DRAW_S)
        return done.parts[0].decode()

    @property
    def profile(self) -> str:
        """Of the printer, by python-escpos' name."""
        return self._profile

    async def warm_qr(self) -> None:
        """Make the tables of large symbols before the first customer waits for one."""
        await self._worker.call("warm_qr", {}, b"", DRAW_S)

    async def pack(
        self, params: Mapping[str, Any], document: bytes, dictionary: bytes
    ) -> Packed | str:
        """A receipt as what is to be signed; or in a word why it has no symbol.

        ``params``: see :func:`agent.worker.whole.pack_qr`.
        """
        done = await self._worker.call("pack_qr", params, document, DRAW_S, dictionary)
        header = done.header
        if header["why"]:
            return str(header["why"])
        version, level, module = header["fit"]
        fit = (int(version), str(level), int(module))
        return Packed(params["prefix"], done.parts[0], fit, header["left"])

    async def draw_whole(self, packed: Packed, raw: bytes) -> str:
        """What was packed, with its signature behind it, as SVG."""
        params = {"prefix": packed.prefix, "fit": packed.fit}
        done = await self._worker.call("draw_whole", params, raw, DRAW_S)
        return done.parts[0].decode()

    async def compose(
        self,
        letter: Letter,
        document: bytes,
        raw: bytes = b"",
        memory: bytes = b"",
        dialect: str = "escpos",
    ) -> bytes:
        """An RFC 5322 message; ``raw`` is what the till printed, for its PDF."""
        params = {
            **asdict(letter),
            "date": letter.date.isoformat(),
            "profile": self._profile,
            "letters": self._letters,
            "dialect": dialect,
        }
        done = await self._worker.call(
            "compose_mail", params, document, MAIL_S, raw, memory
        )
        return done.parts[0]

    async def compose_sms(self, letter: ShortLetter) -> str:
        """A text message of one segment, in letters of GSM 03.38."""
        params = {
            "url": letter.url,
            "shop": letter.shop,
            "lang": letter.lang,
            "copy_number": letter.copy_number,
            "sensitive": letter.sensitive,
            "annulled": letter.annulled,
        }
        done = await self._worker.call("compose_sms", params, b"", COMPOSE_S)
        return done.parts[0].decode()

    async def slip(
        self, slip: str, fields: Mapping[str, Any], body: bytes = b""
    ) -> bytes:
        """ESC/POS bytes of a slip of ours: ``qr``, ``duplicata``, ``gift``, ``test``.

        ``body`` is receipt/1 for the one that needs it; nothing comes of a receipt
        without goods.
        """
        params = {"slip": slip, "profile": self._slips_for, "fields": dict(fields)}
        done = await self._worker.call("render_slip", params, body, COMPOSE_S)
        return done.parts[0]


def _translated(done: Frame) -> Translated | Refused:
    header = done.header
    if "problems" in header:
        problems = tuple(Problem(where, what) for where, what in header["problems"])
        return Refused(problems, too_long=header["too_long"])
    return Translated(
        done.parts[0],
        asks=header["asks"],
        force=header["force"],
        only_pulses=header["only_pulses"],
        devid=header["devid"],
        printjobid=header["printjobid"],
    )


def _understood(done: Frame) -> Understood:
    header, (document, strip_html, passes, *_) = done.header, done.parts
    return Understood(
        gist=Gist.again(header["gist"]),
        mentions=frozenset(header["mentions"]),
        loyalty_card=header["loyalty_card"],
        document=document,
        strip_html=strip_html,
        printed=Printed.again(header["printed"]),
        unread=header["unread"],
        defines=header["defines"],
        passes=passes,
        left_out=tuple((start, end) for start, end in header["left_out"]),
        goods=tuple(Goods(*line) for line in header["goods"]),
        signs=frozenset(header["signs"]),
        promotion=header["promotion"],
        paper_mm=header["paper_mm"],
    )

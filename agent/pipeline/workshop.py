"""The worker's tasks as typed calls, each with its deadline."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

from agent.errors import WorkerError
from agent.escpos.replies.contents import Contents
from agent.intake.http_documents import Problem, Refused, Tongue, Translated
from agent.ocr.engine import Table
from agent.rules.decide import Facts
from agent.wire.receipt import DocKind, Gist, Level
from agent.worker.frames import Frame

log = logging.getLogger(__name__)

UNDERSTAND_S: Final = 2.0
DRAW_S: Final = 5.0
COMPOSE_S: Final = 5.0
TRANSLATE_S: Final = 5.0
"""The longest picture in tones takes a second on a fast machine."""


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
    mentions: frozenset[str]
    loyalty_card: str | None
    document: bytes
    strip_html: bytes
    unread: bool = False
    """A picture of which nobody is sure what it says."""
    defines: bool = False
    """The printer remembers something else after it."""
    passes: bytes = b""
    """What goes to the printer though the paper waits; ``left_out`` of it later."""
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def facts(self) -> Facts:
        """What the rules look at."""
        gist = self.gist
        return Facts(gist.kind, gist.total, self.mentions, self.unread)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail needs to know besides the receipt."""

    sender: str
    recipient: str
    message_id: str
    date: datetime
    url: str
    shop: str
    lang: Literal["fr", "en"]
    copy_number: int


class Workshop:
    """Asks the worker.  Every method may raise ``WorkerError``.

    ``letters`` is what no stream shows of the printer's characters, see
    :func:`agent.escpos.profiles.printer`.
    """

    def __init__(
        self,
        worker: Worker,
        profile: str,
        country: str,
        reader: Reader | None = None,
        letters: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._worker = worker
        self._profile = profile
        self._country = country
        self._reader = reader
        self._letters = dict(letters)

    async def understand(
        self, raw: bytes, memory: bytes = b"", dialect: str = "escpos"
    ) -> Understood:
        """``memory`` is what the printer remembers, see :meth:`learn`.

        A picture of text is read meanwhile, at most as long as its reader takes.
        """
        params = {
            "profile": self._profile,
            "letters": self._letters,
            "country": self._country,
            "dialect": dialect,
            "reads": self._reader is not None and bool(self._reader.version),
        }
        done = await self._worker.call("understand", params, raw, UNDERSTAND_S, memory)
        if picture := done.parts[3:]:
            done = await self._read(params, (raw, memory), picture[0]) or done
        return _understood(done)

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

    async def compose(self, letter: Letter, document: bytes) -> bytes:
        """An RFC 5322 message."""
        params = {
            "sender": letter.sender,
            "recipient": letter.recipient,
            "message_id": letter.message_id,
            "date": letter.date.isoformat(),
            "url": letter.url,
            "shop": letter.shop,
            "lang": letter.lang,
            "copy_number": letter.copy_number,
        }
        done = await self._worker.call("compose_mail", params, document, COMPOSE_S)
        return done.parts[0]

    async def slip(self, slip: str, fields: Mapping[str, Any]) -> bytes:
        """ESC/POS bytes of a slip of ours: ``qr``, ``duplicata``, ``test``."""
        params = {"slip": slip, "profile": self._profile, "fields": dict(fields)}
        done = await self._worker.call("render_slip", params, b"", COMPOSE_S)
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
    kind, total, currency, number, units, level = header["gist"]
    return Understood(
        gist=Gist(DocKind(kind), total, currency, number, units, Level(level)),
        mentions=frozenset(header["mentions"]),
        loyalty_card=header["loyalty_card"],
        document=document,
        strip_html=strip_html,
        unread=header["unread"],
        defines=header["defines"],
        passes=passes,
        left_out=tuple((start, end) for start, end in header["left_out"]),
    )

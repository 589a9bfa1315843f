"""The worker's tasks as typed calls, each with its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from agent.rules.decide import Facts
from agent.wire.receipt import DocKind
from agent.worker.frames import Frame

UNDERSTAND_S: Final = 2.0
DRAW_S: Final = 5.0
COMPOSE_S: Final = 5.0


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


@dataclass(frozen=True, slots=True)
class Understood:
    """A job that was read.  ``document`` is receipt/1 as canonical JSON."""

    kind: DocKind
    total: int | None
    mentions: frozenset[str]
    loyalty_card: str | None
    document: bytes
    strip_html: str
    defines: bool = False
    """The printer remembers something else after it."""

    @property
    def facts(self) -> Facts:
        """What the rules look at."""
        return Facts(self.kind, self.total, self.mentions)


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
    """Asks the worker.  Every method may raise ``WorkerError``."""

    def __init__(self, worker: Worker, profile: str, country: str) -> None:
        self._worker = worker
        self._profile = profile
        self._country = country

    async def understand(self, raw: bytes, memory: bytes = b"") -> Understood:
        """``memory`` is what the printer remembers, see :meth:`learn`."""
        params = {"profile": self._profile, "country": self._country}
        done = await self._worker.call("understand", params, raw, UNDERSTAND_S, memory)
        header, (document, strip_html) = done.header, done.parts
        return Understood(
            kind=DocKind(header["kind"]),
            total=header["total"],
            mentions=frozenset(header["mentions"]),
            loyalty_card=header["loyalty_card"],
            document=document,
            strip_html=strip_html.decode(),
            defines=header["defines"],
        )

    async def learn(self, raw: bytes, memory: bytes) -> bytes:
        """What the printer remembers after a job; nothing when that is the same."""
        params = {"profile": self._profile}
        done = await self._worker.call("learn", params, raw, UNDERSTAND_S, memory)
        return done.parts[0]

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
